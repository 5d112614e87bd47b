"""`ninefold run`: prepare a workspace, start its processes, say how to get in, and stop it all again.

This process loads no Django: it watches the others, which end when it ends.
"""

import http.client
import os
import re
import signal
import ssl
import subprocess
import sys
import threading
import time
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import click

from ninefold import clock
from ninefold.errors import ConflictError, InvalidError, UnavailableError
from ninefold.web import config, workspace
from ninefold.web.address import SOON_DAYS, Address, from_settings, require_certificate
from ninefold.web.claim import Claim, free_port
from ninefold.web.household import Child, Household

_SETTINGS = {
    "host": "NINEFOLD_HOST",
    "site": "NINEFOLD_SITE",
    "cert": "NINEFOLD_CERT",
    "cert_key": "NINEFOLD_CERT_KEY",
    "behind_proxy": "NINEFOLD_PROXY",
    "processes": "NINEFOLD_PROCESSES",
}
_READY_SECONDS = 60.0
_ASK_SECONDS = 0.05
_ADDRESS = re.compile(r"[^@\s]+@[^@\s]+")
_LONGEST_NAME = 200


@click.command(name="run")
@click.option("--empty", is_flag=True, help="Start a real workspace, without the invented sample.")
@click.option("--port", type=click.IntRange(0, 65_535), help="Serve at this port; 0 takes any free one.")
@click.option("--host", help="Listen at this address of the machine; beyond loopback with a certificate only.")
@click.option("--site", help="The name of the site as readers type it.")
@click.option("--cert", type=click.Path(path_type=Path), help="Its certificate with the chain, as a PEM file.")
@click.option("--cert-key", type=click.Path(path_type=Path), help="The private key of the certificate, as a PEM file.")
@click.option("--behind-proxy", metavar="NAME", help="A proxy on this machine holds the certificate of the site NAME.")
@click.option("--processes", type=click.IntRange(1, 16), help="So many processes serve pages, behind the proxy.")
@click.option("--workspace", "folder", type=click.Path(path_type=Path), help="The workspace's folder; made if absent.")
@click.option(
    "--email",
    default="first@localhost.localdomain",
    help="Address of the first person of a new real workspace.",
)
@click.option("--name", default="First administrator", help="The name of that person.")
def command(*, empty: bool, port: int | None, folder: Path | None, email: str, name: str, **site: object) -> None:
    """Start a workspace on this machine and print its address.

    Without options it makes a sample: an invented process over real data, in a folder of its own.
    """
    began = time.monotonic()
    _name_site(site)
    served = _served(port)
    _require_person(email, name)
    chosen, claim = _claimed(folder, empty=empty)
    try:
        served = replace(served, port=free_port(served.port if port is None else port, served.listens_on))
        claim.say(f"{served.url}/")
        os.environ["NINEFOLD_WORKSPACE"] = str(chosen)
        os.environ["NINEFOLD_PORT"] = str(served.port)
        os.environ["DJANGO_SETTINGS_MODULE"] = "ninefold.web.settings"
        kind = "sample" if workspace.read(chosen).sample else "workspace"
        click.echo(f"Preparing the {kind} in {chosen} ...", err=True)
        _Run(served, began).live(email, name)
    finally:
        claim.release()


def _name_site(site: Mapping[str, object]) -> None:
    """What the options say of the site goes into the environment, which every child reads."""
    for option, setting in _SETTINGS.items():
        if site[option] is not None:
            os.environ[setting] = str(site[option])


def _served(port: int | None) -> Address:
    """Where to serve, once it is seen to be safe; a certificate that ends soon is told on stderr."""
    served = from_settings()
    if served.cert:
        ends = require_certificate(served, clock.now())
        if ends - clock.now() < timedelta(days=SOON_DAYS):
            click.echo(f"The certificate ends on {ends:%Y-%m-%d}; renew it and start again.", err=True)
    if _processes() > 1 and (not served.proxied or port == 0):
        raise InvalidError("Several processes share one site behind a proxy; use --behind-proxy NAME, and name a port.")
    return served


def _processes() -> int:
    return config.number("NINEFOLD_PROCESSES", least=1, most=16)


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

    def __init__(self, served: Address, began: float) -> None:
        self._served = served
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
                click.echo(f"\nReady after {seconds:.1f} seconds: {self._served.url}/\n\n{words}")
                click.echo("Ctrl-C stops everything.")
                self._household.watch(self._stopping)
        finally:
            # The terminal may be gone, and what cannot be said must not keep the children alive.
            with suppress(OSError):
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
                for place in range(_processes()):
                    self._household.start(Child("server", "ninefold.web.server", (str(place),)))
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
            if all(_answers(self._served, place) for place in range(_processes())):
                return True
            if time.monotonic() > last:
                raise UnavailableError("The server has not answered for {n:.0f} seconds.", n=_READY_SECONDS)
        return False


def _answers(served: Address, place: int) -> bool:
    """Whether a page comes. By TLS only that it comes is asked: what the certificate says was asked before."""
    where = served.reached_by, served.port + place
    connection = http.client.HTTPConnection(*where, timeout=_READY_SECONDS)
    if served.cert:
        unasked = ssl._create_unverified_context()  # noqa: S323
        connection = http.client.HTTPSConnection(*where, timeout=_READY_SECONDS, context=unasked)
    try:
        connection.request("GET", "/", headers={"Host": served.name})
        return connection.getresponse().status < http.client.INTERNAL_SERVER_ERROR
    except OSError:
        return False
    finally:
        connection.close()
