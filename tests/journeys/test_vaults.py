"""The life of a vault in three browsers: keys made, founded, filled, opened with a colleague's share, destroyed."""

import base64
import os
import re
import subprocess
import sys
import zipfile

import pytest
from running import House

from ninefold.access.vaults import ceremony
from ninefold.access.vaults.age_keys import Identity
from ninefold.access.vaults.vault_file import VaultFile

TEXT = "The red line of the upper bank is the weir at Sarn: canary 51c7"
FILE = b"what the lower bank would give for it: canary 88d2"
MADE_HERE = "counted by the server itself: canary 2f0e"
CANARIES = [b"canary 51c7", b"canary 88d2", b"canary 2f0e"]
PEOPLE = ("teya", "elowa", "daro")


@pytest.fixture(scope="module")
def house(tmp_path_factory):
    """A sample of its own, whose vault no other journey sees."""
    running = House(tmp_path_factory.mktemp("vaults"))
    yield running
    running.stop()


@pytest.fixture(scope="module")
def signed_in(browser, house):
    return house.sign_in(browser)


class Desk:
    """One person at his browser, and the folder in which he keeps his files."""

    def __init__(self, page, folder):
        self.page, self.folder = page, folder
        folder.mkdir()

    def press(self, name):
        self.page.get_by_role("button", name=name, exact=True).click()

    def saved(self, link):
        """What a link of the page saves."""
        with self.page.expect_download() as download:
            self.page.get_by_role("link", name=link, exact=True).click()
        path = self.folder / download.value.suggested_filename
        download.value.save_as(path)
        path.chmod(0o600)
        return path

    def make_key(self):
        """Make a key in the browser, save its file, publish its public half."""
        self.page.goto("/access/vaults/keys/")
        self.page.get_by_label("Name", exact=True).first.fill("vault")
        self.press("Make the key")
        self.page.locator("#key-save").wait_for()
        path = self.saved("Save the file of this key")
        self.press("Publish")
        self.page.wait_for_load_state()
        assert Identity.from_file(path).recipient in self.page.locator("main").inner_text()
        return Identity.from_file(path)

    def destroy_key(self, address):
        """Destroy the key of this browser, and confirm it."""
        self.page.goto(address)
        self.press("Destroy the key in this browser")
        self.page.get_by_text("no longer in this browser").wait_for()
        self.page.get_by_label("No copy of my key is left").check()
        self.press("Confirm that my key is destroyed")
        self.page.wait_for_load_state()


@pytest.fixture
def desks(visit, tmp_path):
    return {name: Desk(visit("en", name, accept_downloads=True), tmp_path / name) for name in PEOPLE}


def found(desk, accessible):
    """The ceremony, and the address of the vault."""
    desk.page.goto("/access/vaults/found/")
    accessible(desk.page)
    desk.page.get_by_label("Name of the vault").fill("Red lines")
    for box in desk.page.locator("[data-recipient]").all():
        box.check()
    desk.page.get_by_label("How many of them open it together").fill("2")
    desk.page.locator("[name=audiences]").first.check()
    desk.press("Found the vault")
    desk.page.get_by_role("link", name="Red lines").click()
    desk.page.wait_for_load_state()
    return desk.page.url


def deposit(desk, address, accessible):
    """A text and a file, each sealed by the page before it leaves."""
    for name, fill in (
        ("Sarn", lambda page: page.get_by_label("Text", exact=True).fill(TEXT)),
        ("", lambda page: page.get_by_label("Or a file").set_input_files(file_of(desk))),
    ):
        desk.page.goto(f"{address}deposit/")
        accessible(desk.page)
        desk.page.get_by_label("Name", exact=True).fill(name)
        fill(desk.page)
        desk.press("Seal it and put it in")
        desk.page.wait_for_url(address)


def file_of(desk):
    path = desk.folder / "offer.txt"
    path.write_bytes(FILE)
    return path


