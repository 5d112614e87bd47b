"""A backup looked after without restoring it: with the custodians' keys, or without."""

from collections.abc import Iterator
from pathlib import Path

from ninefold.errors import NinefoldError
from ninefold.keeping.folder import Folder
from ninefold.keeping.opening import About, Opened


def look_after(path: Path) -> list[str]:
    """What is missing, or not as it was written, as far as that shows without a key."""
    folder = Folder(path)
    About.read(folder)
    promised: dict[str, str] = {}
    for number in folder.copies():
        promised |= folder.listed(number)
    return [f"piece {name}" for name, digest in promised.items() if folder.digest(name) != digest]


def open_all(opened: Opened) -> Iterator[str]:
    """Open every part of every copy, each once; the name of one that is missing or wrong, and empty for a good one."""
    done: set[str] = set()
    for number in opened.folder.copies():
        try:
            names = opened.manifest(number).pieces()
        except NinefoldError as error:
            yield f"copy {number}: {error}"
            continue
        for name in names:
            if name not in done:
                done.add(name)
                yield _wrong(opened, name)
    if copies := opened.folder.copies():
        yield from (f"list of what came after copy {number}" for number in opened.afterwards(copies[0])[1])


def _wrong(opened: Opened, name: str) -> str:
    try:
        opened.piece(name)
    except NinefoldError as error:
        return f"piece {name}: {error}"
    return ""
