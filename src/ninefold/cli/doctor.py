"""`ninefold doctor`: what is wrong with an installation, and what to do about it."""

import json
from collections.abc import Sequence
from pathlib import Path

import click

from ninefold import clock
from ninefold.cli.workspace import chosen_workspace, open_workspace
from ninefold.errors import ConflictError, NinefoldError


@click.command("doctor")
@click.option(
    "--workspace",
    "folder",
    type=click.Path(path_type=Path),
    help="The workspace's folder; by default the only one there is, or NINEFOLD_WORKSPACE.",
)
@click.option("--json", "as_json", is_flag=True, help="Print the faults as JSON.")
def command(*, folder: Path | None, as_json: bool) -> None:
    """Look at everything that may be wrong with a workspace, and name each fault with what to do.

    It changes nothing and shows no record. Run it as the account that runs the workspace.
    """
    from ninefold.web.doctor.fault import Fault
    from ninefold.web.doctor.place import look_at_place

    chosen = chosen_workspace(folder)
    found = list(look_at_place(chosen, clock.now()))
    if any(fault.part == "folder" and "another account" in fault.wrong for fault in found):
        # Opening the database as somebody else would leave files that its own account cannot write.
        found.append(Fault("database", "it was not looked at", "run this again as the account that owns the folder"))
    else:
        try:
            open_workspace(chosen)
            # The tables are imported when Django is ready, which is only now.
            from ninefold.web.doctor.program import look_at_program
            from ninefold.web.doctor.records import look_at_records

            found += look_at_program()
            found += look_at_records(clock.now(), running=_runs(chosen))
        except NinefoldError as error:
            found.append(Fault("database", str(error), "set what it names, and look again"))
    _tell(found, as_json=as_json)


def _tell(found: Sequence[tuple[str, str, str]], *, as_json: bool) -> None:
    if as_json:
        told = [{"part": part, "wrong": wrong, "do": do} for part, wrong, do in found]
        click.echo(json.dumps({"faults": told}, ensure_ascii=False, indent=2))
    for part, wrong, do in () if as_json else found:
        click.echo(f"{part}: {wrong}\n    {do}")
    if found:
        raise ConflictError("{count} things want mending.", count=len(found))
    if not as_json:
        click.echo("Nothing is wrong with this workspace.")


def _runs(folder: Path) -> bool:
    from ninefold.errors import UnavailableError
    from ninefold.web.claim import Claim

    try:
        claim = Claim(folder)
    except UnavailableError:
        return True
    claim.release()
    return False