def seal_on_the_server(house, address):
    """What a room of the server would seal, in a process of its own on the same workspace."""
    code = (
        "import django; django.setup(); from ninefold import clock; from ninefold.access import actions; "
        "from uuid import UUID; import sys; actions.seal_into(by=None, now=clock.now(), vault=UUID(sys.argv[1]), "
        "name='Counts', content=sys.argv[2].encode())"
    )
    env = os.environ | {"NINEFOLD_WORKSPACE": str(house.workspace), "DJANGO_SETTINGS_MODULE": "ninefold.web.settings"}
    vault = re.search(r"vaults/([0-9a-f-]{36})/", address)[1]
    subprocess.run([sys.executable, "-c", code, vault, MADE_HERE], env=env, check=True)


def secrets_of(vault, identities):
    """Everything that must be nowhere: what was put in, the keys, the shares, the vault's own key."""
    shares = [ceremony.own_share(vault, one) for one in identities]
    keys = [*identities, ceremony.key_from(vault, shares)]
    raw = [*CANARIES, *(share.value for share in shares), *(key.secret for key in keys)]
    return [*raw, *(one.hex().encode() for one in raw), *(base64.b64encode(one)[:-4] for one in raw)] + [
        key.text().encode() for key in keys
    ]


def found_in(folder, secrets):
    """The files of a workspace, the write-ahead log included, in which a secret stands."""
    files = [path for path in folder.rglob("*") if path.is_file()]
    assert any(path.name.endswith("-wal") for path in files)
    return [path.name for path in files for one in secrets if one in path.read_bytes()]


def command(folder, *words):
    done = subprocess.run(
        [sys.executable, "-m", "ninefold", "vault", *words], cwd=folder, capture_output=True, text=True
    )
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout


def test_the_life_of_a_vault(house, desks, accessible):
    teya, elowa, daro = (desks[name] for name in PEOPLE)
    # 1. Three people make a key each in their browsers, and one of them founds a vault that two of them open.
    identities = [desk.make_key() for desk in (teya, elowa, daro)]
    accessible(teya.page)
    address = found(teya, accessible)
    accessible(teya.page)
    on_a_phone_in_arabic(house, teya, address, accessible)
    # 2. One of them puts a text and a file in; the server puts in something of its own.
    deposit(daro, address, accessible)
    seal_on_the_server(house, address)
    # 3. An administrator with the whole folder finds nothing.
    vault = VaultFile.from_file(taken_by(teya, address, "Take the vault's file"))
    assert found_in(house.workspace, secrets_of(vault, identities)) == []
    # 4. A colleague encrypts his share to the one who opens; it opens in her browser.
    passed = pass_on(elowa, address, "Teya", accessible)
    open_in_browser(teya, address, passed, accessible)
    # 5. The same off the server, with the command, from the files that she took and the key that she saved.
    open_at_the_command(teya, address, passed)
    assert found_in(house.workspace, secrets_of(vault, identities)) == []
    # 6. Two of three destroy their keys: it opens nowhere, the ledger says so, and the ciphertext is overwritten.
    sealed = ciphertexts(teya)
    assert len(found_in(house.workspace, sealed)) >= len(sealed)
    destroy(teya, elowa, daro, address, accessible)
    assert found_in(house.workspace, sealed) == []


def on_a_phone_in_arabic(house, desk, address, accessible):
    """The vault's own pages fit a phone from right to left; then the desk is as it was."""
    page = desk.page
    page.set_viewport_size({"width": 360, "height": 740})
    page.context.add_cookies([{"name": "django_language", "value": "ar", "url": house.address}])
    for path in ("", "deposit/", "open/"):
        page.goto(address + path)
        assert page.locator("html").get_attribute("dir") == "rtl"
        accessible(page)
        assert page.evaluate("document.documentElement.scrollWidth <= innerWidth"), path
    page.context.add_cookies([{"name": "django_language", "value": "en", "url": house.address}])
    page.set_viewport_size({"width": 1280, "height": 900})


