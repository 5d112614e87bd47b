"""The words of the room on a page, translated when they are shown."""

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _
from django.utils.translation import gettext_noop

ESTIMATE_NAMES: dict[str, Promise] = {
    "almost-no-chance": _("almost no chance"),
    "very-unlikely": _("very unlikely"),
    "unlikely": _("unlikely"),
    "roughly-even-chance": _("roughly even chance"),
    "likely": _("likely"),
    "very-likely": _("very likely"),
    "almost-certain": _("almost certain"),
}
# The map has six classes: even and likely share one.
MAP_CLASS: dict[str, int] = {
    "almost-no-chance": 0,
    "very-unlikely": 1,
    "unlikely": 2,
    "roughly-even-chance": 3,
    "likely": 3,
    "very-likely": 4,
    "almost-certain": 5,
}
MAP_NAMES: tuple[tuple[Promise, float, float], ...] = (
    (_("almost no chance"), 0.0, 0.05),
    (_("very unlikely"), 0.05, 0.20),
    (_("unlikely"), 0.20, 0.45),
    (_("even chance or likely"), 0.45, 0.80),
    (_("very likely"), 0.80, 0.95),
    (_("almost certain"), 0.95, 1.0),
)
STATE_NAMES: dict[str, Promise] = {
    "draft": _("draft"),
    "sent": _("sent"),
    "acknowledged": _("acknowledged"),
    "unanswered": _("unanswered"),
    "withdrawn": _("withdrawn"),
}
OUTCOME_NAMES: dict[str, Promise] = {
    "waiting": _("waiting"),
    "acknowledged": _("acknowledged"),
    "declined": _("declined"),
    "lapsed": _("clock ran out"),
    "absent": _("on leave, without a deputy"),
    "withdrawn": _("withdrawn"),
}
CLOCKS: dict[int, Promise] = {
    1: _("1 hour"),
    4: _("4 hours"),
    12: _("12 hours"),
    24: _("1 day"),
    72: _("3 days"),
    168: _("7 days"),
}

# What the bundled series says of itself, so that its card can be translated; a test holds it to the card.
CARD = (
    gettext_noop("UCDP state-based conflict deaths, country-month"),
    gettext_noop("deaths in state-based conflict, best estimate, per country and month"),
    gettext_noop("GED about version 22 up to 2016-10; GED 24 and candidate events from 2016-11 to 2024-04"),
    gettext_noop(
        "One vintage, revised after the months it tells of. What was known at the time was less, so a replay flatters "
        "the forecast. A country has no value for the months before it stood in its present borders. Countries are the "
        "states of the Gleditsch and Ward list: deaths in Gaza and the West Bank are counted under Israel."
    ),
    gettext_noop("count per country and month, as the file holds it"),
    gettext_noop("Data of your own: Ninefold checked the form, not the truth."),
)
