"""What must not come back with a copy, written beside it as it happens: ids and moments, and what the log published.

A restore reads the lists of its copy and of every later one. The newest list is written anew whenever something was
added; the earlier ones were closed by the copy that came after.
"""

import logging
from datetime import datetime

from ninefold.errors import NinefoldError
from ninefold.keeping import chain
from ninefold.keeping.chain import Chain, Mark
from ninefold.keeping.manifest import Afterwards, seal_afterwards
from ninefold.keeping.picture import picture
from ninefold.ledger import endings, stored
from ninefold.ledger.regrowing import grown_since, newest_serial

_log = logging.getLogger(__name__)

# What this process wrote last, by folder: the newest entry and the size of the tree.
_written: dict[str, tuple[int, int, int]] = {}
_unreachable: set[str] = set()


def write(of: Chain, mark: Mark, now: datetime) -> None:
    """Write the list of one copy as it stands at this moment."""
    folder = of.at()
    with folder.turn("afterwards.lock"):
        with picture():
            list_ = _since(of, mark, now)
        sealed = seal_afterwards(list_, recipient=of.recipient, key=of.naming)
        folder.write_afterwards(mark.number, sealed)


def write_where_due(now: datetime) -> list[str]:
    """Bring the newest list of every chain up to date; returns the folders that could not be written.

    A folder that is not there now, such as one on a disk that was taken out, is told and tried again.
    """
    failed = []
    for found in chain.known():
        try:
            _write_newest(found, now)
            _unreachable.discard(found.folder)
        except (NinefoldError, OSError) as error:
            failed.append(found.folder)
            if found.folder not in _unreachable:
                _log.warning("What ended since the last backup cannot be kept beside it: %s", error)
            _unreachable.add(found.folder)
    return failed


def _write_newest(of: Chain, now: datetime) -> None:
    for newest in of.standing()[-1:]:
        state = (newest.number, newest_serial(), stored.count_leaves())
        if _written.get(of.folder) != state:
            write(of, newest, now)
            _written[of.folder] = state


def _since(of: Chain, mark: Mark, now: datetime) -> Afterwards:
    endings.discover()
    return Afterwards(
        chain=of.id,
        number=mark.number,
        written=now,
        serial=newest_serial(),
        acts=tuple(
            (act.kind, act.ended.id, act.ended.time, act.ended.detail) for act in endings.acts_after(mark.serial)
        ),
        grown=grown_since(mark.size),
    )
