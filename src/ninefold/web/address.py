"""Where the pages are served and under what name: on this machine alone, with a certificate, or behind a proxy.

Beyond loopback nothing is served in the clear. Needs no Django: `run` asks before anything starts.
"""

import re
import ssl
import stat
from dataclasses import dataclass
from datetime import datetime
from ipaddress import ip_address
from pathlib import Path

from cryptography import x509
from cryptography.hazmat.primitives.serialization import load_pem_private_key
from cryptography.x509.oid import ExtensionOID

from ninefold.errors import InvalidError, NotThereError, RefusedError
from ninefold.web import config

HERE = "localhost"
_LOOPBACK = "127.0.0.1"
_HTTPS = 443
_NAME = re.compile(r"[a-z0-9](?:[a-z0-9.-]{0,251}[a-z0-9])?")
# A renewal that is due sooner than this is worth a word to the operator.
SOON_DAYS = 14


@dataclass(frozen=True)
class Address:
    """Where the server listens (`host`, `port`), and the `name` that readers type.

    `cert` and `key` are PEM files, both or neither; `proxied` says that a proxy on this machine holds the certificate.
    """

    host: str
    port: int
    name: str
    cert: Path | None = None
    key: Path | None = None
    proxied: bool = False

    @property
    def secure(self) -> bool:
        """Whether readers come by https."""
        return self.proxied or self.cert is not None

    @property
    def url(self) -> str:
        """What readers open, without a slash at the end."""
        if not self.secure:
            return f"http://{self.name}:{self.port}"
        usual = self.proxied or self.port == _HTTPS
        return f"https://{self.name}" if usual else f"https://{self.name}:{self.port}"

    @property
    def listens_on(self) -> str:
        """The address for the socket, as digits."""
        return _LOOPBACK if self.host == HERE else self.host

    @property
    def reached_by(self) -> str:
        """Where this machine itself reaches the server."""
        return _LOOPBACK if ip_address(self.listens_on).is_unspecified else self.listens_on

    @property
    def names(self) -> list[str]:
        """The host names to which pages answer."""
        return [self.name] if self.secure and self.name != HERE else [HERE, _LOOPBACK, "[::1]"]


def from_settings() -> Address:
    """The address that the settings name; `InvalidError` or `RefusedError` says what does not fit."""
    proxy = config.text("NINEFOLD_PROXY")
    cert, key = config.text("NINEFOLD_CERT"), config.text("NINEFOLD_CERT_KEY")
    address = Address(
        host=config.text("NINEFOLD_HOST"),
        port=config.number("NINEFOLD_PORT", least=1, most=65_535),
        name=proxy or config.text("NINEFOLD_SITE"),
        cert=Path(cert) if cert else None,
        key=Path(key) if key else None,
        proxied=bool(proxy),
    )
    _require_served_safely(address)
    return address


def _require_served_safely(address: Address) -> None:
    if not _NAME.fullmatch(address.name):
        raise InvalidError(
            "{name} is not the name of a site; write it as readers type it, such as talks.example.org.",
            name=repr(address.name[:80]),
        )
    if not _is_listening(address.host):
        raise InvalidError(
            "{host} is not an address of this machine; write digits such as 192.0.2.7 or 0.0.0.0, or localhost.",
            host=repr(address.host[:80]),
        )
    if (address.cert is None) != (address.key is None):
        raise InvalidError("A certificate and its key come together; name both with --cert and --cert-key.")
    if address.proxied and address.cert:
        raise InvalidError("Either the proxy holds the certificate or this program does; leave out one of the two.")
    if _is_loopback(address.host):
        return
    if address.proxied:
        raise RefusedError(
            "Behind a proxy the pages are served on loopback only, because what comes from the proxy is in the clear; "
            "leave out --host {host}.",
            host=address.host,
        )
    if address.cert is None:
        raise RefusedError(
            "Beyond loopback pages need TLS, and {host} is reached from elsewhere. Name a certificate with --cert and "
            "--cert-key, or serve on loopback behind a proxy with --behind-proxy NAME.",
            host=address.host,
        )


def require_certificate(address: Address, now: datetime) -> datetime:
    """When the certificate ends, once it is seen to fit: its key, its name and its time."""
    if address.cert is None or address.key is None:
        raise InvalidError("No certificate is named.")
    certificate = _certificate(address.cert)
    _require_private(address.key)
    _require_pair(address.cert, address.key)
    if address.name not in _names(certificate):
        raise RefusedError(
            "The certificate {cert} is for {names}, and readers type {name}; name the site with --site, or get "
            "another certificate.",
            cert=address.cert,
            names=", ".join(_names(certificate)) or "nobody",
            name=address.name,
        )
    if not certificate.not_valid_before_utc <= now < certificate.not_valid_after_utc:
        raise RefusedError(
            "The certificate {cert} holds from {begins} until {ends} UTC, which is not now; renew it, or set the "
            "clock of this machine.",
            cert=address.cert,
            begins=f"{certificate.not_valid_before_utc:%Y-%m-%d %H:%M}",
            ends=f"{certificate.not_valid_after_utc:%Y-%m-%d %H:%M}",
        )
    return certificate.not_valid_after_utc


def _certificate(path: Path) -> x509.Certificate:
    """The first certificate of the file: that of the site itself."""
    try:
        return x509.load_pem_x509_certificate(path.read_bytes())
    except OSError:
        raise NotThereError("There is no certificate {path} that this account may read.", path=path) from None
    except ValueError:
        raise InvalidError("The file {path} holds no certificate in PEM form.", path=path) from None


def _require_private(path: Path) -> None:
    try:
        mode = path.stat().st_mode
        load_pem_private_key(path.read_bytes(), None)
    except OSError:
        raise NotThereError("There is no certificate key {path} that this account may read.", path=path) from None
    except (ValueError, TypeError):
        raise InvalidError("The file {path} holds no private key in PEM form without a password.", path=path) from None
    if mode & (stat.S_IRWXO | stat.S_IWGRP):
        raise RefusedError("Others may read the certificate key {path}: run chmod 640 on it.", path=path)


def _require_pair(cert: Path, key: Path) -> None:
    try:
        ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER).load_cert_chain(cert, key)
    except ssl.SSLError:
        raise InvalidError("The key {key} does not belong to the certificate {cert}.", key=key, cert=cert) from None


def _names(certificate: x509.Certificate) -> list[str]:
    try:
        found = certificate.extensions.get_extension_for_oid(ExtensionOID.SUBJECT_ALTERNATIVE_NAME).value
    except x509.ExtensionNotFound:
        return []
    if not isinstance(found, x509.SubjectAlternativeName):
        return []
    return [*found.get_values_for_type(x509.DNSName), *map(str, found.get_values_for_type(x509.IPAddress))]


def _is_listening(host: str) -> bool:
    if host == HERE:
        return True
    try:
        ip_address(host)
    except ValueError:
        return False
    return True


def _is_loopback(host: str) -> bool:
    return host == HERE or ip_address(host).is_loopback
