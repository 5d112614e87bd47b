"""The words of the room on a page, translated when they are shown."""

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

MATTER_NAMES: dict[str, Promise] = {"early-warning": _("Act on an early warning")}