def ciphertexts(desk):
    """The last bytes of each sealed item, as they lie in the database, and a line of an encrypted share."""
    packed = next(path for path in desk.folder.iterdir() if path.suffix == ".zip")
    with zipfile.ZipFile(packed) as archive:
        ends = [archive.read(name)[-200:] for name in archive.namelist() if name.endswith(".age")]
    file = next(path for path in desk.folder.iterdir() if path.suffix == ".vault")
    return [*ends, VaultFile.from_file(file).custodians[0].share.splitlines()[2].encode()]


def taken_by(desk, address, link):
    desk.page.goto(address)
    return desk.saved(link)


def pass_on(desk, address, to, accessible):
    desk.page.goto(f"{address}open/")
    accessible(desk.page)
    option = desk.page.locator("#to option").filter(has_text=to).first.get_attribute("value")
    desk.page.select_option("#to", option)
    desk.press("Encrypt my share to him")
    desk.page.locator("#passed").wait_for()
    return desk.page.locator("#passed-text").input_value()


def open_in_browser(desk, address, passed, accessible):
    page = desk.page
    page.goto(f"{address}open/")
    desk.press("Open")
    page.get_by_text("opens with 2 different shares; here are 1").wait_for()
    page.locator("#shares").fill(passed)
    desk.press("Open")
    page.get_by_text("Opened: 3.").wait_for()
    said = page.locator("#opened").inner_text()
    assert said.count("as its entry says") == 3
    assert TEXT in said
    assert MADE_HERE in said
    assert desk.saved("Save offer.txt").read_bytes() == FILE
    accessible(page)


def open_at_the_command(desk, address, passed):
    packed = taken_by(desk, address, "Take all of it, sealed")
    file = next(path for path in desk.folder.iterdir() if path.suffix == ".vault")
    (desk.folder / "elowa.share").write_text(passed)
    told = ["--identity", "custodian.key.txt", "--share", "elowa.share", "--items", packed.name, "--out", "opened"]
    assert command(desk.folder, "open", file.name, *told).count("as the list says") == 3
    contents = {path.read_bytes() for path in (desk.folder / "opened").iterdir()}
    assert contents == {TEXT.encode(), FILE, MADE_HERE.encode()}


def destroy(teya, elowa, daro, address, accessible):
    teya.destroy_key(address)
    assert "Confirmed so far: 1." in teya.page.locator("main").inner_text()
    assert "open: things may be put in" in teya.page.locator("main").inner_text()
    elowa.destroy_key(address)
    said = elowa.page.locator("main").inner_text()
    assert "destroyed: too few custodians have their keys" in said
    assert "All of this is deleted here. Its commitments stay in the ledger." in said
    accessible(elowa.page)
    for path, status in (("open/", 403), ("sealed/", 404), ("file/", 404), ("deposit/", 403)):
        assert daro.page.request.get(address + path).status == status
    daro.page.goto("/ledger/")
    log = daro.page.locator("main").inner_text()
    assert "destroyed a vault" in log
    assert log.count("confirmed that a key to a vault is destroyed") == 2


@pytest.mark.parametrize("width", [360, 1280])
def test_the_pages_fit_in_both_languages(visit, accessible, language, width):
    page = visit(language, "teya", "/access/vaults/", viewport={"width": width, "height": 800})
    for path in ("/access/vaults/", "/access/vaults/keys/", "/access/vaults/found/", "/access/"):
        page.goto(path)
        accessible(page)
        assert page.evaluate("document.documentElement.scrollWidth <= innerWidth"), path


def test_a_key_is_made_by_keyboard(visit):
    page = visit("en", "velune", "/access/vaults/keys/")
    page.locator("#key-name").focus()
    page.keyboard.type("by keyboard")
    page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    page.locator("#key-save").wait_for()
    assert page.locator("#publish [name=recipient]").input_value().startswith("age1")
