"""Signed notes, and the keys that sign them."""

import base64
import json
import os
import stat
from hashlib import sha256
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ninefold.errors import ConflictError, InvalidError, NinefoldError, NotThereError, RefusedError
from ninefold.ledger.keys import read_base64
from ninefold.ledger.notes import (
    LONGEST_NOTE,
    Signature,
    Signer,
    Verifier,
    open_note,
    sign_note,
    split_note,
    write_note,
)

SPEC = json.loads((Path(__file__).parent / "vectors" / "c2sp.json").read_bytes())["signed_note"]
ALICE = Signer("example.org/alice", bytes(range(32)))
BERTA = Signer("example.org/berta", bytes(range(1, 33)))
TEXT = "Peace talks\nbegin at nine.\n"
NOTE = sign_note(TEXT, ALICE)
KEY = str(ALICE.verifier)


def test_the_example_of_the_specification_opens():
    note = open_note(SPEC["note"], [SPEC["vkey"]])
    assert note.text == "This is an example message.\n"
    assert [signature.name for signature in note.signatures] == ["example.com/foo"]
    assert str(Verifier.parse(SPEC["vkey"])) == SPEC["vkey"]


@pytest.mark.parametrize("text", [NOTE, NOTE.encode()], ids=["text", "bytes"])
@pytest.mark.parametrize("keys", [KEY, [KEY], ALICE.verifier, (ALICE.verifier, str(BERTA.verifier))])
def test_a_note_opens_under_a_key_that_signed_it(text, keys):
    note = open_note(text, keys)
    assert note.text == TEXT
    assert note.signatures[0].name == ALICE.name
    assert note.unverified == ()


def test_a_text_may_hold_empty_lines_and_any_script():
    text = "سلام\n\n和平\n\u2028\n\n— not a signature line\n"
    assert open_note(sign_note(text, ALICE), KEY).text == text


def test_signatures_of_unknown_keys_are_left_unverified():
    note = open_note(sign_note(TEXT, [BERTA, ALICE]), KEY)
    assert [signature.name for signature in note.signatures] == [ALICE.name]
    assert [signature.name for signature in note.unverified] == [BERTA.name]


def test_sixteen_signatures_and_more_are_taken_but_not_any_number():
    lines = [Signature("example.org/w", bytes(4), bytes(5000)).line] * 99
    many = NOTE + "".join(f"{line}\n" for line in lines)
    assert open_note(many, KEY).text == TEXT
    with pytest.raises(InvalidError, match="more than 100 signatures"):
        open_note(many + lines[0] + "\n", KEY)


def test_a_signature_that_stands_twice_counts_once():
    line = NOTE.removeprefix(f"{TEXT}\n")
    assert len(open_note(NOTE + line, KEY).signatures) == 1


def test_a_bad_signature_of_a_known_key_spoils_the_note():
    wrong = write_note(TEXT, [Signature(ALICE.name, ALICE.verifier.key_id, bytes(64))])
    good = NOTE.removeprefix(f"{TEXT}\n")
    for text in (wrong, wrong + good):
        with pytest.raises(RefusedError, match=r"signature of example.org/alice does not match"):
            open_note(text, KEY)
    with pytest.raises(RefusedError, match="does not match"):
        open_note(sign_note(TEXT, ALICE).replace("nine", "noon"), KEY)


@pytest.mark.parametrize("keys", [[], [str(BERTA.verifier)], [str(Signer(ALICE.name, bytes(32)).verifier)]])
def test_a_note_that_no_known_key_signed_is_refused(keys):
    with pytest.raises(RefusedError, match="None of the keys"):
        open_note(NOTE, keys)


def test_the_same_name_or_the_same_id_alone_is_another_key():
    line = Signature("example.org/other", ALICE.verifier.key_id, bytes(64)).line
    renamed = Signature(ALICE.name, bytes(4), bytes(64)).line
    assert len(open_note(f"{NOTE}{line}\n{renamed}\n", KEY).unverified) == 2


class Twin(Verifier):
    """A key whose four-byte id was brought to collide."""

    @property
    def key_id(self):
        return ALICE.verifier.key_id


def test_keys_that_cannot_be_told_apart_are_refused():
    twin = Twin(ALICE.name, BERTA.verifier.public)
    with pytest.raises(InvalidError, match="same hash"):
        open_note(NOTE, [twin, Twin(ALICE.name, SPEC_PUBLIC)])


