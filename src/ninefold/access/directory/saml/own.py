"""Our own keys for a directory that speaks SAML: one signs our questions, each opens what was encrypted to it.

They stand in `keys/directory.key` of the workspace (PEM, mode 0600), each before its certificate, the oldest first.
There are two while one takes the other's place: the older one signs until it is retired, the directory encrypts to the
newer one as soon as it knows it, and both open. A certificate is signed by its own key: nobody trusts it but for having
it from the operator.
"""

import re
from datetime import datetime, timedelta
from pathlib import Path
from typing import NamedTuple

from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import rsa
from cryptography.hazmat.primitives.serialization import (
    Encoding,
    NoEncryption,
    PrivateFormat,
    PublicFormat,
    load_pem_private_key,
)
from cryptography.x509.oid import NameOID

from ninefold.disk import read_private, replace_whole, write_private
from ninefold.errors import ConflictError, InvalidError, NotThereError

MOST = 2
LASTS = timedelta(days=1095)
_BITS, _LONGEST, _A_DAY = 3072, 1 << 15, timedelta(days=1)
_NAME = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "Ninefold")])
_PAIR = re.compile(
    rb"\s*(-----BEGIN PRIVATE KEY-----[^-]+-----END PRIVATE KEY-----)"
    rb"\s*(-----BEGIN CERTIFICATE-----[^-]+-----END CERTIFICATE-----)\s*"
)


class OwnKey(NamedTuple):
    """A key, and the certificate that the directory knows of it."""

    key: rsa.RSAPrivateKey
    certificate: x509.Certificate


def own_keys(workspace: Path) -> tuple[OwnKey, ...]:
    """The keys, the oldest first; none where there is no file of them."""
    path = key_path(workspace)
    return tuple(_own(pair, path) for pair in _pairs(path)) if path.exists() else ()


def own_certificates(workspace: Path) -> tuple[x509.Certificate, ...]:
    """The certificates alone, in the same order: a key takes a tenth of a second to read."""
    path = key_path(workspace)
    return tuple(_certificate(pair, path) for pair in _pairs(path)) if path.exists() else ()


def key_path(workspace: Path) -> Path:
    """Where the keys stand."""
    return workspace / "keys" / "directory.key"


def add_key(workspace: Path, now: datetime) -> x509.Certificate:
    """Make the first key, or the one that follows it; its certificate. `ConflictError` where two stand already."""
    path, made = key_path(workspace), _made(now)
    there = own_keys(workspace)
    if len(there) == MOST:
        raise ConflictError(
            "There are two keys in {path} already; retire the older one first, once the directory knows the newer one.",
            path=path,
        )
    if there:
        replace_whole(path, b"".join(map(_text, (*there, made))))
    else:
        write_private(path, _text(made))
    return made.certificate


def retire_key(workspace: Path) -> x509.Certificate:
    """Take the older of two keys away for good; the certificate of the one that stays."""
    path, there = key_path(workspace), own_keys(workspace)
    if len(there) < MOST:
        raise ConflictError("No key follows in {path} yet; make it first, then hand the description on.", path=path)
    replace_whole(path, _text(there[-1]))
    return there[-1].certificate


def require_key(workspace: Path) -> None:
    """Raise `NotThereError` where there is no key to sign with."""
    if not own_certificates(workspace):
        raise NotThereError(
            "The directory file says sign_requests, and there is no key {path}; make it with "
            "`ninefold access directory-key make`.",
            path=key_path(workspace),
        )


def _made(now: datetime) -> OwnKey:
    key = rsa.generate_private_key(public_exponent=65537, key_size=_BITS)
    draft = x509.CertificateBuilder().subject_name(_NAME).issuer_name(_NAME).public_key(key.public_key())
    draft = draft.serial_number(x509.random_serial_number())
    # The directory's clock may be behind.
    draft = draft.not_valid_before(now - _A_DAY).not_valid_after(now + LASTS)
    return OwnKey(key, draft.sign(key, hashes.SHA256()))


def _text(own: OwnKey) -> bytes:
    secret = own.key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())
    return secret + own.certificate.public_bytes(Encoding.PEM)


def _pairs(path: Path) -> list[tuple[bytes, bytes]]:
    text = read_private(path, _LONGEST)
    found = _PAIR.findall(text)
    if _PAIR.sub(b"", text) or not 1 <= len(found) <= MOST:
        raise _strange(path)
    return found


def _own(pair: tuple[bytes, bytes], path: Path) -> OwnKey:
    certificate = _certificate(pair, path)
    try:
        key = load_pem_private_key(pair[0], None)
    except ValueError:
        raise _strange(path) from None
    if not isinstance(key, rsa.RSAPrivateKey) or _public(key) != _public(certificate):
        raise _strange(path)
    return OwnKey(key, certificate)


def _certificate(pair: tuple[bytes, bytes], path: Path) -> x509.Certificate:
    try:
        return x509.load_pem_x509_certificate(pair[1])
    except ValueError:
        raise _strange(path) from None


def _public(holder: rsa.RSAPrivateKey | x509.Certificate) -> bytes:
    return holder.public_key().public_bytes(Encoding.DER, PublicFormat.SubjectPublicKeyInfo)


def _strange(path: Path) -> InvalidError:
    return InvalidError(
        "{path} does not hold one or two keys of RSA, each followed by its certificate; take it from the backup, or "
        "remove it and make a new one.",
        path=path,
    )
