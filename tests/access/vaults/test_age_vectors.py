"""The age test vectors (C2SP/CCTV): what must open opens with our identities, what must not is refused in words."""

import zlib
from hashlib import sha256

import pytest

from ninefold.access.vaults.age_form import plaintext_size
from ninefold.access.vaults.age_keys import Identity
from ninefold.errors import InvalidError, RefusedError

# age in Rust, on which pyrage stands, forgives a missing last line of a stanza; from outside both are refused.
READ_LENIENTLY = {"stanza_missing_body", "stanza_missing_final_line"}
# A point under which everybody could read is known for one only by computing with a key.
READ_ONLY_WITH_A_KEY = {"x25519_identity", "x25519_low_order"}


def vectors(folder):
    """Each vector that one X25519 identity is tried on: name, header fields, the file."""
    for path in sorted(folder.iterdir()):
        head, _, body = path.read_bytes().partition(b"\n\n")
        fields = dict(line.split(": ", 1) for line in head.decode().splitlines())
        if fields.get("identity", "").startswith("AGE-SECRET-KEY-1") and "passphrase" not in fields:
            yield path.name, fields, zlib.decompress(body) if fields.get("compressed") == "zlib" else body


def test_the_vectors_of_age(field_data):
    opened = refused = 0
    for name, fields, body in vectors(field_data / "trust" / "age"):
        identity = Identity.parse(fields["identity"])
        if fields["expect"] == "success":
            content = identity.decrypt(body)
            assert sha256(content).hexdigest() == fields["payload"], name
            opened += 1
        elif name not in READ_LENIENTLY:
            with pytest.raises(RefusedError):
                identity.decrypt(body)
            refused += 1
    assert opened >= 5
    assert refused >= 20


def test_a_whole_file_passes_for_one_and_a_broken_header_does_not(field_data):
    """The outside is read without a key: whatever it lets pass is at least a file whose header age would read."""
    passed = set()
    for name, fields, body in vectors(field_data / "trust" / "age"):
        try:
            size = plaintext_size(body)
        except InvalidError:
            continue
        passed.add(name)
        assert fields["expect"] != "header failure" or name in READ_ONLY_WITH_A_KEY, name
        if fields["expect"] == "success":
            assert size == len(Identity.parse(fields["identity"]).decrypt(body)), name
    assert len(passed) > 5
