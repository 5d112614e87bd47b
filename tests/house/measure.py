"""The measure of how code reads here, as functions from a tree to the faults found in it."""

import ast
import re
from collections.abc import Iterator
from pathlib import Path
from statistics import median

LONGEST_FILE, MEDIAN_FILE = 400, 150
LONGEST_FUNCTION, MEDIAN_FUNCTION = 60, 10
MOCKS_A_TEST = 0.1
DRAWERS = {"utils", "util", "common", "core", "helpers", "managers", "services", "misc"}
_MOCK = re.compile(r"Mock\(|\bmock\.|(?<![.\w])patch\(|monkeypatch\.")


def sources(root: Path) -> list[Path]:
    """The Python files of a tree, migrations and vendored files left out."""
    found = sorted(root.rglob("*.py"))
    return [file for file in found if not {"migrations", "vendor"} & set(file.relative_to(root).parts)]


def too_long(root: Path) -> list[str]:
    """Files and functions over the measure."""
    faults = []
    for file in sources(root):
        text = file.read_text(encoding="utf-8")
        if (lines := len(text.splitlines())) > LONGEST_FILE:
            faults.append(f"{file.name}: {lines} lines")
        faults += [f"{file.name}: {name} has {size} lines" for name, size in functions(text) if size > LONGEST_FUNCTION]
    return faults


def medians(root: Path) -> tuple[float, float]:
    """The median length of a file (lines) and of a function (lines)."""
    texts = [file.read_text(encoding="utf-8") for file in sources(root)]
    sizes = [size for text in texts for _, size in functions(text)]
    return median(len(text.splitlines()) for text in texts), median(sizes)


def functions(text: str) -> Iterator[tuple[str, int]]:
    """Each function of a file with its number of lines, docstring included."""
    for node in ast.walk(ast.parse(text)):
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
            yield node.name, node.end_lineno - node.lineno + 1


def drawers(root: Path) -> list[str]:
    """Files and folders whose name says nothing of what is inside."""
    return [str(path) for path in root.rglob("*") if path.stem in DRAWERS]


def mocks(root: Path) -> float:
    """Mocks a test, over all tests of a tree (this folder left out: it names what it looks for)."""
    text = "\n".join(file.read_text(encoding="utf-8") for file in root.rglob("*.py") if "house" not in file.parts)
    return len(_MOCK.findall(text)) / max(1, text.count("def test_"))


def unsigned_rooms(root: Path) -> list[str]:
    """Top folders without a docstring on the door."""
    rooms = [path for path in root.iterdir() if path.is_dir() and path.name != "__pycache__"]
    return [room.name for room in rooms if not _docstring(room / "__init__.py")]


def _docstring(file: Path) -> str | None:
    return ast.get_docstring(ast.parse(file.read_text(encoding="utf-8"))) if file.exists() else None
