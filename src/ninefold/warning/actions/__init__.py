"""Every change in this room: load data, raise and send a warning, answer it, pass it on."""

from ninefold.warning.actions import concerned
from ninefold.warning.actions.passages import acknowledge, decline, pass_on
from ninefold.warning.actions.vintages import load_bundled, load_own
from ninefold.warning.actions.warnings import Draft, raise_warning, send, take_over, withdraw

__all__ = [
    "Draft",
    "acknowledge",
    "concerned",
    "decline",
    "load_bundled",
    "load_own",
    "pass_on",
    "raise_warning",
    "send",
    "take_over",
    "withdraw",
]