SPEC_PUBLIC = Verifier.parse(SPEC["vkey"]).public
LINE = NOTE.split("\n")[-2]


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("", "not a signed note"),
        ("\n", "not a signed note"),
        (TEXT, "not a signed note"),
        (f"{TEXT}\n", "not a signed note"),
        (NOTE.removesuffix("\n"), "not a signed note"),
        (f"{NOTE}\n", "not a signed note"),
        (f"{NOTE}x\n", "not a signature line"),
        (NOTE.replace("— ", "- "), "not a signature line"),
        (NOTE.replace("— ", "—"), "not a signature line"),
        (NOTE.replace(f"{ALICE.name} ", ALICE.name), "not a signature line"),
        (NOTE.replace(ALICE.name, ""), "cannot name a key"),
        (NOTE.replace(ALICE.name, "a+b"), "cannot name a key"),
        (NOTE.replace(ALICE.name, "a\u00a0b"), "cannot name a key"),
        (NOTE.replace(ALICE.name, "a\u3000b"), "cannot name a key"),
        (NOTE.replace(ALICE.name, "a" * 300), "cannot name a key"),
        (NOTE.replace(LINE, f"{LINE} "), "not standard base64"),
        (NOTE.replace(LINE, LINE[:-1]), "not standard base64"),
        (NOTE.replace(LINE, LINE.removesuffix("=")), "not standard base64"),
        (f"{TEXT}\n— a AAAA\n", "too short"),
        (f"{TEXT}\n— a AAAAAA==\n", "too short"),
        (f"{TEXT}\n— a ****\n", "not standard base64"),
        (f"{TEXT}\n— a é\n", "not standard base64"),
        (NOTE.replace("\n", "\r\n"), "control characters"),
        (NOTE.replace("Peace", "Pe\x00ce"), "control characters"),
        (NOTE.replace("Peace", "Pe\tce"), "control characters"),
        (NOTE.encode().replace(b"Peace", b"\xff"), "not text in UTF-8"),
        (NOTE.replace("Peace", "\ud800"), "not text in UTF-8"),
        ("x" * (LONGEST_NOTE + 1), "longer than"),
    ],
    ids=lambda value: repr(value)[-40:],
)
def test_what_is_no_note_is_refused(text, reason):
    with pytest.raises(InvalidError, match=reason):
        open_note(text, KEY)


@pytest.mark.parametrize("text", ["", "no newline", "tab\t\n", "\ud800\n"])
def test_what_no_note_can_say_is_not_signed(text):
    with pytest.raises(InvalidError):
        sign_note(text, ALICE)


@given(st.text(st.characters(exclude_categories=["Cs", "Cc"]), max_size=50))
def test_whatever_is_signed_opens(text):
    assert open_note(sign_note(f"{text}\n", [BERTA, ALICE]), [KEY]).text == f"{text}\n"


@given(st.data())
def test_any_changed_bit_is_refused(data):
    note = bytearray(NOTE.encode())
    note[data.draw(st.integers(0, len(note) - 1))] ^= 1 << data.draw(st.integers(0, 7))
    with pytest.raises(NinefoldError):
        open_note(bytes(note), KEY)


def test_an_unopened_note_has_no_verified_signature():
    note = split_note(NOTE)
    assert note.signatures == ()
    assert write_note(note.text, note.unverified) == NOTE


# ---- Public keys


def vkey(name, public, algorithm=1):
    data = bytes([algorithm]) + public
    key_id = sha256(name.encode() + b"\n" + data).digest()[:4].hex()
    return f"{name}+{key_id}+{base64.b64encode(data).decode()}"


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("", "not a key"),
        ("name+00000000", "not a key"),
        (KEY.replace("alice", "berta"), "does not match its own hash"),
        (KEY.replace("+", "+x", 1), "does not match its own hash"),
        (KEY.replace("+77071873+", "+77071874+"), "does not match its own hash"),
        (KEY[:-1], "base64"),
        (f"{KEY}\n", "base64"),
        (f" {KEY}", "cannot name"),
        (KEY.replace(ALICE.name, ""), "cannot name"),
        (KEY.replace(ALICE.name, "\ud800"), "cannot name"),
        (vkey("a", SPEC_PUBLIC[:-1]), "32 bytes"),
        (vkey("a", SPEC_PUBLIC + b"x"), "32 bytes"),
        (vkey("a", b""), "32 bytes"),
        (vkey("a", SPEC_PUBLIC, 4), "type 4"),
        (vkey("a", SPEC_PUBLIC, 2), "type 2"),
        ("a+" * 400, "not a key"),
    ],
    ids=lambda value: repr(value)[:40],
)
def test_a_key_in_another_form_is_refused(text, reason):
    with pytest.raises(InvalidError, match=reason):
        Verifier.parse(text)


