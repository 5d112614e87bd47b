"""The browser's half of a vault against the command's half: the same bytes, each opens what the other sealed."""

import base64
import json
import threading
from datetime import date
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from uuid import uuid4

import pytest

import ninefold
from ninefold.access.vaults import ceremony, items, shares
from ninefold.access.vaults.age_keys import Identity
from ninefold.access.vaults.vault_file import VaultFile

SOURCE = Path(ninefold.__file__).parent
PAGE = b'<!doctype html><html lang="en"><title>vault</title><div id="words"></div></html>'


class Answer(BaseHTTPRequestHandler):
    """The pages' scripts at their addresses, under the same policy as in the house."""

    def do_GET(self):
        name = self.path.removeprefix("/static/")
        found = [SOURCE / room / "static" / name for room in ("access", "web")]
        file = next((one for one in found if one.is_file()), None)
        kind, body = ("text/javascript", file.read_bytes()) if file else ("text/html", PAGE)
        self.send_response(200)
        self.send_header("Content-Type", kind)
        self.send_header("Content-Security-Policy", "default-src 'self'; script-src 'self'")
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *args):
        """Nothing is logged."""


@pytest.fixture(scope="module")
def desk(browser):
    """A page on which the modules are called: `desk("ceremony", "(m, a) => m.found(a)", value)`."""
    server = ThreadingHTTPServer(("127.0.0.1", 0), Answer)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    page = browser.new_page()
    page.goto(f"http://localhost:{server.server_address[1]}/")

    def call(module, act, value=None):
        code = f"async (given) => ({act})(await import('/static/access/vaults/{module}.js'), given)"
        return page.evaluate(code, value)

    yield call
    page.close()
    server.shutdown()
    server.server_close()


class Kept:
    def __init__(self, k=2, n=3):
        self.identities = [Identity.new() for _ in range(n)]
        invited = [ceremony.Invited(f"Custodian {at}", one.recipient) for at, one in enumerate(self.identities)]
        self.file = ceremony.found(name="Talks", k=k, custodians=invited, day=date(2026, 3, 1))
        self.key = ceremony.key_from(self.file, [ceremony.own_share(self.file, one) for one in self.identities])

    def browser_keys(self):
        return [{"recipient": one.recipient, "identity": one.text()} for one in self.identities]


FAULT = "(error) => ({fault: error.word, ...error.values})"


@pytest.mark.parametrize(("k", "n"), [(1, 2), (2, 3), (3, 5), (20, 20)])
def test_the_same_shares_come_out(desk, k, n):
    secret, terms = bytes(range(32)), [bytes([7 * at + 1]) * 32 for at in range(k - 1)]
    ours = iter(terms)
    made = [one.hex() for one in shares.split(secret, k=k, n=n, random=lambda _size: next(ours))]
    split = """(m, {secret, terms, k, n}) => {
        const left = terms.map((one) => Uint8Array.from(one));
        return m.split(Uint8Array.from(secret), k, n, () => left.shift()).map((one) => [...one]);
    }"""
    given = {"secret": list(secret), "terms": [list(one) for one in terms], "k": k, "n": n}
    theirs = desk("shares", split, given)
    assert [bytes(one).hex() for one in theirs] == made
    chosen = dict(list(enumerate(theirs, start=1))[-k:])
    combine = "(m, pairs) => [...m.combine(new Map(pairs.map(([i, s]) => [i, Uint8Array.from(s)])))]"
    assert bytes(desk("shares", combine, list(map(list, chosen.items())))) == secret


def test_the_same_padding(desk):
    sizes = [0, 1, 1023, 1024, 1025, 65536, (1 << 20) - 1, 1 << 20, (1 << 20) + 1, 3_000_000, 8 << 20]
    padded = [items.padded_size(size) if size else 1024 for size in sizes]
    assert desk("items", "(m, sizes) => sizes.map(m.paddedSize)", sizes) == padded


def test_a_vault_founded_in_the_browser_opens_at_the_command(desk):
    identities = [Identity.new() for _ in range(3)]
    custodians = [{"label": f"دانا {at}", "recipient": one.recipient} for at, one in enumerate(identities)]
    given = {"name": " Talks ", "k": 2, "custodians": custodians, "day": "2026-03-01"}
    vault = VaultFile.parse(desk("ceremony", "(m, given) => m.found(given)", given).encode())
    assert (vault.name, vault.k, vault.n) == ("Talks", 2, 3)
    passed = ceremony.pass_on(vault, identities[1], to=identities[0].recipient)
    gathered = [ceremony.own_share(vault, identities[0]), ceremony.passed_share(vault, passed, identities[0])]
    assert ceremony.key_from(vault, gathered).recipient == vault.recipient


def test_a_share_passed_either_way_opens_on_the_other_side(desk):
    kept = Kept()
    given = {"file": kept.file.text().decode(), "keys": kept.browser_keys()}
    passed = desk("ceremony", "(m, {file, keys}) => m.passOn(m.readVault(file), keys[1], keys[0].recipient)", given)
    assert ceremony.passed_share(kept.file, passed.encode(), kept.identities[0]).index == 2
    ours = ceremony.pass_on(kept.file, kept.identities[1], to=kept.identities[0].recipient).decode()
    opening = """async (m, {file, keys, text}) => {
        const vault = m.readVault(file);
        const shares = [await m.ownShare(vault, keys[0]), ...await m.passedShares(vault, text, keys[0])];
        return m.keyFrom(vault, shares);
    }"""
    assert desk("ceremony", opening, given | {"text": f"Dear Ada,\n{ours}\nBero"}) == kept.key.text()


