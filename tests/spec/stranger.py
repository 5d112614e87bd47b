"""A verifier by a stranger: written from docs/formats.md alone, with nothing of Ninefold. Run: FILE KEY [POLICY]."""

import base64
import hashlib
import hmac
import json
import re
import sys
from pathlib import Path

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey
from cryptography.hazmat.primitives.asymmetric.mldsa import MLDSA44PublicKey

PROOF = re.compile(r"c2sp\.org/tlog-proof@v1\nextra (.+)\nindex (0|[1-9][0-9]*)\n((?:.+\n)*)\n([^\0]+)")
NOTE = re.compile(r"((.+)\n(0|[1-9][0-9]*)\n(.+)\n(?:.+\n)*)\n((?:— \S+ \S+\n)+)")
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
    text, origin, size, root, lines = note.groups()
    require(len(set(lines.split("\n"))) == len(lines.split("\n")), "a line twice")
    name, kind, public, own_id = read_key(key)
    require(kind == 1 and origin == name, "not the key of this log")
    (signed,) = [data for at, data in signatures(lines) if at == (name, own_id)] or [None]
    require(signed, "signed by another key")
    Ed25519PublicKey.from_public_bytes(public).verify(signed, text.encode())
    # The opening, cut out of its canonical text.
    body, body_key, envelope, entry_key = cut(unbase64(file[1]).decode(), key)
    if body_key:
        digest = hmac.digest(bytes.fromhex(body_key), b"ninefold body v1\0" + body.encode(), "sha256").hex()
        require(json.loads(envelope).get("body") == digest, "another body")
    leaf = hmac.digest(bytes.fromhex(entry_key), b"ninefold entry v1\0" + envelope.encode(), "sha256")
    # The way up.
    climb(hashlib.sha256(b"\0" + leaf).digest(), int(file[2]), int(size), file[3].split("\n")[:-1], unbase64(root))
    return json.loads(body), json.loads(envelope)


def read_key(key):
    name, key_id, rest = key.split("+", 2)
    data = unbase64(rest)
    own_id = hashlib.sha256(name.encode() + b"\n" + data).digest()[:4]
    require(own_id.hex() == key_id, "not a key")
    return name, data[0], data[1:], own_id


def signatures(lines):
    """Each line as ((name, key id), the rest)."""
    for line in lines.split("\n")[:-1]:
        _, name, data = line.split(" ")
        yield (name, unbase64(data)[:4]), unbase64(data)[4:]


def witnessed(data, policy):
    """Who cosigned, by names in the policy, with their times; and whether the quorum is reached."""
    note = NOTE.fullmatch(PROOF.fullmatch(data.decode())[4])
    text, origin, size, root, lines = note.groups()
    reached, times, quorum = set(), {}, None
    for line in policy.split("\n"):
        word, *rest = line.split() or ["#"]
        if word == "witness":
            name, kind, public, key_id = read_key(rest[1])
            for signed in [signed for at, signed in signatures(lines) if at == (name, key_id)]:
                time, signature = int.from_bytes(signed[:8], "big"), signed[8:]
                if kind == 4:
                    said = f"cosignature/v1\ntime {time}\n{text}".encode()
                    Ed25519PublicKey.from_public_bytes(public).verify(signature, said)
                else:
                    said = b"subtree/v1\n\0" + bytes([len(name.encode())]) + name.encode() + signed[:8]
                    said += bytes([len(origin.encode())]) + origin.encode() + bytes(8)
                    said += int(size).to_bytes(8, "big") + unbase64(root)
                    MLDSA44PublicKey.from_public_bytes(public).verify(signature, said)
                if time:
                    times[rest[0]] = time
                    reached.add(rest[0])
        elif word == "group":
            least = {"any": 1, "all": len(rest) - 2}.get(rest[1]) or int(rest[1])
            if len(reached & set(rest[2:])) >= least:
                reached.add(rest[0])
        elif word == "quorum":
            quorum = rest[0]
    return times, quorum in reached


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
    if len(sys.argv) > 3:
        print(*witnessed(Path(sys.argv[1]).read_bytes(), Path(sys.argv[3]).read_text(encoding="utf-8")))
