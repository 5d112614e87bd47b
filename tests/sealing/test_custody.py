"""Sealed to k of n keys: who holds one opens his share, and k of them together the secret."""

import shutil
import subprocess

import pytest

from ninefold.errors import InvalidError, RefusedError
from ninefold.sealing import age
from ninefold.sealing.custody import entrust, recover, share_of
from ninefold.sealing.padding import pad, unpad

SECRET = b"a secret of the house"


@pytest.fixture(scope="module")
def keys():
    return [age.new_identity() for _ in range(4)]


@pytest.fixture(scope="module")
def custody(keys):
    return entrust(SECRET, [age.recipient_of(key) for key in keys[:3]], need=2)


def test_two_of_three_open_it(custody, keys):
    assert recover(custody, keys[:2]) == SECRET
    assert recover(custody, [keys[2]], [share_of(custody, keys[0])]) == SECRET
    with pytest.raises(RefusedError, match="2 shares are needed, and 1 were given"):
        recover(custody, keys[:1])


def test_a_stranger_opens_no_share(custody, keys):
    with pytest.raises(RefusedError, match="not one of the custodians"):
        share_of(custody, keys[3])


def test_bytes_are_opened_by_each_recipient_and_nobody_else(keys):
    sealed = age.seal(SECRET, [age.recipient_of(key) for key in keys[:2]])
    assert age.unseal(sealed, keys[1:2]) == SECRET
    with pytest.raises(RefusedError, match="None of these keys"):
        age.unseal(sealed, keys[3:])
    with pytest.raises(RefusedError, match="damaged"):
        age.unseal(sealed[:-1] + bytes([sealed[-1] ^ 1]), keys[:1])
    with pytest.raises(InvalidError, match="Nobody was named"):
        age.seal(SECRET, [])


def test_files_of_keys_are_read_strictly(keys):
    one = age.recipient_of(keys[0])
    assert age.read_recipients(f"# the archive\n{one}\n\n") == [one]
    assert age.read_identities(f"# created today\n{keys[0]}\n") == [keys[0]]
    with pytest.raises(InvalidError, match="twice"):
        age.read_recipients(f"{one}\n{one}\n")
    with pytest.raises(InvalidError, match="not an age recipient"):
        age.read_recipients("age1nonsense\n")
    with pytest.raises(InvalidError, match="no recipient"):
        age.read_recipients("# none\n")
    slip = keys[0][:-1]
    with pytest.raises(InvalidError, match="not an age identity") as told:
        age.read_identities(slip)
    assert slip not in str(told.value)


def test_another_program_opens_what_is_sealed(tmp_path, keys):
    if shutil.which("age") is None:
        pytest.skip("the program age is not installed")
    (tmp_path / "key").write_text(keys[0])
    done = subprocess.run(
        ["age", "-d", "-i", tmp_path / "key"], input=age.seal(SECRET, [age.recipient_of(keys[0])]), capture_output=True
    )
    assert done.stdout == SECRET


@pytest.mark.parametrize("size", [0, 1, 55, 56, 57, 1000])
def test_padding_fills_whole_blocks_and_comes_off(size):
    padded = pad(bytes(size), 64)
    assert len(padded) % 64 == 0
    assert unpad(padded) == bytes(size)
    with pytest.raises(InvalidError, match="damaged"):
        unpad(padded + b"x")
