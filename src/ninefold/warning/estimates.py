"""Words of estimate beside numbers: Intelligence Community Directive 203 (2015), section D.6.e(2)(a)."""

from dataclasses import dataclass
from typing import NamedTuple

from ninefold.errors import InvalidError


class Word(NamedTuple):
    """One step of the scale: from `least` (included) up to `below`."""

    slug: str
    words: str
    least: float
    below: float


# The directive begins at 1 % and ends at 99 %; a share of twelve months can be 0 or 1, so the ends are taken in.
SCALE = (
    Word("almost-no-chance", "almost no chance", 0.00, 0.05),
    Word("very-unlikely", "very unlikely", 0.05, 0.20),
    Word("unlikely", "unlikely", 0.20, 0.45),
    Word("roughly-even-chance", "roughly even chance", 0.45, 0.55),
    Word("likely", "likely", 0.55, 0.80),
    Word("very-likely", "very likely", 0.80, 0.95),
    Word("almost-certain", "almost certain", 0.95, 1.00),
)


@dataclass(frozen=True)
class Estimate:
    """A probability with the interval that goes with it wherever it is shown; all within 0 and 1."""

    probability: float
    low: float
    high: float

    def __post_init__(self) -> None:
        if not 0 <= self.low <= self.probability <= self.high <= 1:
            raise InvalidError("An estimate lies within its interval, and the interval within 0 and 1.")

    @property
    def word(self) -> Word:
        """The step of the scale that the probability falls in."""
        return word_for(self.probability)


def word_for(probability: float) -> Word:
    """The step of the scale for a probability from 0 to 1."""
    if not 0 <= probability <= 1:
        raise InvalidError("{probability} is not a probability; it lies from 0 to 1.", probability=probability)
    return next((word for word in SCALE if probability < word.below), SCALE[-1])
