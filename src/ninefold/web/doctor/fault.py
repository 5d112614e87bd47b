"""One thing that is wrong."""

from typing import NamedTuple


class Fault(NamedTuple):
    """Which part (folder, keys, disk, address, directory, database, log, clock, jobs), what is wrong, what to do."""

    part: str
    wrong: str
    do: str
