"""A verifier by a stranger: written from docs/formats.md alone, with nothing of Ninefold. Run: FILE KEY [POLICY]."""

import base64
import hashlib
import hmac
import json
import re
import sys
from pathlib import Path

from cryptography.hazmat.primitives.asymmetric import ec, padding, rsa
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey
from cryptography.hazmat.primitives.asymmetric.mldsa import MLDSA44PublicKey
from cryptography.hazmat.primitives.asymmetric.utils import decode_dss_signature, encode_dss_signature
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat, load_der_public_key

PROOF = re.compile(r"c2sp\.org/tlog-proof@v1\nextra (.+)\nindex (0|[1-9][0-9]*)\n((?:.+\n)*)\n([^\0]+)")
NOTE = re.compile(r"((.+)\n(0|[1-9][0-9]*)\n(.+)\n(?:.+\n)*)\n((?:— \S+ \S+\n)+)")
KEY = r'"([0-9a-f]{64})"'
P, ORDER = 2**255 - 19, 2**252 + 27742317777372353535851937790883648493
ORDER_8 = 0x7A03AC9277FDC74EC6CC392CFA53202A0F67100D760B3CBA4FD84D3D706A17C7
SMALL = {0, 1, P - 1, ORDER_8, P - ORDER_8}
ORIGIN = re.compile(r"(https?)://([a-z0-9._-]+)(?::[0-9]+)?")


def unbase64(text):
    data = base64.b64decode(text, validate=True)
    require(base64.b64encode(data).decode() == text, "base64 in another spelling")
    return data


def require(holds, words):
    if not holds:
        raise ValueError(words)


def verify(data, key):
    """The body (None where it was erased) and the envelope; `ValueError` when anything does not fit."""
    return read(data, key)[:2]


def signed_by(data, key):
    """The label under which the key that signed is listed; None when the actor did not sign."""
    return read(data, key)[2]


def read(data, key):
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
    start = f'{{"log":"{key}","opening":'
    extra = unbase64(file[1]).decode()
    require(extra.startswith(start), "made by another log")
    body, envelope, leaf, end = opened(extra, len(start))
    # The way up.
    climb(leaf, int(file[2]), int(size), map(unbase64, file[3].split("\n")[:-1]), unbase64(root))
    label = check_signer(extra[end:], envelope, int(size), unbase64(root))
    return json.loads(body), json.loads(envelope), label


def opened(text, at):
    """The body, the envelope and the commitment of the opening that begins here, and where it ends."""
    body, body_key, envelope, entry_key, end = cut(text, at)
    if body_key:
        digest = hmac.digest(bytes.fromhex(body_key), b"ninefold body v1\0" + body.encode(), "sha256").hex()
        require(json.loads(envelope).get("body") == digest, "another body")
    leaf = hmac.digest(bytes.fromhex(entry_key), b"ninefold entry v1\0" + envelope.encode(), "sha256")
    return body, envelope, leaf, end


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


def cut(text, at):
    require(text.startswith('{"body":', at), "not an opening")
    start = at + len('{"body":')
    body_end = json.JSONDecoder().raw_decode(text, start)[1]
    body = text[start:body_end]
    keyed = re.compile(rf',"body_key":(?:null|{KEY}),"entry":').match(text, body_end)
    require(keyed and (keyed[1] is None) == (body == "null"), "not an opening")
    end = json.JSONDecoder().raw_decode(text, keyed.end())[1]
    last = re.compile(rf',"key":{KEY}}}').match(text, end)
    require(last, "not an opening")
    return body, keyed[1], text[keyed.end() : end], last[1], last.end()


def climb(leaf, fn, size, hashes, root):
    r = hashlib.sha256(b"\0" + leaf).digest()
    sn = size - 1
    require(fn <= sn, "no such leaf")
    for p in hashes:
        require(sn > 0, "too many hashes")
        if fn & 1 or fn == sn:
            r = hashlib.sha256(b"\1" + p + r).digest()
            while not fn & 1 and fn:
                fn, sn = fn >> 1, sn >> 1
        else:
            r = hashlib.sha256(b"\1" + r + p).digest()
        fn, sn = fn >> 1, sn >> 1
    require(sn == 0 and r == root, "does not lead to the root")


