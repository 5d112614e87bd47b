"""What the pages say of a vault's state."""

from django.utils.translation import gettext_lazy as _

from ninefold.access.vaults.states import DESTROYED, ERASED, OPEN

STATE_NAMES = {
    OPEN: _("open: things may be put in, and its custodians can open it"),
    ERASED: _("its day has come: what it held is deleted here, and its custodians destroy their keys"),
    DESTROYED: _("destroyed: too few custodians have their keys to open it ever again"),
}
