"""How long it took from the signal to the act, step by step."""

from dataclasses import dataclass
from datetime import datetime, timedelta


@dataclass(frozen=True)
class Latency:
    """The moments of one warning, those that came. `signal` is when this workspace learned the data."""

    signal: datetime
    raised: datetime
    sent: datetime | None
    acted: datetime | None

    @property
    def to_raise(self) -> timedelta:
        """From the signal to the warning."""
        return self.raised - self.signal

    @property
    def to_send(self) -> timedelta | None:
        """From the warning to its first sending."""
        return self.sent - self.raised if self.sent else None

    @property
    def to_act(self) -> timedelta | None:
        """From the first sending to the act, whoever in line did it."""
        return self.acted - self.sent if self.acted and self.sent else None

    @property
    def total(self) -> timedelta | None:
        """From the signal to the act."""
        return self.acted - self.signal if self.acted else None
