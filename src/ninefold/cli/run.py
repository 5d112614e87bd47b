"""`ninefold run`: prepare a workspace, start its processes, say how to get in, and stop it all again.

This process loads no Django: it watches the others, which end when it ends.
"""

import http.client
import os
import re
import signal
import subprocess
import sys
import threading
import time
from pathlib import Path

import click

from ninefold.errors import ConflictError, InvalidError, UnavailableError
from ninefold.web import config, workspace
from ninefold.web.claim import Claim, free_port
from ninefold.web.household import Child, Household

_LOOPBACK = ("localhost", "127.0.0.1")
_READY_SECONDS = 60.0
_ASK_SECONDS = 0.05
_ADDRESS = re.compile(r"[^@\s]+@[^@\s]+")
_LONGEST_NAME = 200


@click.command(name="run")
@click.option("--empty", is_flag=True, help="Start a real workspace, without the invented sample.")
@click.option("--port", type=click.IntRange(0, 65_535), help="Serve at this port; 0 takes any free one.")
@click.option("--host", default="localhost", show_default=True, help="Only this machine, for now.")
@click.option("--workspace", "folder", type=click.Path(path_type=Path), help="The workspace's folder; made if absent.")
@click.option(
    "--email",
    default="first@localhost.localdomain",
    help="Address of the first person of a new real workspace.",
)
@click.option("--name", default="First administrator", help="The name of that person.")
def command(*, empty: bool, port: int | None, host: str, folder: Path | None, email: str, name: str) -> None:
    """Start a workspace on this machine and print its address.

    Without options it makes a sample: an invented process over real data, in a folder of its own.
    """
    began = time.monotonic()
    _require_loopback(host)
    _require_person(email, name)
    chosen, claim = _claimed(folder, empty=empty)
    try:
        number = free_port(config.number("NINEFOLD_PORT", least=1, most=65_535) if port is None else port)
        claim.say(f"http://localhost:{number}/")
        os.environ["NINEFOLD_WORKSPACE"] = str(chosen)
        os.environ["NINEFOLD_PORT"] = str(number)
        os.environ["DJANGO_SETTINGS_MODULE"] = "ninefold.web.settings"
        kind = "sample" if workspace.read(chosen).sample else "workspace"
        click.echo(f"Preparing the {kind} in {chosen} ...", err=True)
        _Run(number, began).live(email, name)
    finally:
        claim.release()


def _require_loopback(host: str) -> None:
    if host not in _LOOPBACK:
        raise InvalidError(
            "Pages are served to this machine only: beyond loopback they need TLS, which is not built yet. Leave out "
            "--host {host}.",
            host=host,
        )


def _require_person(email: str, name: str) -> None:
    """Before anything is made: an account that nobody can name would be the only one in a new workspace."""
    if not _ADDRESS.fullmatch(email):
        raise InvalidError("{email} is not an e-mail address; write it as name@example.org.", email=repr(email))
    if not name.strip() or len(name) > _LONGEST_NAME:
        raise InvalidError("Write the --name of the first person in 1 to {most} characters.", most=_LONGEST_NAME)


def _claimed(folder: Path | None, *, empty: bool) -> tuple[Path, Claim]:
    """The folder to run, made if absent, and the right to run it."""
    usual = Path(config.text("NINEFOLD_WORKSPACES")) / ("main" if empty else "sample")
    named = folder or (Path(os.environ["NINEFOLD_WORKSPACE"]) if os.environ.get("NINEFOLD_WORKSPACE") else usual)
    try:
        chosen = _choose(named.resolve(), empty=empty)
        return chosen, Claim(chosen)
    except OSError as error:
        raise InvalidError(
            "No workspace can be kept in {folder} ({why}); name another folder with --workspace.",
            folder=str(named),
            why=error.strerror or "it cannot be written",
        ) from None


def _choose(chosen: Path, *, empty: bool) -> Path:
    """The folder, made if absent. A sample and a real workspace never share one."""
    if not workspace.exists(chosen):
        workspace.create(chosen, sample=not empty, address=config.text("NINEFOLD_DATABASE"))
    elif empty and workspace.read(chosen).sample:
        raise ConflictError(
            "The workspace {folder} is a sample; name another folder for the real one.", folder=str(chosen)
        )
    return chosen


class _Run:
    """One run, from the first signal handler to the last child."""

    def __init__(self, port: int, began: float) -> None:
        self._port = port
        self._began = began
        self._stopping = threading.Event()
        self._household = Household(os.environ)

    def live(self, email: str, name: str) -> None:
        """Prepare, start, wait for the first page, speak, and watch until told to stop."""
        for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
            signal.signal(number, lambda *_: self._stopping.set())
        try:
            words = self._prepare(email, name)
            if not self._stopping.is_set():
                self._household.start(Child("worker", "ninefold.jobs"))
            if self._first_page():
                seconds = time.monotonic() - self._began
                click.echo(f"\nReady after {seconds:.1f} seconds: http://localhost:{self._port}/\n\n{words}")
                click.echo("Ctrl-C stops everything.")
                self._household.watch(self._stopping)
        finally:
            click.echo("Stopping ...", err=True)
            self._household.stop()

    def _prepare(self, email: str, name: str) -> str:
        """What the preparer says in the end; the server starts as soon as it can."""
        arguments = [sys.executable, "-m", "ninefold.web.preparer", email, name]
        # The server's pages are compiled and its first requests answered while the sample is still being filled.
        with subprocess.Popen(  # noqa: S603 - our own interpreter and module
            arguments, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True, process_group=0
        ) as preparer:
            threading.Thread(target=self._end_with_me, args=(preparer,), daemon=True).start()
            said = preparer.stdout
            if said and said.readline():
                self._household.start(Child("server", "ninefold.web.server"))
            words = said.read() if said else ""
        if preparer.returncode and not self._stopping.is_set():
            raise click.exceptions.Exit(preparer.returncode if preparer.returncode > 0 else 1)
        return words

    def _end_with_me(self, preparer: subprocess.Popen[str]) -> None:
        while preparer.poll() is None:
            if self._stopping.wait(_ASK_SECONDS):
                preparer.terminate()
                return

    def _first_page(self) -> bool:
        """Whether the front page answered; False when asked to stop before."""
        last = time.monotonic() + _READY_SECONDS
        while not self._stopping.wait(_ASK_SECONDS):
            self._household.mend()
            if _answers(self._port):
                return True
            if time.monotonic() > last:
                raise UnavailableError("The server has not answered for {n:.0f} seconds.", n=_READY_SECONDS)
        return False


def _answers(port: int) -> bool:
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=_READY_SECONDS)
    try:
        connection.request("GET", "/")
        return connection.getresponse().status < http.client.INTERNAL_SERVER_ERROR
    except OSError:
        return False
    finally:
        connection.close()