P = 2**255 - 19
SMALL = [0, 1, P - 1, P, P + 1, 2**255 - 1]
ORDER_8 = [
    "26e8958fc2b227b045c3f489f2ef98f0d5dfac05d3c63339b13802886d53fc05",
    "c7176a703d4dd84fba3c0b760d10670f2a2053fa2c39ccc64ec7fd7792ac037a",
]


@pytest.mark.parametrize("y", [*(y.to_bytes(32, "little") for y in SMALL), *map(bytes.fromhex, ORDER_8)], ids=bytes.hex)
@pytest.mark.parametrize("sign", [0, 0x80])
def test_a_weak_key_is_refused(y, sign):
    with pytest.raises(InvalidError, match="weak"):
        Verifier("a", y[:31] + bytes([y[31] | sign]))


def test_a_key_prints_as_it_was_given():
    assert Verifier.parse(KEY) == ALICE.verifier
    assert KEY.startswith("example.org/alice+")


def test_base64_has_one_form():
    assert read_base64("AQ==") == b"\x01"
    for text in ("", "AQ", "AQ=", "AR==", "A Q==", "AQ==\n", "AQ-_", "=", "ÀQ=="):
        with pytest.raises(InvalidError, match="not standard base64"):
            read_base64(text)


# ---- Private keys


def test_a_private_key_is_kept_in_a_file_of_its_own(tmp_path):
    signer = Signer.generate("example.org/log")
    path = tmp_path / "log.key"
    signer.to_file(path)
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert Signer.from_file(path) == signer
    assert list(tmp_path.iterdir()) == [path]
    open_note(sign_note(TEXT, Signer.from_file(path)), str(signer.verifier))


def test_a_private_key_does_not_print_by_accident():
    signer = Signer.generate("example.org/log")
    signer.sign(b"text")
    assert signer.secret() not in f"{signer} {signer!r}"
    assert repr(signer) == "Signer(name='example.org/log')"


def test_a_key_file_is_never_overwritten(tmp_path):
    path = tmp_path / "log.key"
    ALICE.to_file(path)
    with pytest.raises(ConflictError, match="already a key file"):
        BERTA.to_file(path)
    assert Signer.from_file(path) == ALICE
    assert list(tmp_path.iterdir()) == [path]


@pytest.mark.parametrize("mode", [0o640, 0o604, 0o610, 0o666])
def test_a_key_file_that_others_may_read_is_refused(tmp_path, mode):
    path = tmp_path / "log.key"
    ALICE.to_file(path)
    path.chmod(mode)
    with pytest.raises(RefusedError, match="chmod 600"):
        Signer.from_file(path)


def test_a_key_file_that_is_none_is_refused(tmp_path):
    with pytest.raises(NotThereError, match="no key file"):
        Signer.from_file(tmp_path / "none")
    os.mkfifo(tmp_path / "pipe", 0o600)
    with pytest.raises(InvalidError, match="is no file"):
        Signer.from_file(tmp_path / "pipe")
    for content in (b"", b"\xff", b"x" * 10_000, KEY.encode()):
        path = tmp_path / "key"
        path.write_bytes(content)
        path.chmod(0o600)
        with pytest.raises(InvalidError, match=r"no key|not a private key"):
            Signer.from_file(path)


@pytest.mark.parametrize(
    "secret",
    [
        ALICE.secret().replace("alice", "berta"),
        ALICE.secret() + "\n",
        "PRIVATE+KEY+" + vkey("a", bytes(32), 4),
        "PRIVATE+KEY+" + vkey("a", bytes(31)),
        "PRIVATE+KEY+",
    ],
)
def test_a_damaged_private_key_is_refused(secret):
    assert Signer.parse(ALICE.secret()) == ALICE
    with pytest.raises(InvalidError):
        Signer.parse(secret)
