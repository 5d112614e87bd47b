"""The list of what is or would be left without a holder, as the commands print it."""

import json
from collections.abc import Sequence
from typing import TYPE_CHECKING

import click

if TYPE_CHECKING:
    from ninefold.access.reads import Orphan


def show(found: Sequence["Orphan"], *, as_json: bool = False, err: bool = False) -> None:
    """One line a thing, with what to do; as JSON in the words of the API."""
    if as_json:
        from ninefold.access.api_leaving import orphan_out

        click.echo(json.dumps([orphan_out(one).model_dump(mode="json") for one in found], ensure_ascii=False))
        return
    for one in found:
        name = one.name.name.shown_to("en").text if one.name else ""
        about = " (not yours to see)" if one.hidden else ""
        click.echo(f"{one.kind}{about}{f': {name}' if name else ''}\n  {one.words}\n  {one.remedy}", err=err)
    if not found:
        click.echo("Nothing is without a holder.", err=err)


def show_before(found: Sequence["Orphan"], *, orphans_read: bool) -> None:
    """The list comes before the act, on the error stream, unless he says that he has read it."""
    if found and not orphans_read:
        click.echo("Without a holder would be left:", err=True)
        show(found, err=True)
