"""No telemetry, no third-party script, no call home."""

import re

import pytest

from .watch import LOOPBACK_ONLY, NAMED_BY_THE_OPERATOR, SOURCE, assets, calls_out, third_parties


def test_no_module_reaches_another_machine():
    known = LOOPBACK_ONLY | NAMED_BY_THE_OPERATOR
    for file in SOURCE.rglob("*.py"):
        assert calls_out(file.read_text(encoding="utf-8")) == known.get(file.name, []), file.name


def test_what_run_asks_is_this_machine():
    text = (SOURCE / "cli" / "run.py").read_text(encoding="utf-8")
    assert re.findall(r"HTTPConnection\(([^,)]*)", text) == ['"127.0.0.1"']


def test_no_page_loads_anything_from_elsewhere():
    assert len(assets()) > 20
    for file in assets():
        assert third_parties(file.read_text(encoding="utf-8")) == [], file.name


@pytest.mark.parametrize("planted", ["import httpx", "from urllib import request", "import urllib.request as r"])
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