def check_signer(rest, envelope, size, root):
    """The label of who signed; None where nobody did."""
    member = re.search(r'"signature":(\{[^{}]*\}),', envelope)
    if not member:
        require(rest == "}", "more than an opening")
        return None
    # The listing and its tag are in the same tree.
    at = re.compile(r',"signer":\{"hashes":(\[[^]]*\]),"index":(0|[1-9][0-9]*),"opening":').match(rest)
    require(at, "no signer")
    listing, listed, commitment, end = opened(rest, at.end())
    tag_at = re.compile(r',"tag":\{"hashes":(\[[^]]*\]),"index":(0|[1-9][0-9]*)\}\}\}').fullmatch(rest, end)
    require(tag_at and json.loads(listed).get("type") == "ledger.key-listed", "no listing")
    told, signature = json.loads(listing), json.loads(member[1])
    label = bytes.fromhex(told["label"])
    tag = hmac.digest(label, b"ninefold tag v1\0" + told["number"].to_bytes(8, "big"), "sha256")
    for leaf, way in ((commitment, at), (tag, tag_at)):
        climb(leaf, int(way[2]), size, map(bytes.fromhex, json.loads(way[1])), root)
    require(signature["key"] == commitment.hex() and signature["kind"] == told["kind"], "another key")
    require(told["from"] <= json.loads(envelope)["time"] < told["until"], "the key did not live")
    # The signature itself.
    unsigned = envelope.replace(member[0], "", 1).encode()
    statement = b"ninefold act v1\0" + hashlib.sha256(unsigned).digest()
    value, public = bytes.fromhex(signature["value"]), bytes.fromhex(told["public"])
    if told["kind"] == "ed25519":
        ed25519(public, value, statement)
    else:
        said, data = bytes.fromhex(signature["client_data"]), bytes.fromhex(signature["authenticator_data"])
        passkey(public, value, hashlib.sha256(statement).digest(), said, data, told["rp"])
    return told["label"]


def ed25519(public, value, message):
    for point in (public, value[:32]):
        y = int.from_bytes(point, "little") % 2**255
        require(len(point) == 32 and y < P and y not in SMALL, "a weak point")
    require(int.from_bytes(value[32:], "little") < ORDER, "a second spelling")
    Ed25519PublicKey.from_public_bytes(public).verify(value, message)


def passkey(public, value, challenge, said, data, rp):
    pairs = json.loads(said, object_pairs_hook=list)
    told = dict(pairs)
    require(len(told) == len(pairs) and told["type"] == "webauthn.get", "not signing")
    require(told["challenge"] == base64.urlsafe_b64encode(challenge).decode().rstrip("="), "another challenge")
    require(told.get("crossOrigin", False) is False and "topOrigin" not in told, "in another page")
    origin = ORIGIN.fullmatch(told["origin"])
    require(origin and f".{origin[2]}".endswith(f".{rp}"), "another site")
    require(origin[1] == "https" or f".{origin[2]}".endswith(".localhost"), "no secure page")
    require(data[:32] == hashlib.sha256(rp.encode()).digest() and data[32] & 0x45 == 5, "not by its owner")
    require((len(data) > 37) == bool(data[32] & 0x80) and len(data) >= 37, "another form")
    key, signed = load_der_public_key(public), data + hashlib.sha256(said).digest()
    require(key.public_bytes(Encoding.DER, PublicFormat.SubjectPublicKeyInfo) == public, "a second spelling")
    if isinstance(key, Ed25519PublicKey):
        return ed25519(key.public_bytes_raw(), value, signed)
    if isinstance(key, rsa.RSAPublicKey):
        require(2_048 <= key.key_size <= 4_096 and key.public_numbers().e == 65_537, "a weak key")
        return key.verify(value, signed, padding.PKCS1v15(), SHA256())
    require(isinstance(key, ec.EllipticCurvePublicKey) and key.curve.name == "secp256r1", "another key")
    require(encode_dss_signature(*decode_dss_signature(value)) == value, "a second spelling")
    return key.verify(value, signed, ec.ECDSA(SHA256()))


if __name__ == "__main__":
    print(*read(Path(sys.argv[1]).read_bytes(), sys.argv[2]), sep="\n")
    if len(sys.argv) > 3:
        print(*witnessed(Path(sys.argv[1]).read_bytes(), Path(sys.argv[3]).read_text(encoding="utf-8")))
