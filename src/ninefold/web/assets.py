"""Scripts as they came with the program: what a browser must find in them, and which served files are others.

A page names with each script its fingerprint (Subresource Integrity), taken from the installed package and not from the
folder that is served: who changes that folder alone changes no page, and the browser runs nothing else. A module's
imports bear no fingerprint of their own, so each is named before, as a preload: once it was refused, it is not asked
for again (HTML, "fetch a modulepreload module script graph": the module map keeps the failure).
"""

import base64
import gzip
import hashlib
import posixpath
import re
import tempfile
import zlib
from collections.abc import Iterator, Mapping
from functools import cache
from importlib.metadata import Distribution
from pathlib import Path

from django.conf import settings
from django.contrib.staticfiles import finders
from django.contrib.staticfiles.management.commands import collectstatic
from django.contrib.staticfiles.storage import ManifestStaticFilesStorage

from ninefold.errors import NotThereError

_IMPORT = re.compile(rb'^import [^;]*?"(\.[^"]+)";', re.MULTILINE)
_STAMP, _PACKED = ".collected", ".gz"


@cache
def integrity(name: str) -> str:
    """What a browser holds a script against: its SHA-384 as it was shipped."""
    return f"sha384-{base64.b64encode(hashlib.sha384(_shipped(name)).digest()).decode('ascii')}"


@cache
def imported(name: str) -> tuple[str, ...]:
    """Every module that a module loads, directly or through another, each once."""
    found: dict[str, None] = {}
    waiting = [name]
    while waiting:
        here = waiting.pop()
        for told in _IMPORT.findall(_shipped(here)):
            there = posixpath.normpath(posixpath.join(posixpath.dirname(here), told.decode("ascii")))
            if there not in found:
                found[there] = None
                waiting.append(there)
    return tuple(sorted(found))


def changed_assets(served: Path) -> Iterator[Path]:
    """The files of the served folder that are not as this program makes them: changed, gone, or nobody's."""
    with tempfile.TemporaryDirectory() as folder:
        _collect(Path(folder))
        wanted = {name: path.read_bytes() for name, path in _files(Path(folder))}
    there = dict(_files(served))
    yield from (served / name for name in sorted({*wanted, *there}) if not _is_as_made(name, there, wanted))


def _is_as_made(name: Path, there: Mapping[Path, Path], wanted: Mapping[Path, bytes]) -> bool:
    if name not in there:
        return False
    packed = name.suffix == _PACKED and name not in wanted
    made = wanted.get(name.with_suffix("") if packed else name)
    return made is not None and made == _content(there[name], packed=packed)


def changed_program(installed: Distribution) -> Iterator[Path]:
    """The files of an installed package that are not as its list says. One that is run from its sources has no list."""
    for file in installed.files or ():
        if file.hash is None:
            continue
        path = Path(str(installed.locate_file(file)))
        try:
            digest = hashlib.new(file.hash.mode, path.read_bytes()).digest()
        except OSError:
            yield path
            continue
        if base64.urlsafe_b64encode(digest).rstrip(b"=").decode("ascii") != file.hash.value:
            yield path


def _collect(folder: Path) -> None:
    """Write every asset into a folder under its versioned name; beside each of them a packed one is served."""
    command = collectstatic.Command()
    command.storage = ManifestStaticFilesStorage(location=str(folder), base_url=settings.STATIC_URL)
    told = {"interactive": False, "verbosity": 0, "link": False, "clear": False, "dry_run": False}
    command.set_options(**told, ignore_patterns=[], use_default_ignore_patterns=True, post_process=True)
    command.collect()


def _files(folder: Path) -> Iterator[tuple[Path, Path]]:
    return ((path.relative_to(folder), path) for path in folder.rglob("*") if path.is_file() and path.name != _STAMP)


def _content(path: Path, *, packed: bool) -> bytes | None:
    """What a browser gets of a file; None where it cannot be unpacked."""
    try:
        return gzip.decompress(path.read_bytes()) if packed else path.read_bytes()
    except (OSError, EOFError, zlib.error):
        return None


def _shipped(name: str) -> bytes:
    path = finders.find(name)
    if path is None:
        raise NotThereError("There is no script {name}.", name=name)
    return Path(path).read_bytes()
