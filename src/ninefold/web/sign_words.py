"""What stands in the body of an act that a person signs, in words of his language. The key itself stands behind."""

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

BODY_NAMES: dict[str, Promise] = {
    "as": _("In what place"),
    "at": _("At"),
    "audience": _("Audience"),
    "clock_seconds": _("Length of the clock, in seconds"),
    "custodian": _("Custodian"),
    "due": _("Answer due"),
    "ends": _("Ends"),
    "from": _("From"),
    "line": _("Offices in line"),
    "matter": _("Matter"),
    "members_visible": _("Its members may see each other"),
    "name": _("Name"),
    "next": _("Next in line"),
    "office": _("Office"),
    "place": _("Place"),
    "reason": _("Reason"),
    "round": _("Round"),
    "starts": _("Begins"),
    "successor": _("Who follows"),
    "to": _("To"),
    "turn": _("Turn"),
}
