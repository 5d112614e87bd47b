import hashlib
import subprocess
import sys

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from ninefold.errors import InvalidError, NotThereError, UnavailableError
from ninefold.files.store import Store


@pytest.fixture
def store(tmp_path):
    return Store(tmp_path / "files")


def everything(folder):
    return sorted(path for path in folder.rglob("*") if path.is_file())


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=30, deadline=None)
@given(pieces=st.lists(st.binary(max_size=5_000), max_size=5))
def test_what_is_kept_comes_back(store, pieces):
    whole = b"".join(pieces)
    blob = store.keep(pieces, most=25_000)
    assert (blob.digest, blob.size) == (hashlib.sha256(whole).hexdigest(), len(whole))
    assert b"".join(store.read(blob.digest)) == whole
    assert store.size(blob.digest) == len(whole)


def test_the_same_bytes_are_kept_once_and_for_the_owner_only(store, tmp_path):
    one, other = store.keep([b"panel"], most=5), store.keep([b"pa", b"nel"], most=5)
    assert one == other
    (file,) = everything(tmp_path)
    assert file.stat().st_mode & 0o777 == 0o600


def test_too_many_bytes_are_refused_and_leave_nothing(store, tmp_path):
    with pytest.raises(InvalidError, match="more than 4 bytes"):
        store.keep([b"pan", b"el"], most=4)
    assert everything(tmp_path) == []


def test_a_source_that_breaks_off_leaves_nothing(store, tmp_path):
    def broken():
        yield b"half"
        raise ConnectionResetError

    with pytest.raises(UnavailableError, match="Nothing was stored"):
        store.keep(broken(), most=100)
    assert everything(tmp_path) == []


def test_a_full_disk_leaves_nothing(tmp_path):
    script = (
        "import resource, signal, sys; from pathlib import Path; from ninefold.files.store import Store\n"
        "signal.signal(signal.SIGXFSZ, signal.SIG_IGN)\n"
        "resource.setrlimit(resource.RLIMIT_FSIZE, (1000, resource.RLIM_INFINITY))\n"
        "Store(Path(sys.argv[1])).keep([b'x' * 5000], most=9000)"
    )
    done = subprocess.run([sys.executable, "-c", script, str(tmp_path / "files")], capture_output=True, text=True)
    assert "UnavailableError: The file could not be kept: File too large" in done.stderr
    assert everything(tmp_path) == []


def test_a_damaged_blob_is_told(store, tmp_path):
    blob = store.keep([b"panel"], most=5)
    (file,) = everything(tmp_path)
    file.write_bytes(b"pane1")
    with pytest.raises(UnavailableError, match="damaged"):
        list(store.read(blob.digest))


def test_what_is_not_there_or_no_digest_is_refused(store):
    blob = store.keep([b"panel"], most=5)
    store.forget(blob.digest)
    for ask in (store.size, lambda digest: list(store.read(digest))):
        with pytest.raises(NotThereError):
            ask(blob.digest)
        with pytest.raises(InvalidError, match="not the digest"):
            ask("../" * 21 + "x")
