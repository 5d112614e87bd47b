"""A stranger opens a vault: age, and what docs/formats.md says. Nothing of Ninefold is imported."""

import hashlib
import hmac
import json

import pyrage


def bech32_identity(secret):
    """The text of an age identity of 32 bytes (BIP 173, without its limit of length)."""
    signs, prefix = "qpzry9x8gf2tvdw0s3jn54khce6mua7l", "age-secret-key-"
    bits = "".join(f"{byte:08b}" for byte in secret)
    digits = [int(bits[at : at + 5].ljust(5, "0"), 2) for at in range(0, len(bits), 5)]
    check = 1
    for value in [*(ord(c) >> 5 for c in prefix), 0, *(ord(c) & 31 for c in prefix), *digits, *[0] * 6]:
        top, check = check >> 25, (check & 0x1FFFFFF) << 5 ^ value
        for place, term in enumerate((0x3B6A57B2, 0x26508E6D, 0x1EA119FA, 0x3D4233DD, 0x2A1462B3)):
            check ^= term if top >> place & 1 else 0
    check ^= 1
    digits += [check >> 5 * (5 - place) & 31 for place in range(6)]
    return (prefix + "1" + "".join(signs[digit] for digit in digits)).upper()


def times(a, b):
    total = 0
    while b:
        total ^= a if b & 1 else 0
        a = a << 1 ^ (0x11B if a & 0x80 else 0)
        b >>= 1
    return total


def over(a, b):
    return times(a, next(one for one in range(256) if times(one, b) == 1))


def secret_from(shares):
    """The 32 bytes from shares by index."""
    secret = bytearray(32)
    for i, share in shares.items():
        weight = 1
        for j in shares:
            weight = weight if i == j else times(weight, over(j, j ^ i))
        secret = bytes(one ^ times(byte, weight) for one, byte in zip(secret, share, strict=True))
    return secret


def vault_key(file, identities):
    """The vault's identity, from its file and the identities of enough custodians."""
    vault, shares = json.loads(file), {}
    keys = [pyrage.x25519.Identity.from_str(one) for one in identities]
    for custodian in vault["custodians"]:
        for key in keys:
            if str(key.to_public()) == custodian["recipient"]:
                told = json.loads(pyrage.decrypt(custodian["share"].encode(), [key]))
                shares[told["index"]] = bytes.fromhex(told["share"])
    chosen = dict(list(shares.items())[: vault["k"]])
    key = pyrage.x25519.Identity.from_str(bech32_identity(secret_from(chosen)))
    assert str(key.to_public()) == vault["recipient"]
    return key


def open_item(sealed, key):
    """The header, the content and the commitment of an item."""
    plaintext = pyrage.decrypt(sealed, [key])
    commitment = hmac.new(plaintext[:32], b"ninefold item v1\x00" + plaintext[32:], hashlib.sha256).hexdigest()
    length = int.from_bytes(plaintext[32:36], "big")
    header = json.loads(plaintext[36 : 36 + length])
    return header, plaintext[36 + length :][: header["content"]], commitment
