"""`./ninefold` installs what the settings need, and no more: the reader of signed XML only for a directory of SAML."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

SCRIPT = Path(__file__).parents[2] / "ninefold"
ASKED = "import runpy, sys; print(runpy.run_path(sys.argv.pop(1))['extras']())"


def extras(folder, *words, **settings):
    """What the script would install besides, asked with these words and settings alone."""
    kept = {key: said for key, said in os.environ.items() if not key.startswith("NINEFOLD_")}
    done = subprocess.run(
        [sys.executable, "-c", ASKED, SCRIPT, *words],
        env=kept | {"NINEFOLD_WORKSPACES": str(folder / "workspaces")} | settings,
        cwd=folder,
        capture_output=True,
        text=True,
        check=True,
    )
    return done.stdout.strip()


@pytest.fixture
def place(tmp_path):
    """A workspace with a directory of SAML, one with a directory of OpenID Connect, and files that are neither."""
    for name, said in (("one", 'protocol = "saml"'), ("two", 'protocol = "openid"'), ("broken", "protocol =")):
        (tmp_path / "workspaces" / name).mkdir(parents=True)
        (tmp_path / "workspaces" / name / f"{name}.toml").write_text(said)
    (tmp_path / "aside").mkdir()
    (tmp_path / "aside" / "aside.toml").write_text('protocol = "saml"')
    return tmp_path


NONE, SAML = "[]", "['--extra', 'saml']"


@pytest.mark.parametrize(
    ("named", "expected"),
    [
        ("", NONE),
        ("one.toml", SAML),
        ("two.toml", NONE),
        ("broken.toml", NONE),
        ("absent.toml", NONE),
        ("aside.toml", NONE),
        ("\udcff", NONE),
    ],
    ids=ascii,
)
def test_the_file_below_a_workspace_says_which_protocol(place, named, expected):
    assert extras(place, "run", NINEFOLD_DIRECTORY=named) == expected


def test_the_workspace_may_be_named_by_a_word_or_a_setting_and_the_file_by_its_whole_path(place):
    aside = place / "aside"
    assert extras(place, "run", "--workspace", str(aside), NINEFOLD_DIRECTORY="aside.toml") == SAML
    assert extras(place, "run", f"--workspace={aside}", NINEFOLD_DIRECTORY="aside.toml") == SAML
    assert extras(place, "run", NINEFOLD_WORKSPACE=str(aside), NINEFOLD_DIRECTORY="aside.toml") == SAML
    assert extras(place, "run", NINEFOLD_DIRECTORY=str(aside / "aside.toml")) == SAML
    assert extras(place, "run", NINEFOLD_DIRECTORY=str(aside)) == NONE


def test_without_any_workspace_nothing_is_needed(tmp_path):
    assert extras(tmp_path, "run", NINEFOLD_DIRECTORY="directory.toml") == NONE
    assert extras(tmp_path, "run", NINEFOLD_DATABASE="postgresql:///x") == "['--extra', 'postgres']"
