"""`ninefold sign-in`: a token is kept for one workspace, readable by its owner alone, and named nobody else's."""

import os
import stat
from datetime import timedelta

import pytest
from click.testing import CliRunner
from django.conf import settings

from ninefold import clock
from ninefold.access import actions
from ninefold.access.models import Person
from ninefold.cli import kept_tokens
from ninefold.cli.sign_in import command
from ninefold.errors import RefusedError

pytestmark = pytest.mark.django_db
WORKSPACE = ["--workspace", str(settings.WORKSPACE)]


@pytest.fixture
def config(tmp_path):
    before = os.environ.get("XDG_CONFIG_HOME")
    os.environ["XDG_CONFIG_HOME"] = str(tmp_path)
    yield tmp_path
    os.environ.pop("XDG_CONFIG_HOME")
    if before:
        os.environ["XDG_CONFIG_HOME"] = before


def token(house):
    now = clock.now()
    ends = now + timedelta(days=1)
    return actions.issue_token(by=house.person("ada"), now=now, name="t", scopes=["read", "act"], ends=ends).secret


def test_a_token_is_kept_for_its_owner_alone(house, config):
    secret = token(house)
    told = CliRunner().invoke(command, WORKSPACE, input=secret + "\n")
    assert told.exit_code == 0, told.output
    assert "You act as Ada" in told.output
    assert secret not in told.output
    (path,) = (config / "ninefold" / "tokens").iterdir()
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert kept_tokens.kept(settings.LOG_ORIGIN) == secret


def test_an_unknown_token_is_not_kept(house, config):
    told = CliRunner().invoke(command, WORKSPACE, input="nf_nonsense\n")
    assert isinstance(told.exception, RefusedError)
    assert not (config / "ninefold").exists()


def test_signing_out_forgets_it(house, config):
    kept_tokens.keep(settings.LOG_ORIGIN, token(house))
    told = CliRunner().invoke(command, [*WORKSPACE, "--out"])
    assert told.exit_code == 0
    with pytest.raises(RefusedError, match="ninefold sign-in"):
        kept_tokens.kept(settings.LOG_ORIGIN)


def test_a_token_that_others_could_read_is_refused(config):
    path = kept_tokens.keep("origin", "nf_x")
    path.chmod(0o644)
    with pytest.raises(RefusedError, match="Others could read"):
        kept_tokens.kept("origin")


def test_no_flag_names_another_person():
    names = {name for parameter in command.params for name in parameter.opts}
    assert names == {"--out", "--workspace"}
    assert not Person.objects.exists()
