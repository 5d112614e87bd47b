"""No telemetry, no third-party script, no call home."""

import re

import pytest

from ninefold.web import config, workspace
from ninefold.web.config import SETTINGS

from .watch import LOOPBACK_ONLY, NAMED_ONLY, SOURCE, assets, calls_out, third_parties


def test_no_module_reaches_another_machine():
    allowed = LOOPBACK_ONLY | NAMED_ONLY
    for file in SOURCE.rglob("*.py"):
        assert calls_out(file.read_text(encoding="utf-8")) == allowed.get(file.name, []), file.name


def test_what_asks_others_knows_no_address():
    for name in NAMED_ONLY:
        (file,) = SOURCE.rglob(name)
        assert "://" not in file.read_text(encoding="utf-8"), name
    defaults = {setting.name: setting.default for setting in SETTINGS}
    for name in ("NINEFOLD_TIME_AUTHORITIES", "NINEFOLD_DIRECTORY", "NINEFOLD_MAIL_HOST", "NINEFOLD_PUSH_CONTACT"):
        assert defaults[name] == "", name


def test_what_run_asks_is_this_machine():
    text = (SOURCE / "cli" / "run.py").read_text(encoding="utf-8")
    assert set(re.findall(r"HTTPS?Connection\(([^,)]*)", text)) == {"*where"}
    assert re.findall(r"where = (.*)", text) == ["served.reached_by, served.port + place"]


def test_only_the_witnesses_of_the_policy_are_asked():
    """One file asks, one file has it ask, and what it asks are addresses of the policy; by default there is none."""
    users = [file.name for file in SOURCE.rglob("*.py") if "Asking(" in file.read_text(encoding="utf-8")]
    assert users == ["gathering.py"]
    text = (SOURCE / "ledger" / "gathering.py").read_text(encoding="utf-8")
    assert re.findall(r"Question\(([^,)]*)", text) == ["asked.witness.url"]


def test_a_new_workspace_names_no_witness(tmp_path):
    workspace.create(tmp_path / "w", sample=False, address="")
    assert not (tmp_path / "w" / config.text("NINEFOLD_WITNESS_POLICY")).exists()


def test_no_page_loads_anything_from_elsewhere():
    assert len(assets()) > 20
    for file in assets():
        assert third_parties(file.read_text(encoding="utf-8")) == [], file.name


@pytest.mark.parametrize(
    "planted",
    ["import httpx", "from ninefold import outward", "from urllib import request", "import urllib.request as r"],
)
def test_a_planted_call_is_caught(planted):
    assert calls_out(planted)


@pytest.mark.parametrize(
    "planted",
    [
        '<script src="https://example.org/a.js">',
        "@import url(//example.org/a.css)",
        "import x from 'https://example.org/x.mjs'",
    ],
)
def test_a_planted_address_is_caught(planted):
    assert third_parties(planted)
