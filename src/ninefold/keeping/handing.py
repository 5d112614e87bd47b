"""An export of the whole node as one file: the folder that was made, in a ZIP that tells nothing but its content."""

import shutil
import tempfile
import zipfile
from collections.abc import Callable
from contextlib import ExitStack
from pathlib import Path
from typing import IO

from ninefold.sealing.packing import entry_of


def packed(make: Callable[[Path], object]) -> IO[bytes]:
    """Have it made in a folder that goes at once, and pack it; the file goes when it is closed. All of it is sealed."""
    with ExitStack() as failing:
        file = failing.enter_context(tempfile.TemporaryFile())
        with tempfile.TemporaryDirectory(prefix="ninefold-export-") as made:
            make(Path(made) / "export")
            _pack(Path(made) / "export", file)
        file.seek(0)
        failing.pop_all()
    return file


def _pack(folder: Path, file: IO[bytes]) -> None:
    with zipfile.ZipFile(file, "w") as archive:
        for path in sorted(folder.rglob("*")):
            if path.is_file() and path.name != "lock":
                entry = entry_of(path.relative_to(folder).as_posix())
                # What is sealed cannot be made smaller.
                entry.compress_type, entry.file_size = zipfile.ZIP_STORED, path.stat().st_size
                with path.open("rb") as content, archive.open(entry, "w") as into:
                    shutil.copyfileobj(content, into)
