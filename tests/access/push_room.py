"""The machine of a browser's maker, on loopback, and a browser that reads what comes for it. Written from the RFCs."""

import base64
import hmac
import os
import ssl
import threading
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import jwt
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from ninefold.access.notices.webpush import public_of


def b64(octets):
    return base64.urlsafe_b64encode(octets).rstrip(b"=").decode()


def unb64(text):
    return base64.urlsafe_b64decode(text + "=" * (-len(text) % 4))


def key_of(scalar):
    return ec.derive_private_key(int.from_bytes(unb64(scalar), "big"), ec.SECP256R1())


class Browser:
    """Its key and its secret; it decrypts (RFC 8188, RFC 8291) with nothing of the program's."""

    def __init__(self, endpoint):
        self.endpoint, self.key, self.auth = endpoint, ec.generate_private_key(ec.SECP256R1()), os.urandom(16)

    @property
    def handed_over(self):
        keys = {"p256dh": b64(public_of(self.key)), "auth": b64(self.auth)}
        return {"endpoint": self.endpoint, "expirationTime": None, "keys": keys}

    def read(self, body):
        salt, size, length = body[:16], int.from_bytes(body[16:20], "big"), body[20]
        theirs, sealed = body[21 : 21 + length], body[21 + length :]
        assert len(sealed) <= size
        shared = self.key.exchange(ec.ECDH(), ec.EllipticCurvePublicKey.from_encoded_point(ec.SECP256R1(), theirs))
        first = hmac.digest(self.auth, shared, "sha256")
        told = b"WebPush: info\x00" + public_of(self.key) + theirs
        extracted = hmac.digest(salt, hmac.digest(first, told + b"\x01", "sha256"), "sha256")
        content_key = hmac.digest(extracted, b"Content-Encoding: aes128gcm\x00\x01", "sha256")[:16]
        nonce = hmac.digest(extracted, b"Content-Encoding: nonce\x00\x01", "sha256")[:12]
        text = AESGCM(content_key).decrypt(nonce, sealed, None).rstrip(b"\x00")
        assert text[-1] == 2
        return text[:-1]


class Maker:
    """What came in; `status` is what it answers."""

    def __init__(self):
        self.asked, self.status = [], 201


def proven(header, aud, public):
    """The claims of a VAPID header, once its signature holds."""
    scheme, _, rest = header.partition(" ")
    told = dict(part.strip().split("=", 1) for part in rest.split(","))
    assert scheme == "vapid"
    assert unb64(told["k"]) == public
    key = ec.EllipticCurvePublicKey.from_encoded_point(ec.SECP256R1(), unb64(told["k"]))
    return jwt.decode(told["t"], key, algorithms=["ES256"], audience=aud, options={"verify_exp": False})


@contextmanager
def maker(certificate=None):
    """The maker while it runs, and its address."""
    kept = Maker()

    class Door(BaseHTTPRequestHandler):
        def do_POST(self):
            body = self.rfile.read(int(self.headers["Content-Length"]))
            kept.asked.append((self.path, dict(self.headers), body))
            self.send_response(kept.status)
            self.send_header("Content-Length", "0")
            self.end_headers()

        def log_message(self, *args):
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Door)
    if certificate:
        key, roots = certificate
        context = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
        context.load_cert_chain(roots, key)
        server.socket = context.wrap_socket(server.socket, server_side=True)
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    try:
        yield kept, f"{'https' if certificate else 'http'}://localhost:{server.server_port}"
    finally:
        server.shutdown()
        server.server_close()
        thread.join()
