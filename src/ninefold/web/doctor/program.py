"""Whether what is served and run is what was installed: the scripts of the pages, and the program itself."""

from collections.abc import Iterator
from importlib.metadata import distribution
from itertools import islice
from pathlib import Path

from django.conf import settings

from ninefold.web.assets import changed_assets, changed_program
from ninefold.web.doctor.fault import Fault

_MOST_NAMED = 5


def look_at_program() -> Iterator[Fault]:
    """Every file that somebody changed, the first few by name. Who changed them all can have changed this one too."""
    served = Path(settings.STATIC_ROOT)
    if served.is_dir():
        yield from _named("assets", changed_assets(served), f"find out who did, delete {served}, and start again")
    yield from _named("program", changed_program(distribution("ninefold")), "find out who did, and install it again")


def _named(part: str, paths: Iterator[Path], do: str) -> Iterator[Fault]:
    for path in islice(paths, _MOST_NAMED):
        yield Fault(part, f"{path} is not as it came with this version of Ninefold", do)
    if more := sum(1 for _ in paths):
        yield Fault(part, f"{more} more files are not either", do)
