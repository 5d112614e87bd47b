"""`ninefold ledger watch`: see from outside whether a key was listed or ended under a label. Needs no workspace."""

import json
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import click

from ninefold.cli.files import read_text
from ninefold.errors import ConflictError, InvalidError, NotThereError, UnavailableError
from ninefold.ledger.hexadecimal import read_hex
from ninefold.ledger.keys import Verifier
from ninefold.ledger.listings import LABEL
from ninefold.ledger.notes import LONGEST_NOTE
from ninefold.ledger.watching import LARGEST_BUNDLE, Fetch, Place, place_from, read_on, unknown

_LONGEST_STATE = 1 << 20
_PATIENCE = 30.0  # seconds for one answer


@click.command("watch")
@click.option("--label-file", required=True, type=click.Path(path_type=Path), help="A file that holds the label.")
@click.option("--url", required=True, help="Where the log is, up to and with /tlog.")
@click.option("--state", type=click.Path(path_type=Path), help="Where to remember how far the log was read.")
@click.option(
    "--key", metavar="VKEY", help="The key of the log, had from elsewhere; by default the first that it shows."
)
@click.option(
    "--known", type=click.IntRange(0), help="How many entries under the label you know: keys listed, and ended."
)
@click.option("--json", "as_json", is_flag=True, help="Print the answer as JSON.")
def command(
    *, label_file: Path, url: str, state: Path | None, key: str | None, known: int | None, as_json: bool
) -> None:
    """Read the public leaves on from where the last reading ended, and say what stands under a label.

    Ends with 4 when there is more than you know, or when the log does not grow from what it showed before. What you
    know is remembered with the place; after you listed or ended a key yourself, give the new number with --known.
    """
    label = read_hex(read_text(label_file, 200).strip(), "the label", length=LABEL)
    before, knew = _remembered(state)
    known = knew if known is None else known
    with _reading(url) as fetch:
        place = before or Place(Verifier.parse(key or fetch("key").decode().strip()))
        if key and str(place.log) != key:
            raise ConflictError("This log was read under another key before: {key}.", key=place.log)
        place = read_on(place, label, fetch("checkpoint"), fetch)
    if state:
        _remember(state, {"known": known, "place": place.value()})
    _tell(place, known, as_json=as_json)


def _tell(place: Place, known: int, *, as_json: bool) -> None:
    strange = unknown(place, known)
    if as_json:
        found = [{"number": number, "leaf": leaf} for number, leaf in place.found]
        click.echo(json.dumps({"log": str(place.log), "size": place.size, "known": known, "found": found}, indent=2))
    else:
        click.echo(f"{place.log.name}: {place.size} leaves read; {len(place.found)} entries stand under this label.")
        missing = sorted(set(range(known)) - {number for number, _ in place.found})
        for number in missing:
            click.echo(f"  number {number} is not in the log, or not yet")
    if strange:
        raise ConflictError(
            "ALARM: under this label stands what you do not know: {what}. If it was not you, somebody lists keys in "
            "your name: tell your correspondents. If it was, give --known {known}.",
            what=", ".join(f"number {number} at leaf {leaf}" for number, leaf in strange),
            known=strange[-1][0] + 1,
        )
    if not as_json:
        click.echo(f"Nothing beyond the {known} that you know: no key was listed or ended unseen.")


@contextmanager
def _reading(url: str) -> Iterator[Fetch]:
    """A way to fetch what lies below the log's address: so much and no more, and never from elsewhere."""
    import httpx

    base = url.rstrip("/")
    with httpx.Client(timeout=_PATIENCE, follow_redirects=False) as client:

        def fetch(path: str) -> bytes:
            most = LARGEST_BUNDLE if path.startswith("tile/") else LONGEST_NOTE
            try:
                with client.stream("GET", f"{base}/{path}") as answer:
                    if answer.status_code != 200:
                        raise NotThereError("There is no log at {url}.", url=url)
                    return _bounded(answer.iter_bytes(), most, url)
            except (httpx.HTTPError, httpx.InvalidURL):
                raise UnavailableError("The log at {url} does not answer; try again.", url=url) from None

        yield fetch


def _bounded(pieces: Iterator[bytes], most: int, url: str) -> bytes:
    whole = b""
    for piece in pieces:
        whole += piece
        if len(whole) > most:
            raise InvalidError("What {url} sends is longer than anything of a log.", url=url)
    return whole


def _remembered(path: Path | None) -> tuple[Place | None, int]:
    if path is None or not path.exists():
        return None, 0
    try:
        told = json.loads(read_text(path, _LONGEST_STATE))
        return place_from(told["place"]), int(told["known"])
    except (ValueError, KeyError, TypeError):
        raise InvalidError("The file {path} holds no place that was read to; name another.", path=path) from None


def _remember(path: Path, value: dict[str, Any]) -> None:
    """In place of the old one, whole or not at all."""
    fresh = path.with_name(f".{path.name}.new")
    try:
        fresh.write_text(json.dumps(value) + "\n", encoding="utf-8")
        fresh.replace(path)
    except OSError:
        raise UnavailableError("The file {path} could not be written, so nothing is remembered.", path=path) from None
