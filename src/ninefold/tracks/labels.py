"""The words of the room on a page: tracks, levels and ties, translated when they are shown."""

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

TRACK_NAMES: dict[str, Promise] = {
    "government": _("Government"),
    "conflict-resolution": _("Conflict resolution"),
    "business": _("Business"),
    "private-citizens": _("Private citizens"),
    "research-education": _("Research and education"),
    "activism": _("Activism"),
    "religion": _("Religion"),
    "funding": _("Funding"),
    "communication": _("Communication"),
}
LEVEL_NAMES: dict[str, Promise] = {
    "local": _("local"),
    "national": _("national"),
    "international": _("international"),
}
TIE_NAMES: dict[str, Promise] = {
    "advises": _("advises"),
    "consults": _("consults"),
    "convenes": _("convenes"),
    "coordinates-with": _("coordinates with"),
    "funds": _("funds"),
    "hears-from": _("hears from"),
    "member-of": _("is a member of"),
    "mediates-with": _("mediates with"),
    "publishes-through": _("publishes through"),
    "reports-to": _("reports to"),
    "speaks-with": _("speaks with"),
    "trains": _("trains"),
}
STRENGTH_NAMES: dict[int, Promise] = {1: _("now and then"), 2: _("regularly"), 3: _("closely")}
