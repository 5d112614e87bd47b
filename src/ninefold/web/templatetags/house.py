"""The signs that need more than a template: markings, the page's band, and a block that is shown twice."""

from collections.abc import Iterable
from typing import Any

from django import template
from django.template.base import NodeList, Parser, Token
from django.template.context import RequestContext
from django.utils.html import strip_tags
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import gettext

from ninefold.access import markings, reads
from ninefold.access.markings import Marking
from ninefold.access.models import Person
from ninefold.access.reads import Mark
from ninefold.papers import emblem as pictures
from ninefold.words.text import Text

register = template.Library()

Marked = Mark | Marking | str
_SEEN = "ninefold.web.markings_on_this_page"


class _Hold(template.Node):
    """Renders its inside into a variable."""

    # Django looks for blocks to override in here.
    child_nodelists = ("inside",)

    def __init__(self, name: str, inside: NodeList) -> None:
        self.name, self.inside = name, inside

    def render(self, context: template.Context) -> SafeString:
        """Nothing here; the inside under its name, ready to be shown."""
        # Safe: a rendered node list is; strip() alone would make plain text of it again.
        context[self.name] = SafeString(self.inside.render(context).strip())
        return SafeString("")


@register.tag
def hold(parser: Parser, token: Token) -> _Hold:
    """`{% hold name %}…{% endhold %}`: keep what is inside as `name`, to be shown twice, or above itself."""
    parts = token.split_contents()
    if len(parts) != 2:
        raise template.TemplateSyntaxError("hold takes one name")
    inside = parser.parse(("endhold",))
    parser.delete_first_token()
    return _Hold(parts[1], inside)


@register.filter
def bare(markup: str) -> str:
    """Markup without its tags, for the window's title. What was escaped stays escaped."""
    # Safe: strip_tags only takes away from markup that was already safe to show.
    return mark_safe(" ".join(strip_tags(markup).split()))  # noqa: S308


@register.simple_tag
def emblem() -> SafeString:
    """The mark of Ninefold, beside its name."""
    # Safe: drawn here, of nothing that came from outside.
    return mark_safe(pictures.emblem())  # noqa: S308


@register.simple_tag
def key_sign(kind: pictures.Sign) -> SafeString:
    """One sign of the circle's key; its words stand beside it."""
    # Safe: drawn here; an unknown kind raises.
    return mark_safe(pictures.sign(kind))  # noqa: S308


@register.inclusion_tag("web/signs/marking_chip.html", takes_context=True)
def marking(context: RequestContext, mark: Marked) -> dict[str, Any]:
    """The chip of a marking. The page's band rises to the highest that is shown."""
    read = _read(mark)
    _remember(context, read)
    return {"marking": read, "slug": _slug(read), "audience": _audience(mark), "words": _sentences(read)}


@register.inclusion_tag("web/signs/marking_band.html", takes_context=True)
def band(context: RequestContext) -> dict[str, Any]:
    """The page's highest marking: of the view's `marks` and of every chip rendered before this tag."""
    given: Iterable[Marked] = context.get("marks") or ()
    shown = [*(_read(mark) for mark in given), *_remembered(context)]
    highest = markings.highest(shown) if shown else Marking("clear")
    return {
        "marking": highest,
        "slug": _slug(highest),
        "words": _sentences(highest),
        "sample": context.get("sample"),
    }


def _read(mark: Marked) -> Marking:
    if isinstance(mark, Marking):
        return mark
    return mark.marking if isinstance(mark, Mark) else markings.read(mark)


def _audience(mark: Marked) -> Text | None:
    return mark.audience if isinstance(mark, Mark) else None


def _slug(marking: Marking) -> str:
    """The class of a TLP label: `tlp-amberstrict`."""
    return "tlp-" + marking.tlp.replace("+", "")


def _sentences(marking: Marking) -> list[str]:
    return [gettext(sentence) for sentence in marking.words]


def _remembered(context: RequestContext) -> list[Marking]:
    return getattr(context.get("request"), _SEEN, [])


def _remember(context: RequestContext, marking: Marking) -> None:
    request = context.get("request")
    if request is not None:
        setattr(request, _SEEN, [*_remembered(context), marking])


@register.simple_tag(takes_context=True)
def invented_people(context: RequestContext) -> list[Person]:
    """The people whom an invented person may go on as; for everybody else an empty list."""
    person = context.get("person")
    if person is None or not person.invented:
        return []
    return [other for other in reads.invented_people() if other.pk != person.pk]
