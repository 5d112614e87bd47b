"""A real mail server on loopback, with a certificate made for the test, that keeps what it is given."""

import asyncio
import email
import socket
import ssl
import threading
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from email.policy import default

from aiosmtpd.controller import Controller
from aiosmtpd.smtp import AuthResult, LoginPassword
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

from ninefold.access.notices.post import Post

NAME, PASSWORD = b"ninefold", b"correct horse"


class Kept:
    """What came in: letters, as read, and the greeting of who brought them. `answer` is given after each."""

    def __init__(self):
        self.letters, self.greetings, self.rejected = [], [], set()
        self.answer = "250 OK"
        self.held, self.go_on = threading.Event(), threading.Event()
        self.greeted, self.greet = threading.Event(), threading.Event()
        self.go_on.set()
        self.greet.set()

    async def handle_EHLO(self, server, session, envelope, hostname, responses):  # noqa: N802 - the name that aiosmtpd calls
        self.greetings.append(hostname)
        session.host_name = hostname
        self.greeted.set()
        await asyncio.to_thread(self.greet.wait)
        return responses

    async def handle_RCPT(self, server, session, envelope, address, options):  # noqa: N802 - the name that aiosmtpd calls
        if address in self.rejected:
            return "550 no such mailbox"
        envelope.rcpt_tos.append(address)
        return "250 OK"

    async def handle_DATA(self, server, session, envelope):  # noqa: N802 - the name that aiosmtpd calls
        if self.answer.startswith("250"):
            self.letters.append(email.message_from_bytes(envelope.content, policy=default))
        self.held.set()
        await asyncio.to_thread(self.go_on.wait)
        return self.answer


def certificate(folder):
    """A key and a self-signed certificate for localhost; the paths of both."""
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "localhost")])
    now = datetime.now(UTC)
    made = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - timedelta(days=1))
        .not_valid_after(now + timedelta(days=2))
        .add_extension(x509.SubjectAlternativeName([x509.DNSName("localhost")]), critical=False)
        .sign(key, hashes.SHA256())
    )
    plain = (
        serialization.Encoding.PEM,
        serialization.PrivateFormat.PKCS8,
        serialization.NoEncryption(),
    )
    (folder / "mail.key").write_bytes(key.private_bytes(*plain))
    (folder / "mail.pem").write_bytes(made.public_bytes(serialization.Encoding.PEM))
    return folder / "mail.key", folder / "mail.pem"


def _authenticate(server, session, envelope, mechanism, data):
    known = isinstance(data, LoginPassword) and (data.login, data.password) == (NAME, PASSWORD)
    return AuthResult(success=known)


@contextmanager
def mail_server(folder, *, tls="starttls", login=False):
    """The server while it runs: what it kept, and how it is reached."""
    key, roots = certificate(folder)
    context = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
    context.load_cert_chain(roots, key)
    kept = Kept()
    secured = {"starttls": {"tls_context": context, "require_starttls": True}, "implicit": {"ssl_context": context}}
    asked = {"authenticator": _authenticate, "auth_required": True} if login else {}
    controller = Controller(kept, hostname="127.0.0.1", port=0, **secured.get(tls, {}), **asked)
    controller.port = _free_port()
    controller.start()
    try:
        yield kept, Post("localhost", controller.port, "notices@talks.example", tls, "talks.example", None, roots)
    finally:
        kept.go_on.set()
        kept.greet.set()
        controller.stop()


def _free_port():
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        return free.getsockname()[1]