@pytest.mark.parametrize("content", [b"", b"what was said", bytes(range(256)) * 300], ids=["empty", "short", "long"])
def test_an_item_sealed_either_way_opens_on_the_other_side(desk, content):
    kept, item = Kept(), str(uuid4())
    given = {"vault": str(kept.file.id), "id": item, "name": "تقرير", "media": "text/plain"}
    seal = """async (m, {item, content, to}) => {
        const sealed = await m.seal({...item, content: Uint8Array.from(atob(content), (c) => c.charCodeAt(0))}, to);
        return {age: btoa(Array.from(sealed.age, (byte) => String.fromCharCode(byte)).join("")),
                commitment: sealed.commitment};
    }"""
    told = {"item": given, "content": base64.b64encode(content).decode(), "to": kept.file.recipient}
    theirs = desk("items", seal, told)
    age = base64.b64decode(theirs["age"])
    opened, committed = items.open_item(age, kept.key, vault=kept.file.id)
    assert (opened.content, opened.name, str(opened.id)) == (content, "تقرير", item)
    assert committed.hex() == theirs["commitment"]
    assert items.require_form(age)
    ours = items.seal(items.Item(kept.file.id, uuid4(), "Note", "text/plain", content), kept.file.recipient)
    back = desk("items", OPEN, {"age": list(ours.age), "key": kept.key.text(), "vault": str(kept.file.id)})
    assert bytes(back["content"]) == content
    assert (back["commitment"], back["sha256"]) == (ours.commitment.hex(), ours.digest.hex())


OPEN = f"""async (m, {{age, key, vault}}) => {{
    try {{
        const item = await m.openItem(Uint8Array.from(age), key, vault);
        return {{...item, content: [...item.content]}};
    }} catch (error) {{ return ({FAULT})(error); }}
}}"""


def test_what_is_wrong_is_named(desk):
    kept, other = Kept(), Kept()
    held = items.seal(items.Item(kept.file.id, uuid4(), "Note", "text/plain", b"x"), kept.file.recipient).age
    given = {"age": list(held), "key": kept.key.text(), "vault": str(kept.file.id)}
    assert desk("items", OPEN, given | {"vault": str(other.file.id)})["fault"] == "otherVault"
    assert desk("items", OPEN, given | {"key": other.key.text()})["fault"] == "notForThisKey"
    assert desk("items", OPEN, given | {"age": list(held[:-1])})["fault"] == "notForThisKey"
    opening = f"""async (m, {{file, keys, more}}) => {{
        try {{
            const vault = m.readVault(file);
            return await m.keyFrom(vault, [await m.ownShare(vault, keys[0]),
                ...more.map((one) => ({{...one, value: Uint8Array.from(one.value)}}))]);
        }} catch (error) {{ return ({FAULT})(error); }}
    }}"""
    told = {"file": kept.file.text().decode(), "keys": kept.browser_keys()}
    wrong = {"vault": str(kept.file.id), "index": 2, "value": [0] * 32}
    assert desk("ceremony", opening, told | {"more": []}) == {"fault": "tooFewShares", "k": 2, "given": 1}
    assert desk("ceremony", opening, told | {"more": [wrong]}) == {"fault": "wrongShare", "label": "Custodian 1"}
    strange = [wrong | {"vault": str(other.file.id)}]
    assert desk("ceremony", opening, told | {"more": strange})["fault"] == "shareOfOtherVault"
    assert desk("ceremony", opening, told | {"keys": other.browser_keys(), "more": []})["fault"] == "noCustodian"


def test_a_key_is_kept_locked_in_the_browser(desk):
    """Saved once as text; afterwards the browser uses it and gives it to nobody."""
    making = """async (m) => {
        const made = await m.make("laptop");
        const [kept] = await m.kept();
        let read = "no";
        try { await crypto.subtle.exportKey("pkcs8", kept.identity); read = "yes"; } catch {}
        return {text: m.fileOf(made), recipient: made.recipient, kind: kept.identity.constructor.name, read};
    }"""
    made = desk("keys", making)
    identity = Identity.parse(made["text"].splitlines()[1])
    assert identity.recipient == made["recipient"]
    assert (made["kind"], made["read"]) == ("CryptoKey", "no")
    kept = Kept(1, 2)
    invited = [ceremony.Invited("A", identity.recipient), ceremony.Invited("B", kept.identities[0].recipient)]
    vault = ceremony.found(name="Talks", k=1, custodians=invited, day=date(2026, 3, 1))
    using = """async (m, file) => {
        const ceremony = await import('/static/access/vaults/ceremony.js');
        const [key] = await m.kept();
        const vault = ceremony.readVault(file);
        return ceremony.keyFrom(vault, [await ceremony.ownShare(vault, key)]);
    }"""
    assert desk("keys", using, vault.text().decode()).startswith("AGE-SECRET-KEY-1")
    assert desk("keys", "async (m, one) => { await m.destroy(one); return m.kept(); }", made["recipient"]) == []


def test_the_canonical_form_is_one(desk):
    value = {"b": ["ü", "\u2028", 'a"\\\n'], "a": {"z": 1, "k": 0}, "name": "دانا \U0001f54a"}
    from ninefold.ledger.canonical import canonical_json

    assert (
        desk("texts", "(m, text) => m.canonical(JSON.parse(text))", json.dumps(value)) == canonical_json(value).decode()
    )
