"""A verifier by a stranger: written from docs/formats.md alone, with nothing of Ninefold. Run: FILE KEY."""

import base64
import hashlib
import hmac
import json
import re
import sys
from pathlib import Path

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey

PROOF = re.compile(r"c2sp\.org/tlog-proof@v1\nextra (.+)\nindex (0|[1-9][0-9]*)\n((?:.+\n)*)\n([^\0]+)")
NOTE = re.compile(r"((.+)\n(0|[1-9][0-9]*)\n(.+)\n(?:.+\n)*)\n— (\S+) (\S+)\n")
KEY = r'"([0-9a-f]{64})"'


def unbase64(text):
    data = base64.b64decode(text, validate=True)
    require(base64.b64encode(data).decode() == text, "base64 in another spelling")
    return data


def require(holds, words):
    if not holds:
        raise ValueError(words)


def verify(data, key):
    """The body (None where it was erased) and the envelope; `ValueError` when anything does not fit."""
    file = PROOF.fullmatch(data.decode())
    note = file and NOTE.fullmatch(file[4])
    require(note, "not a proof file")
    # The key and its signature.
    name, key_id, rest = key.split("+", 2)
    public = unbase64(rest)
    own_id = hashlib.sha256(name.encode() + b"\n" + public).digest()[:4]
    require(public[:1] == b"\1" and own_id.hex() == key_id, "not a key")
    text, origin, size, root, signer, signed = note.groups()
    require(origin == signer == name and unbase64(signed)[:4] == own_id, "signed by another key")
    Ed25519PublicKey.from_public_bytes(public[1:]).verify(unbase64(signed)[4:], text.encode())
    # The opening, cut out of its canonical text.
    body, body_key, envelope, entry_key = cut(unbase64(file[1]).decode(), key)
    if body_key:
        digest = hmac.digest(bytes.fromhex(body_key), b"ninefold body v1\0" + body.encode(), "sha256").hex()
        require(json.loads(envelope).get("body") == digest, "another body")
    leaf = hmac.digest(bytes.fromhex(entry_key), b"ninefold entry v1\0" + envelope.encode(), "sha256")
    # The way up.
    climb(hashlib.sha256(b"\0" + leaf).digest(), int(file[2]), int(size), file[3].split("\n")[:-1], unbase64(root))
    return json.loads(body), json.loads(envelope)


def cut(text, key):
    start = f'{{"log":"{key}","opening":{{"body":'
    require(text.startswith(start), "made by another log")
    body_end = json.JSONDecoder().raw_decode(text, len(start))[1]
    body = text[len(start) : body_end]
    keyed = re.compile(rf',"body_key":(?:null|{KEY}),"entry":').match(text, body_end)
    require(keyed and (keyed[1] is None) == (body == "null"), "not an opening")
    end = json.JSONDecoder().raw_decode(text, keyed.end())[1]
    last = re.compile(rf',"key":{KEY}}}}}').fullmatch(text, end)
    require(last, "not an opening")
    return body, keyed[1], text[keyed.end() : end], last[1]


def climb(r, fn, size, hashes, root):
    sn = size - 1
    require(fn <= sn, "no such leaf")
    for p in map(unbase64, hashes):
        require(sn > 0, "too many hashes")
        if fn & 1 or fn == sn:
            r = hashlib.sha256(b"\1" + p + r).digest()
            while not fn & 1 and fn:
                fn, sn = fn >> 1, sn >> 1
        else:
            r = hashlib.sha256(b"\1" + r + p).digest()
        fn, sn = fn >> 1, sn >> 1
    require(sn == 0 and r == root, "does not lead to the root")


if __name__ == "__main__":
    print(*verify(Path(sys.argv[1]).read_bytes(), sys.argv[2]), sep="\n")
