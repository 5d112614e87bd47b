"""The one-page brief of a warning, in one language: what is printed, whom it is limited to, where it stands."""

from dataclasses import dataclass
from datetime import datetime

from django.conf import settings
from django.utils.translation import gettext, override

from ninefold.access.markings import Marking
from ninefold.ledger.models import Entry
from ninefold.ledger.reads import witnessing
from ninefold.papers import brief as papers
from ninefold.warning import pictures, reads, showing
from ninefold.warning.labels import OUTCOME_NAMES, STATE_NAMES
from ninefold.warning.models import EarlyWarning, Passage
from ninefold.words import format as written
from ninefold.words.countries import country_name
from ninefold.words.languages import language
from ninefold.words.text import Text


@dataclass(frozen=True)
class Printed:
    """What goes on the page: read once, by somebody who may see the warning under `marking`."""

    warning: EarlyWarning
    way: list[Passage]
    first: Entry | None
    marking: Marking
    now: datetime


def brief(printed: Printed, code: str) -> bytes:
    """The PDF in the language `code`; the same warning in the same state gives the same bytes."""
    with override(code):
        return papers.pdf(_brief(printed, code))


def _brief(printed: Printed, code: str) -> papers.Brief:
    warning, frozen = printed.warning, showing.frozen(printed.warning)
    country, window = country_name(warning.country, code), showing.window(warning, code)
    drawn = pictures.country_fan(frozen.subject, code, desc=_question(printed, code))
    caption = showing.caption(reads.card(warning.vintage), code)
    day = written.day(frozen.as_known_on, code)
    replay = (
        gettext("As known on %(day)s; a replay, not today’s risk.")
        if frozen.replay
        else gettext("As known on %(day)s.")
    )
    return papers.Brief(
        language=language(code).tag,
        direction=pictures.way(code),
        tlp=printed.marking.name,
        marking=" ".join(gettext(sentence) for sentence in printed.marking.words),
        invented=gettext("INVENTED sample") if settings.SAMPLE else "",
        kicker=gettext("Early warning: %(country)s, %(window)s") % {"country": country, "window": window},
        day=warning.raised_at.date(),
        dated=gettext("Raised on %(moment)s") % {"moment": written.moment(warning.raised_at, code)},
        title=_said(warning.title, code),
        answer=_said(warning.summary, code),
        estimate=papers.Estimate(
            question=_question(printed, code),
            number=written.percent(frozen.estimate.probability, code),
            interval=written.percent_range(frozen.estimate.low, frozen.estimate.high, code),
            word=str(frozen.word),
        ),
        chart=drawn.wide if drawn else "",
        chart_alt=_question(printed, code),
        chart_caption=" ".join([replay % {"day": day}, f"{caption.attribution}.", f"{caption.vintage}."]),
        facts_head=gettext("From signal to act"),
        columns=(gettext("Step"), gettext("When")),
        facts=_facts(printed, code),
        addressee_head=gettext("Addressee"),
        addressee=_addressee(printed, code),
        clock=_clock(printed, code),
        sources_head=gettext("What the estimate is, and is not"),
        sources=(
            gettext("The share of the last twelve months that reached the threshold; the same for every month ahead."),
            caption.caution,
        ),
        ledger=_ledger(printed),
    )


def _question(printed: Printed, code: str) -> str:
    told = gettext("%(threshold)s or more deaths in state-based conflict in a month, %(country)s, %(window)s")
    return told % {
        "threshold": written.number(printed.warning.forecast["threshold"], code),
        "country": country_name(printed.warning.country, code),
        "window": showing.window(printed.warning, code),
    }


def _facts(printed: Printed, code: str) -> tuple[tuple[str, str], ...]:
    """The moments that came, and each office that had the warning."""
    latency = reads.latency(printed.warning)
    rows = [
        (gettext("Signal: the data were loaded"), written.moment(latency.signal, code)),
        (gettext("Warning raised"), written.moment(latency.raised, code)),
    ]
    for passage in printed.way[-3:]:
        told = gettext("%(office)s: %(outcome)s") % {
            "office": _said(passage.office.title, code),
            "outcome": OUTCOME_NAMES[passage.outcome],
        }
        rows.append((told, written.moment(passage.at or passage.sent_at, code)))
    if latency.total is not None:
        rows.append((gettext("From signal to act"), written.duration(latency.total, code)))
    return tuple(rows)


def _addressee(printed: Printed, code: str) -> str:
    if not printed.way:
        return gettext("nobody yet")
    office = printed.way[-1].office
    names = {"office": _said(office.title, code), "body": _said(office.actor.name, code)}
    return gettext("%(office)s, %(body)s") % names


def _clock(printed: Printed, code: str) -> str:
    running = next((passage for passage in printed.way if passage.outcome == "waiting"), None)
    if running is None:
        return gettext("State: %(state)s") % {"state": STATE_NAMES[printed.warning.state]}
    return gettext("Answer by %(moment)s") % {"moment": written.moment(running.due_at, code)}


def _ledger(printed: Printed) -> str:
    if printed.first is None:
        return gettext("Ledger: you may not see the entry of this warning.")
    seen = witnessing()
    told = gettext("Ledger entry %(entry)s, commitment %(commitment)s; witnessed by %(n)s of %(m)s.")
    return told % {
        "entry": printed.first.id,
        "commitment": bytes(printed.first.commitment).hex()[:16],
        "n": len(seen.cosigned),
        "m": seen.witnesses,
    }


def _said(text: Text, code: str) -> str:
    return text.shown_to(code).text
