"""The way from a command into a workspace: open it, and act as the holder of a token and as nobody else."""

import os
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import wraps
from pathlib import Path
from typing import TypeVar

import click

from ninefold.errors import InvalidError, NotThereError
from ninefold.web import config, workspace

R = TypeVar("R")


def in_workspace(command: Callable[..., R]) -> Callable[..., R]:
    """Give a command `--workspace`, and open that workspace before the command's body runs."""

    @click.option(
        "--workspace",
        "folder",
        type=click.Path(path_type=Path),
        help="The workspace's folder; by default the only one there is, or NINEFOLD_WORKSPACE.",
    )
    @wraps(command)
    def opened(*args: object, folder: Path | None, **kwargs: object) -> R:
        open_workspace(folder)
        with _database_asked():
            return command(*args, **kwargs)

    return opened


@contextmanager
def _database_asked() -> Iterator[None]:
    """A database that does not answer is told in a sentence."""
    from ninefold.web import outage

    try:
        yield
    except Exception as error:
        if outage.is_outage(error):
            raise outage.answer() from None
        raise


def open_workspace(folder: Path | None) -> None:
    """Load Django on a workspace; one that is not there raises `NotThereError`."""
    chosen = chosen_workspace(folder)
    os.environ["NINEFOLD_WORKSPACE"] = str(chosen)
    os.environ["DJANGO_SETTINGS_MODULE"] = "ninefold.web.settings"
    import django

    django.setup()


def chosen_workspace(folder: Path | None) -> Path:
    """The folder that is meant: the named one, else the only one there is; `NotThereError` where it holds none."""
    chosen = (folder or _only_one()).resolve()
    if not workspace.exists(chosen):
        raise NotThereError("There is no workspace in {folder}; make one with `ninefold run`.", folder=str(chosen))
    return chosen


def _only_one() -> Path:
    if os.environ.get("NINEFOLD_WORKSPACE"):
        return Path(config.text("NINEFOLD_WORKSPACE"))
    there = [about.parent for about in Path(config.text("NINEFOLD_WORKSPACES")).glob("*/workspace.toml")]
    if len(there) > 1:
        names = ", ".join(sorted(str(folder) for folder in there))
        raise InvalidError("There are several workspaces ({names}); name one with --workspace.", names=names)
    return there[0] if there else Path(config.text("NINEFOLD_WORKSPACE"))
