"""Somebody signed in at the command line: his token is kept for this workspace, and commands run as he runs them."""

import json
import os
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import timedelta

from click.testing import CliRunner
from django.conf import settings

from ninefold import clock
from ninefold.access import actions
from ninefold.cli import kept_tokens
from ninefold.cli.main import house
from ninefold.errors import NinefoldError, answer_to


@dataclass(frozen=True)
class Told:
    """What a command answered."""

    code: int
    out: str
    err: str

    @property
    def json(self):
        return json.loads(self.out)


def run(*words):
    """A command of the house in this workspace; an error becomes its exit code and its sentence, as for a person."""
    told = CliRunner().invoke(house, [*words, "--workspace", str(settings.WORKSPACE)])
    if isinstance(told.exception, NinefoldError):
        return Told(answer_to(told.exception).exit_code, told.stdout, told.stderr + str(told.exception))
    if told.exception and not isinstance(told.exception, SystemExit):
        raise told.exception
    return Told(told.exit_code, told.stdout, told.stderr)


@contextmanager
def signed_in(person, folder, *, scopes=("read", "act")):
    """Keep a token of this person in a configuration folder of his own."""
    now = clock.now()
    kept = actions.issue_token(by=person, now=now, name="t", scopes=list(scopes), ends=now + timedelta(days=1))
    before = os.environ.get("XDG_CONFIG_HOME")
    os.environ["XDG_CONFIG_HOME"] = str(folder)
    try:
        kept_tokens.keep(settings.LOG_ORIGIN, kept.secret)
        yield
    finally:
        os.environ.pop("XDG_CONFIG_HOME")
        if before:
            os.environ["XDG_CONFIG_HOME"] = before
