"""The roles that a person may bear: each opens acts, and none opens a record."""

from collections.abc import Iterable

from django.utils.functional import Promise
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from ninefold.access.models import ADMINISTRATOR
from ninefold.words.format import together

ROLE_NAMES: dict[str, Promise] = {
    "analyst": _("Analyst"),
    "registrar": _("Registrar"),
    ADMINISTRATOR: _("Administrator"),
}
ROLE_CHOICES: list[tuple[str, Promise]] = [
    ("analyst", _("Analyst: raises warnings and loads data")),
    ("registrar", _("Registrar: enters organisations, ties, offices and rights")),
    (ADMINISTRATOR, _("Administrator: invites people, opens audiences, and reads no record")),
]


def shown_roles(roles: Iterable[str]) -> str:
    """Roles in the reader's language; a word that an older version let in stands as it is."""
    return together([str(ROLE_NAMES.get(role, role)) for role in roles], get_language() or "en")
