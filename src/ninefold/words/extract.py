"""The words that a reader may see: found in Python by its syntax tree, in templates by Django's own reader.

Sentences of errors, reasons of decisions and the words of entry kinds are translated when they are shown, so they
are looked for where they are written: `InvalidError("…")`, `Decision(False, "…")`, `entry_kind(name, "…")`, and in
module constants whose name ends with `_WORDS`, where a pure file keeps sentences that a page translates.
"""

import ast
import re
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

from django.utils.translation.template import templatize

PACKAGE = Path(__file__).resolve().parent.parent

# Function: the position of the context (or None), of the singular, of the plural (or None).
_CALLS: dict[str, tuple[int | None, int, int | None]] = {
    "_": (None, 0, None),
    "gettext": (None, 0, None),
    "gettext_lazy": (None, 0, None),
    "gettext_noop": (None, 0, None),
    "ngettext": (None, 0, 1),
    "ngettext_lazy": (None, 0, 1),
    "pgettext": (0, 1, None),
    "pgettext_lazy": (0, 1, None),
    "npgettext": (0, 1, 2),
    "InvalidError": (None, 0, None),
    "RefusedError": (None, 0, None),
    "NotThereError": (None, 0, None),
    "ConflictError": (None, 0, None),
    "UnavailableError": (None, 0, None),
    "Decision": (None, 1, None),
    "entry_kind": (None, 1, None),
}
_QUOTED = r"""u?('(?:\\.|[^'\\])*'|"(?:\\.|[^"\\])*")"""
_IN_TEMPLATE = re.compile(rf"\b(n?p?gettext|_)\(\s*{_QUOTED}(?:\s*,\s*{_QUOTED})?(?:\s*,\s*{_QUOTED})?")


class Message(NamedTuple):
    """One thing to translate and the file that holds it; `plural` and `context` may be empty."""

    file: str
    singular: str
    plural: str
    context: str


def messages(package: Path = PACKAGE) -> list[Message]:
    """Everything to translate under a package, in the order of files."""
    found: list[Message] = []
    for file in sorted(package.rglob("*.py")):
        if not {"migrations", "vendor"} & set(file.parts):
            found += in_python(file.read_text(encoding="utf-8"), str(file.relative_to(package)))
    for file in sorted(path for path in package.rglob("templates/**/*") if path.suffix in {".html", ".txt"}):
        found += in_template(file.read_text(encoding="utf-8"), str(file.relative_to(package)))
    return found


def in_python(source: str, file: str) -> Iterator[Message]:
    """The messages of a Python file. Literals joined by the compiler and both arms of a condition count."""
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.Call) and (places := _CALLS.get(_name(node.func))):
            context, plural = _literal(node.args, places[0]), _literal(node.args, places[2])
            for singular in _literals(node.args, places[1]):
                yield Message(file, singular, plural, context)
        elif isinstance(node, ast.Assign) and _keeps_words(node):
            yield from (Message(file, text, "", "") for text in _kept(node.value))
        elif isinstance(node, ast.ClassDef) and node.name.endswith("Error"):
            yield from (Message(file, text, "", "") for text in _defaults(node))


def in_template(source: str, file: str) -> Iterator[Message]:
    """The messages of a Django template."""
    for found in _IN_TEMPLATE.finditer(templatize(source, origin=file)):
        context, singular, plural = _CALLS[found[1]]
        parts = [ast.literal_eval(part) if part else "" for part in found.groups()[1:]]
        yield Message(
            file, parts[singular], "" if plural is None else parts[plural], "" if context is None else parts[context]
        )


def untranslatable(source: str, file: str) -> list[str]:
    """Calls whose sentence is put together at run time (`f"…"`, `"…" + x`, `"…".format()`), as `file:line`."""
    faults = []
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.Call) and (places := _CALLS.get(_name(node.func))) and len(node.args) > places[1]:
            given = node.args[places[1]]
            made = isinstance(given, ast.JoinedStr | ast.BinOp)
            if made or (isinstance(given, ast.Call) and _name(given.func) == "format"):
                faults.append(f"{file}:{node.lineno}")
    return faults


def _name(function: ast.expr) -> str:
    if isinstance(function, ast.Attribute):
        return function.attr
    return function.id if isinstance(function, ast.Name) else ""


def _literals(arguments: list[ast.expr], place: int) -> list[str]:
    """The strings that may stand at a place: one, or both arms of a condition."""
    if place >= len(arguments):
        return []
    given = arguments[place]
    arms = [given.body, given.orelse] if isinstance(given, ast.IfExp) else [given]
    return [arm.value for arm in arms if isinstance(arm, ast.Constant) and isinstance(arm.value, str) and arm.value]


def _literal(arguments: list[ast.expr], place: int | None) -> str:
    return "".join(_literals(arguments, place)[:1]) if place is not None else ""


def _keeps_words(node: ast.Assign) -> bool:
    return any(isinstance(target, ast.Name) and target.id.endswith("_WORDS") for target in node.targets)


def _kept(value: ast.expr) -> Iterator[str]:
    """The sentences of a constant: itself, the values of a table, the members of a list."""
    held = value.values if isinstance(value, ast.Dict) else getattr(value, "elts", [value])
    yield from (one.value for one in held if isinstance(one, ast.Constant) and isinstance(one.value, str))


def _defaults(node: ast.ClassDef) -> Iterator[str]:
    """The sentence that an error of ours says when it is given none."""
    for function in node.body:
        if isinstance(function, ast.FunctionDef) and function.name == "__init__":
            yield from (
                default.value
                for default in function.args.defaults
                if isinstance(default, ast.Constant) and isinstance(default.value, str)
            )
