"""Scripts that somebody changed on the disk: pages name what a browser must find, and the doctor names the file."""

import base64
import gzip
import hashlib
import re
import shutil
from importlib.metadata import Distribution
from importlib.metadata import distribution as installed
from pathlib import Path

import pytest
from django.conf import settings
from django.contrib.staticfiles import finders
from django.template import engines

from ninefold.web import assets
from ninefold.web.assets import changed_assets, changed_program, imported, integrity

SCRIPT = re.compile(r'<script[^>]*\ssrc="([^"]+)"([^>]*)>')
PRELOAD = re.compile(r'<link rel="modulepreload" href="([^"]+)" integrity="([^"]+)">')
PACKAGE = Path(assets.__file__).parents[1]


def fingerprint(content):
    return f"sha384-{base64.b64encode(hashlib.sha384(content).digest()).decode()}"


def test_every_script_of_every_template_bears_its_fingerprint():
    """A template says `module` or `script`; nothing asks for a script in another way."""
    for path in PACKAGE.rglob("templates/**/*.html"):
        assert not SCRIPT.search(path.read_text(encoding="utf-8")), path


def test_pages_name_what_a_browser_must_find(stranger, reader):
    for page in (stranger.get("/").text, stranger.get("/sign-in/").text, reader("teya-orvane").get("/access/").text):
        found = SCRIPT.findall(page)
        assert found
        for address, more in found:
            served = settings.STATIC_ROOT / address.removeprefix("/static/")
            assert f'integrity="{fingerprint(served.read_bytes())}"' in more


def test_a_module_names_everything_that_it_imports_before_itself(static_files):
    page = engines["django"].from_string("{% load scripts %}{% module 'access/vaults/page_deposit.js' %}").render()
    found = dict(PRELOAD.findall(page))
    names = ["access/vaults/fault.js", "access/vaults/items.js", "access/vaults/page.js", "access/vaults/seals.js"]
    names += ["access/vaults/texts.js", "vendor/scripts/age.js"]
    assert list(found) == [f"/static/{name}" for name in names]
    for address, told in found.items():
        assert fingerprint((settings.STATIC_ROOT / address.removeprefix("/static/")).read_bytes()) == told
    assert page.index("modulepreload") < page.index("<script")


def test_every_import_of_every_script_is_seen():
    """The pattern finds what a browser would load; a script that imported in another way would go unnamed."""
    for path in PACKAGE.rglob("static/**/*.js"):
        if "vendor" in path.parts:
            continue
        text = path.read_text(encoding="utf-8")
        name = str(path).rpartition("/static/")[2]
        wanted = {one.rpartition("/")[2] for one in re.findall(r'(?:from|import)\s*\(?\s*"([^"]+)"', text)}
        assert wanted <= {one.rpartition("/")[2] for one in imported(name)}, name


def test_the_fingerprint_is_of_the_installed_script_not_of_the_served_one(tmp_path, settings):
    settings.STATIC_ROOT = tmp_path
    (tmp_path / "web").mkdir()
    (tmp_path / "web" / "sign.js").write_text("steal();")
    assert integrity("web/sign.js") == fingerprint(Path(finders.find("web/sign.js")).read_bytes())


@pytest.fixture(scope="module")
def collected(tmp_path_factory, static_files):
    """A served folder as a start makes it."""
    folder = tmp_path_factory.mktemp("served") / "static"
    shutil.copytree(settings.STATIC_ROOT, folder)
    return folder


def versioned(folder, name):
    stem, _, suffix = name.rpartition(".")
    (found,) = folder.glob(f"{stem}.????????????.{suffix}")
    return found


def test_a_served_folder_as_it_was_made_has_no_fault(collected):
    assert list(changed_assets(collected)) == []


@pytest.mark.parametrize(
    "name", ["access/vaults/page_deposit.js", "web/sign.js", "web/ninefold.css", "mfa/js/webauthn.js"]
)
@pytest.mark.parametrize("of", ["plain", "versioned", "packed"])
def test_a_changed_asset_is_named(collected, name, of):
    path = collected / name if of == "plain" else versioned(collected, name)
    if of == "packed":
        path = path.with_name(f"{path.name}.gz")
    kept = path.read_bytes()
    path.write_bytes(gzip.compress(gzip.decompress(kept) + b"//") if of == "packed" else kept + b"//")
    assert list(changed_assets(collected)) == [path]
    path.write_bytes(kept)


def test_an_asset_more_or_less_and_another_list_are_named(collected):
    more, less, manifest = (
        collected / "web" / "more.js.gz",
        collected / "web" / "sign.js",
        collected / "staticfiles.json",
    )
    kept, text = less.read_bytes(), manifest.read_bytes()
    more.write_bytes(b"not packed")
    less.unlink()
    manifest.write_bytes(text.replace(b"web/sign.js", b"web/more.js"))
    assert list(changed_assets(collected)) == [manifest, more, less]
    more.unlink()
    less.write_bytes(kept)
    manifest.write_bytes(text)
    assert list(changed_assets(collected)) == []


def test_a_changed_program_is_named(tmp_path):
    """A package as an installer leaves it, with its list; here a small one of those that are installed."""
    whole = installed("click")
    for file in whole.files:
        target = tmp_path / file
        if ".." not in file.parts:
            target.parent.mkdir(parents=True, exist_ok=True)
            shutil.copy(whole.locate_file(file), target)
    (info,) = tmp_path.glob("click-*.dist-info")
    assert list(changed_program(Distribution.at(info))) == []
    changed, gone = tmp_path / "click" / "core.py", tmp_path / "click" / "types.py"
    changed.write_text(changed.read_text() + "\n")
    gone.unlink()
    assert list(changed_program(Distribution.at(info))) == [changed, gone]


def test_a_start_makes_the_served_folder_again_once_it_was_deleted(tmp_path, settings):
    """What the doctor says to do."""
    from ninefold.web.preparing import prepare_assets

    settings.STATIC_ROOT = tmp_path / "static"
    prepare_assets()
    assert list(changed_assets(settings.STATIC_ROOT)) == []
    (settings.STATIC_ROOT / "web" / "sign.js").write_text("steal();")
    prepare_assets()
    assert list(changed_assets(settings.STATIC_ROOT)) == [settings.STATIC_ROOT / "web" / "sign.js"]
    shutil.rmtree(settings.STATIC_ROOT)
    prepare_assets()
    assert list(changed_assets(settings.STATIC_ROOT)) == []
