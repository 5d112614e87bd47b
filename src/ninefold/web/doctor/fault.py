"""One thing that is wrong."""

from typing import NamedTuple


class Fault(NamedTuple):
    """Which part, what is wrong, what to do.

    A part is folder, keys, disk, address, directory, database, log, clock, jobs or notices.
    """

    part: str
    wrong: str
    do: str
