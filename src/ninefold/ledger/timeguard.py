"""Nothing is signed, and no act is taken down, while the clock of this machine cannot be right.

1. Within this machine's run: the wall clock must go as the seconds go that the machine counts (`clock.Reckoning`).
2. Against what was signed: a time before the last checkpoint, or before an entry that is kept, would be a lie.

Reading goes on. A clock that went back heals by itself; a leap forward asks for a person (`accept`), because a
checkpoint dated in the future would keep every later one from being signed.
"""

import json
import os
from datetime import datetime, timedelta
from pathlib import Path

from django.conf import settings

from ninefold import clock
from ninefold.clock import Reading, Reckoning
from ninefold.errors import ConflictError, NinefoldError, UnavailableError
from ninefold.ledger.models import Checkpoint, Entry

_FILE = "log.clock"
_SECTOR = 512  # written in place, as the last note is
_BOOT = Path("/proc/sys/kernel/random/boot_id")
_ASK_AGAIN = 1.0  # seconds between two questions to the database about what was signed, while all is sound

_reckoning: Reckoning | None = None
_asked = 0.0  # what was counted when the database last agreed


def require_for_act(now: datetime) -> None:
    """`UnavailableError` while no act can be given an honest time. `now` is the latest time that an act brings."""
    global _asked
    reading = _sound()
    if not 0 <= reading.counted - _asked < _ASK_AGAIN:
        require_after(_last_time(), max(now, reading.wall))
        _asked = reading.counted


def time_to_sign(now: datetime) -> datetime:
    """The time of a checkpoint: `now`, or that of the last one if this one waited for its turn meanwhile.

    The caller holds the turn. `UnavailableError` says in words why nothing can be signed.
    """
    latest = max(now, _sound().wall)
    last = _last_time()
    require_after(last, latest)
    newest = Entry.objects.order_by("-serial").values_list("time", flat=True).first()
    require_entry(newest, latest)
    return now if last is None else max(now, last)


def fault(now: datetime) -> NinefoldError | None:
    """Why nothing is signed now; None when the clock can be right. Two queries."""
    newest = Entry.objects.order_by("-serial").values_list("time", flat=True).first()
    return fault_after(_last_time(), now, newest=newest)


def fault_after(last: datetime | None, now: datetime, *, newest: datetime | None = None) -> NinefoldError | None:
    """The same, for whoever has read the time of the last checkpoint (and that of the newest entry)."""
    try:
        latest = max(now, _sound().wall)
        require_after(last, latest)
        require_entry(newest, latest)
    except UnavailableError as error:
        return error
    return None


def accept(now: datetime) -> None:
    """A person says that this machine's clock is right as it is; every process of this workspace takes it from here.

    `ConflictError` where that would not help: what bears a later time is signed already.
    """
    global _reckoning
    reading = clock.read()
    last = _last_time()
    if last is not None and max(now, reading.wall) < last:
        raise ConflictError(
            "The last checkpoint is of {time} UTC, which is still to come on this machine; accepting the clock does "
            "not help. Set it right, or wait until then.",
            time=_spelled(last),
        )
    _reckoning = Reckoning(reading)
    keep()


def keep() -> None:
    """Leave what this process reckons with to the others of this workspace, and to those that start after it."""
    if _reckoning is None:
        return
    reading = _reckoning.sound
    told = {"wall": clock.stamp(reading.wall), "counted": reading.counted, "run": _run()}
    handle = os.open(settings.WORKSPACE / "keys" / _FILE, os.O_WRONLY | os.O_CREAT | os.O_CLOEXEC, 0o600)
    try:
        os.pwrite(handle, json.dumps(told).encode().ljust(_SECTOR), 0)
    finally:
        os.close(handle)


def require_after(last: datetime | None, now: datetime) -> None:
    """`UnavailableError` when the last checkpoint, of time `last`, is still to come."""
    if last is not None and now < last:
        raise UnavailableError(
            "The clock of this machine is {span} (hours:minutes:seconds) behind the last checkpoint, of {time} UTC; "
            "nothing is signed before then. Set the clock right.",
            span=_span(last - now),
            time=_spelled(last),
        )


def require_entry(newest: datetime | None, now: datetime) -> None:
    """`UnavailableError` when the newest entry is of a time that is still to come."""
    if newest is not None and now + clock.TOLERANCE < newest:
        raise UnavailableError(
            "The newest entry is of {time} UTC, which is still to come by the clock of this machine; nothing is "
            "signed before then. Set the clock right.",
            time=_spelled(newest),
        )


def require_steady(reckoning: Reckoning, reading: Reading) -> Reckoning:
    """What to reckon with from now on; `UnavailableError` says that the clock jumped, and what to do."""
    reckoning, off = reckoning.look(reading)
    if off > timedelta(0):
        raise UnavailableError(
            "The clock of this machine leaped forward by {span} (hours:minutes:seconds); nothing is signed. Set it "
            "right, or if it is right now, say so: ninefold ledger clock --accept",
            span=_span(off),
        )
    if off < timedelta(0):
        raise UnavailableError(
            "The clock of this machine went back by {span} (hours:minutes:seconds); nothing is signed until it is "
            "right again. Set the clock, or wait until {time} UTC.",
            span=_span(-off),
            time=_spelled(reckoning.until or reading.wall),
        )
    return reckoning


# ---- What this process reckons with


def _sound() -> Reading:
    """Both clocks, once they are seen to agree with what this workspace reckons with."""
    global _reckoning
    reading = clock.read()
    if _reckoning is None:
        _reckoning = Reckoning(_kept() or reading)
    try:
        _reckoning = require_steady(_reckoning, reading)
    except UnavailableError:
        # Another process may have gone on since, or a person accepted the clock.
        kept = _kept()
        if kept is None or kept.counted <= _reckoning.sound.counted:
            _reckoning = _reckoning.look(reading)[0]
            raise
        _reckoning = Reckoning(kept)
        _reckoning = require_steady(_reckoning, reading)
    return reading


def _last_time() -> datetime | None:
    return Checkpoint.objects.order_by("-size").values_list("time", flat=True).first()


def _kept() -> Reading | None:
    """The last reading that was found sound on this machine's present run, by whichever process."""
    try:
        kept = json.loads((settings.WORKSPACE / "keys" / _FILE).read_text(encoding="ascii"))
        reading = Reading(clock.read_stamp(kept["wall"]), float(kept["counted"]))
        same_run = kept["run"] == _run()
    except (OSError, ValueError, TypeError, KeyError, NinefoldError):
        return None
    return reading if same_run and reading.counted <= clock.read().counted else None


def _run() -> str:
    """Names the time since this machine started, as what it counts begins anew with each start."""
    try:
        return _BOOT.read_text(encoding="ascii").strip()
    except OSError:
        return ""


def _span(span: timedelta) -> str:
    minutes, seconds = divmod(round(span.total_seconds()), 60)
    return f"{minutes // 60}:{minutes % 60:02}:{seconds:02}"


def _spelled(moment: datetime) -> str:
    return f"{moment:%Y-%m-%d %H:%M:%S}"
