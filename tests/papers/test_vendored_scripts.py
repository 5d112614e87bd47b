"""The scripts of other people that are shipped are what their manifest says, with their licences, and small."""

import gzip
import hashlib
import json
from pathlib import Path

import ninefold.web

VENDOR = Path(ninefold.web.__file__).parent / "static" / "vendor" / "scripts"
ROW = json.loads((VENDOR / "MANIFEST.json").read_text())
SCRIPT = VENDOR / ROW["file"]


def test_the_script_is_what_the_manifest_says():
    content = SCRIPT.read_bytes()
    assert hashlib.sha256(content).hexdigest() == ROW["sha256"]
    assert len(content) == ROW["bytes"]
    assert {one.name for one in VENDOR.iterdir()} == {"age.js", "age.LICENSES.txt", "MANIFEST.json"}


def test_every_package_in_it_is_pinned_with_its_licence():
    licences = (VENDOR / "age.LICENSES.txt").read_text()
    for one in ROW["packages"]:
        assert one["licence"] in {"MIT", "BSD-3-Clause"}
        assert one["integrity"].startswith("sha512-")
        assert f"{one['package']} {one['version']} ({one['licence']})" in licences


def test_it_needs_no_permission_that_the_policy_withholds():
    """No text becomes code, and nothing is compiled: `script-src 'self'` is enough."""
    text = SCRIPT.read_text(encoding="utf-8")
    for word in ("eval(", "new Function", "WebAssembly", "importScripts", "fetch(", "XMLHttpRequest"):
        assert word not in text


def test_it_is_small():
    assert len(gzip.compress(SCRIPT.read_bytes())) < 40_000
