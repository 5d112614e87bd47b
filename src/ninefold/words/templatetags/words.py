"""Texts, dates and numbers in templates, each in the reader's language and isolated from the direction around it."""

from datetime import UTC, date, datetime, timedelta
from typing import Any

from django import template
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.timezone import get_current_timezone
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from ninefold.words import format as written
from ninefold.words.languages import LANGUAGES, language
from ninefold.words.text import Text

register = template.Library()


def reader() -> str:
    """The language of the page that is being made."""
    code = get_language() or "en"
    return code if code in LANGUAGES else "en"


@register.simple_tag
def said(text: Text | None) -> SafeString:
    """A multilingual text inside a line: isolated, its language named, a short note where it is not the reader's."""
    if text is None:
        return SafeString("")
    shown = text.shown_to(reader())
    bare = _isolated("bdi", shown.text, shown.language)
    notes = _notes(text)
    return format_html("{} {}", bare, notes) if notes else bare


@register.simple_tag
def named(text: Text | None) -> SafeString:
    """The same without any note: for names in tables and links, where the page says it once."""
    if text is None:
        return SafeString("")
    shown = text.shown_to(reader())
    return _isolated("bdi", shown.text, shown.language)


@register.inclusion_tag("words/passage.html")
def passage(text: Text | None) -> dict[str, Any]:
    """A multilingual text as paragraphs, with how it stands to its original and the other languages beneath."""
    if text is None:
        return {"shown": None}
    shown = text.shown_to(reader())
    others = [
        {"version": version, "language": language(version.language)}
        for version in text.versions
        if version.language != shown.language
    ]
    return {
        "shown": shown,
        "language": language(shown.language),
        "notes": _notes(text),
        "others": others,
        "authoritative": text.authoritative,
    }


@register.filter
def plainly(text: Text | None) -> str:
    """The words alone, for `title` attributes and `aria-label`."""
    return "" if text is None else text.shown_to(reader()).text


@register.filter
def day(when: date | None) -> SafeString:
    """`<time>` with the day."""
    return _time(when, written.day(when, reader())) if when else SafeString("")


@register.filter
def month(when: date | None) -> SafeString:
    """`<time>` with month and year."""
    return (
        format_html('<time datetime="{}">{}</time>', f"{when:%Y-%m}", written.month(when, reader()))
        if when
        else SafeString("")
    )


@register.filter
def moment(when: datetime | None) -> SafeString:
    """`<time>` with day, time and zone."""
    return _time(when, written.moment(when, reader(), zone=get_current_timezone())) if when else SafeString("")


@register.simple_tag
def beside(when: datetime, now: datetime) -> SafeString:
    """`(in 3 hours)`, to stand beside a moment."""
    return format_html('<span class="beside">({})</span>', written.relative(when, reader(), now=now))


@register.filter
def number(value: float | None) -> SafeString:
    """A number, isolated."""
    return _figure(written.number(value, reader())) if value is not None else SafeString("")


@register.filter
def percent(share: float | None) -> SafeString:
    """A share from 0 to 1 as a percentage, isolated, so that `<1 %` keeps its sign in front."""
    return _figure(written.percent(share, reader())) if share is not None else SafeString("")


@register.simple_tag
def percent_range(low: float, high: float) -> SafeString:
    """Two shares as a range, isolated."""
    return _figure(written.percent_range(low, high, reader()))


@register.simple_tag
def number_range(low: float, high: float) -> SafeString:
    """Two numbers as a range, isolated."""
    return _figure(written.number_range(low, high, reader()))


@register.filter
def duration(length: timedelta | None) -> str:
    """`2 hours and 5 minutes`."""
    return written.duration(length, reader()) if length is not None else ""


@register.filter
def figure(value: object) -> SafeString:
    """A code, hash, mark or anything else that always reads from left to right."""
    return _figure(str(value))


def _notes(text: Text) -> SafeString:
    shown = text.shown_to(reader())
    notes = SafeString("")
    if shown.fallback:
        note = _("in {language}").format(language=language(shown.language).own_name)
        notes += format_html('<span class="sign tongue-note">{}</span>', note)
    if shown.machine_made:
        notes += format_html(' <span class="sign machine">{}</span>', _("Machine-made"))
    return SafeString(notes.strip())


def _isolated(tag: str, words: str, code: str) -> SafeString:
    """`lang` is named only where it differs from the page's."""
    about = language(code)
    if code == reader():
        return format_html("<{}>{}</{}>", SafeString(tag), words, SafeString(tag))
    return format_html(
        '<{} lang="{}" dir="{}">{}</{}>', SafeString(tag), about.tag, about.direction, words, SafeString(tag)
    )


def _figure(words: str) -> SafeString:
    return format_html('<bdi dir="ltr">{}</bdi>', words)


def _time(when: date, words: str) -> SafeString:
    spelled = f"{when.astimezone(UTC):%Y-%m-%dT%H:%MZ}" if isinstance(when, datetime) else when.isoformat()
    return format_html('<time datetime="{}">{}</time>', spelled, words)
