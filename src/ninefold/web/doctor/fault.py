"""One thing that is wrong."""

from typing import NamedTuple


class Fault(NamedTuple):
    """Which part, what is wrong, what to do.

    A part is folder, keys, disk, address, directory, assets, program, database, log, clock, jobs, notices or backup.
    """

    part: str
    wrong: str
    do: str
