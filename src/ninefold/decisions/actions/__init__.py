"""Every change of this room: one transaction and one entry each."""

from ninefold.decisions.actions import concerned
from ninefold.decisions.actions.glass import ask_to_open, confirm_opening
from ninefold.decisions.actions.rights import end_right, give_right

__all__ = ["ask_to_open", "concerned", "confirm_opening", "end_right", "give_right"]
