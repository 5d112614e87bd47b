"""The words of this room for what tables and rules name with a word of their own."""

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

KEY_KINDS: dict[str, Promise] = {
    "file": _("a key file"),
    "browser": _("a key of one browser"),
    "passkey": _("a passkey"),
}
END_REASONS: dict[str, Promise] = {
    "lost": _("it is lost, or somebody else may have it"),
    "replaced": _("another one takes its place"),
    "unused": _("it is no longer used"),
    "closed": _("the account was closed"),
}
