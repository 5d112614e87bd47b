"""The mail server that the operator named, and a letter that gives nothing away. Knows no address of its own.

TLS is checked against the system's certificates or those that the operator named. The letter bears what SMTP demands
and no more: no name of a program or machine, and a random id under the workspace's site.
"""

import smtplib
import ssl
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from email.headerregistry import Address
from email.message import EmailMessage
from email.policy import SMTP
from email.utils import format_datetime
from ipaddress import ip_address
from pathlib import Path

from ninefold.access.notices.sending import UndeliverableError
from ninefold.disk import read_private
from ninefold.errors import InvalidError

STARTTLS, IMPLICIT, CLEAR = "starttls", "implicit", "none"
_SECONDS = 20.0
_LONGEST_CREDENTIALS = 2_048


@dataclass(frozen=True)
class Post:
    """A mail server: where, from whom, how it is secured. `site` names this workspace to it, and nothing else does."""

    host: str
    port: int
    sender: str
    tls: str
    site: str
    credentials: Path | None = None
    roots: Path | None = None


def read_post(
    *, host: str, port: int, sender: str, tls: str, site: str, credentials: Path | None, roots: Path | None
) -> Post | None:
    """The server as the settings name it; None where none is named. `InvalidError` says what does not fit."""
    if not host:
        return None
    if tls not in (STARTTLS, IMPLICIT, CLEAR):
        raise InvalidError("NINEFOLD_MAIL_TLS is {given}; set it to starttls, implicit or none.", given=repr(tls[:20]))
    if tls == CLEAR and not _is_here(host):
        raise InvalidError("Mail leaves this machine by TLS only; set NINEFOLD_MAIL_TLS to starttls or implicit.")
    if not is_address(sender):
        raise InvalidError("NINEFOLD_MAIL_FROM is {given}; set it to an e-mail address.", given=repr(sender[:80]))
    return Post(host, port, sender, tls, site, credentials, roots)


def is_address(text: str) -> bool:
    """Whether this is one e-mail address and nothing besides."""
    try:
        address = Address(addr_spec=text)
    except (ValueError, IndexError):  # IndexError: what the standard library says to an empty text
        return False
    return bool(address.username and "." in address.domain and text.isascii() and text.isprintable())


def letter(post: Post, *, to: str, subject: str, body: str, id_: str, now: datetime) -> EmailMessage:
    """The letter, one part of plain text."""
    made = EmailMessage(policy=SMTP)
    made["From"] = post.sender
    made["To"] = to
    made["Subject"] = subject
    made["Date"] = format_datetime(now)
    made["Message-ID"] = id_
    # RFC 3834: nobody's machine answers it.
    made["Auto-Submitted"] = "auto-generated"
    made.set_content(body, cte="base64")
    return made


def send(post: Post, made: EmailMessage) -> None:
    """Hand the letter over. When this returns, the server has it; `UndeliverableError` says that it has not."""
    try:
        with _connected(post) as server:
            server.send_message(made)
    except smtplib.SMTPRecipientsRefused as error:
        code = next(iter(error.recipients.values()))[0]
        raise UndeliverableError(f"refused {code}", for_good=code >= 500) from None
    except (smtplib.SMTPException, OSError, ValueError) as error:
        raise UndeliverableError(type(error).__name__) from None


@contextmanager
def _connected(post: Post) -> Iterator[smtplib.SMTP]:
    context = ssl.create_default_context(cafile=post.roots)
    # Unless told, smtplib would greet with the name of this machine.
    where, site = (post.host, post.port), post.site
    server: smtplib.SMTP
    if post.tls == IMPLICIT:
        server = smtplib.SMTP_SSL(*where, local_hostname=site, timeout=_SECONDS, context=context)
    else:
        server = smtplib.SMTP(*where, local_hostname=site, timeout=_SECONDS)
    with server:
        if post.tls == STARTTLS:
            server.starttls(context=context)
        if post.credentials:
            server.login(*_credentials(post.credentials))
        yield server


def _credentials(path: Path) -> tuple[str, str]:
    """Name and password, a line each, in a file that only its owner reads."""
    lines = read_private(path, _LONGEST_CREDENTIALS).decode("utf-8").split("\n")
    if len(lines) < 2 or not lines[0] or not lines[1]:
        raise InvalidError("The file {path} needs two lines: the name, and the password.", path=path)
    return lines[0].strip(), lines[1].strip("\r")


def _is_here(host: str) -> bool:
    if host == "localhost":
        return True
    try:
        return ip_address(host).is_loopback
    except ValueError:
        return False
