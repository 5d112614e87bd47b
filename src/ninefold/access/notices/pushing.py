"""Handing a message to the maker of a browser, at the address that this browser named and its owner agreed to.

That address comes from outside, so it is bounded: https at the usual port, a name that leads to public addresses and to
nothing else. The name is resolved once and asked at what came out, so that a second answer cannot lead elsewhere.
"""

import secrets
import socket
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from ipaddress import ip_address
from urllib.parse import SplitResult, urlsplit

from cryptography.hazmat.primitives.asymmetric import ec

from ninefold import outward
from ninefold.access.notices.sending import UndeliverableError
from ninefold.access.notices.webpush import Subscription, encrypt, padded, proof
from ninefold.errors import InvalidError, RefusedError

_SECONDS, _LONGEST = 15.0, 65_536
_KEPT_FOR = 24 * 3_600  # seconds for which the maker keeps it for a browser that is off
_TAKEN = frozenset({200, 201, 202, 204})
_GONE = frozenset({404, 410})
_NEVER = frozenset({400, 401, 403, 413})


@dataclass(frozen=True)
class Push:
    """Who answers for what is sent here (`mailto:` or `https:`); `near` lets endpoints lie in private networks."""

    contact: str
    near: bool = False


def read_push(contact: str, near: str) -> Push | None:
    """As the settings name it; None where nobody answers, and nothing is sent."""
    if not contact:
        return None
    if not contact.startswith(("mailto:", "https:")) or not contact.isascii() or not contact.isprintable():
        raise InvalidError(
            "NINEFOLD_PUSH_CONTACT is {given}; it begins with mailto: or https:.", given=repr(contact[:80])
        )
    return Push(contact, near == "1")


def require_endpoint(push: Push, endpoint: str) -> None:
    """Raise `RefusedError` unless this may ever be called; where its name leads is looked at when it is."""
    parts = _split(endpoint)
    plain = push.near and parts.scheme == "http"
    if not parts.hostname or not (parts.scheme == "https" or plain) or parts.username is not None or parts.fragment:
        raise RefusedError("The address that this browser names is none to which messages may be sent.")
    if not push.near and (parts.port not in (None, 443) or _is_number(parts.hostname)):
        raise RefusedError("The address that this browser names is none to which messages may be sent.")


def send(
    push: Push,
    to: Subscription,
    text: bytes,
    *,
    key: ec.EllipticCurvePrivateKey,
    topic: str,
    urgent: bool,
    now: datetime,
) -> None:
    """Hand the message over. `key` proves who sends; `topic` lets a message that comes twice replace the first."""
    try:
        require_endpoint(push, to.endpoint)
    except RefusedError:
        raise UndeliverableError("not allowed", gone=True) from None
    fresh, salt = ec.generate_private_key(ec.SECP256R1()), secrets.token_bytes(16)
    body = encrypt(padded(text), to, key=fresh, salt=salt)
    headers = {
        "Authorization": proof(to.endpoint, contact=push.contact, key=key, now=now),
        "Content-Encoding": "aes128gcm",
        "Content-Type": "application/octet-stream",
        "TTL": str(_KEPT_FOR),
        "Urgency": "high" if urgent else "normal",
        "Topic": topic,
    }
    _judge(_asked(push, to.endpoint, body, headers))


def _asked(push: Push, endpoint: str, body: bytes, headers: Mapping[str, str]) -> int:
    parts = _split(endpoint)
    where = _resolved(push, parts)
    pinned = parts._replace(netloc=where).geturl()
    told = {
        "content": body,
        "headers": {**headers, "Host": parts.netloc},
        "extensions": {"sni_hostname": parts.hostname},
    }
    try:
        return outward.ask_once("POST", pinned, seconds=_SECONDS, longest=_LONGEST, **told).status
    except outward.UnreachedError as error:
        raise UndeliverableError(str(error)) from None


def _judge(status: int) -> None:
    if status not in _TAKEN:
        raise UndeliverableError(f"status {status}", for_good=status in _NEVER, gone=status in _GONE)


def _resolved(push: Push, parts: SplitResult) -> str:
    """The address in digits, with the port, that the name leads to; refused if any of them is not public."""
    port = parts.port or (443 if parts.scheme == "https" else 80)
    try:
        found = socket.getaddrinfo(parts.hostname, port, type=socket.SOCK_STREAM)
    except OSError:
        raise UndeliverableError("no such host") from None
    addresses = [ip_address(str(row[4][0]).partition("%")[0]) for row in found]
    if not push.near and not all(address.is_global for address in addresses):
        raise UndeliverableError("not a public address", for_good=True)
    first = addresses[0]
    return f"[{first}]:{port}" if first.version == 6 else f"{first}:{port}"


def _split(endpoint: str) -> SplitResult:
    try:
        parts = urlsplit(endpoint)
        parts.port  # noqa: B018 - it raises where it is none
    except ValueError:
        raise RefusedError("The address that this browser names is none to which messages may be sent.") from None
    return parts


def _is_number(host: str) -> bool:
    try:
        ip_address(host)
    except ValueError:
        return False
    return True
