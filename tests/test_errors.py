"""One table turns errors into answers; an error tells its sentence with its values."""

import pytest

from ninefold.errors import (
    ConflictError,
    InvalidError,
    NinefoldError,
    NotThereError,
    RefusedError,
    UnavailableError,
    answer_to,
)


@pytest.mark.parametrize(
    ("kind", "status", "exit_code"),
    [
        (InvalidError, 422, 2),
        (RefusedError, 403, 3),
        (NotThereError, 404, 3),
        (ConflictError, 409, 4),
        (UnavailableError, 503, 5),
    ],
)
def test_each_error_has_its_status_and_exit_code(kind, status, exit_code):
    answer = answer_to(kind("Something."))
    assert (answer.status, answer.exit_code) == (status, exit_code)


def test_a_special_error_gets_the_answer_of_its_nearest_kind():
    class TooLateError(ConflictError):
        """A conflict of its own."""

    assert answer_to(TooLateError("Too late.")).status == 409


def test_the_sentence_is_filled_from_the_values_and_only_then():
    assert str(RefusedError("No entry {index}.", index=8)) == "No entry 8."
    assert str(InvalidError("Odd braces {stay}.")) == "Odd braces {stay}."


def test_hidden_and_absent_have_the_same_words():
    assert str(NotThereError()) == "There is nothing here that you may see."
    assert isinstance(NotThereError(), RefusedError)
    assert isinstance(NotThereError(), NinefoldError)
