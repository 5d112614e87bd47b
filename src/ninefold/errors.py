"""What went wrong, on which item, and what to do next: the errors that a person may read.

An error carries a sentence and its values apart, so that a page can translate the sentence.
One table turns each kind into an HTTP status and an exit code; nothing else decides them.
"""

from typing import NamedTuple


class NinefoldError(Exception):
    """A sentence for a person. `text` may hold `{names}`, filled from `values`."""

    def __init__(self, text: str, /, **values: object) -> None:
        super().__init__(text, values)
        self.text = text
        self.values = values

    def __str__(self) -> str:
        return self.text.format(**self.values) if self.values else self.text


class InvalidError(NinefoldError):
    """What came in is not what is asked for; the sentence names the item and what to do."""


class RefusedError(NinefoldError):
    """A rule says no to this person, this state or this proof; the sentence is the rule's reason."""


class NotThereError(RefusedError):
    """There is no such thing for this reader: the same words whether it is hidden or does not exist."""

    def __init__(self, text: str = "There is nothing here that you may see.", /, **values: object) -> None:
        super().__init__(text, **values)


class ConflictError(NinefoldError):
    """Somebody else changed it first; read it again, then decide."""


class UnavailableError(NinefoldError):
    """A part that is needed does not answer now; nothing was changed."""


class Answer(NamedTuple):
    """How an error leaves the house: HTTP status, exit code of a command, short name in the API."""

    status: int
    exit_code: int
    name: str


_ANSWERS: dict[type[NinefoldError], Answer] = {
    InvalidError: Answer(422, 2, "invalid"),
    NotThereError: Answer(404, 3, "not-there"),
    RefusedError: Answer(403, 3, "refused"),
    ConflictError: Answer(409, 4, "conflict"),
    UnavailableError: Answer(503, 5, "unavailable"),
}


def answer_to(error: NinefoldError) -> Answer:
    """The row of the table for this error (its nearest kind)."""
    return next(_ANSWERS[kind] for kind in type(error).__mro__ if kind in _ANSWERS)
