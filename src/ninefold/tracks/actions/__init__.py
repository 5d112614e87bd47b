"""Every change of this room: one transaction, and an entry for each thing that it changes."""

from ninefold.tracks.actions.corrections import (
    correct_actor,
    correct_office,
    correct_tie,
    end_tie,
    withdraw_actor,
)
from ninefold.tracks.actions.entering import CIRCLE_ENTERED, NewActor, NewTie, enter, enter_circle, open_situation
from ninefold.tracks.actions.leave import end_leave, enter_leave
from ninefold.tracks.actions.offers import end_office_offer, offer_office, take_office
from ninefold.tracks.actions.offices import Term, change_office, give_office, open_office

__all__ = [
    "CIRCLE_ENTERED",
    "NewActor",
    "NewTie",
    "Term",
    "change_office",
    "correct_actor",
    "correct_office",
    "correct_tie",
    "end_leave",
    "end_office_offer",
    "end_tie",
    "enter",
    "enter_circle",
    "enter_leave",
    "give_office",
    "offer_office",
    "open_office",
    "open_situation",
    "take_office",
    "withdraw_actor",
]
