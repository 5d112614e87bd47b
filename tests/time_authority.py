"""A real time authority on loopback: OpenSSL behind a tiny HTTP server, with certificates made for the test."""

import subprocess
import threading
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from hashlib import sha256
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

_CONFIG = """
[tsa]
default_tsa = here
[here]
dir = {folder}
serial = {folder}/serial
crypto_device = builtin
signer_cert = {folder}/{signer}.pem
signer_key = {folder}/{signer}.key
signer_digest = sha256
default_policy = 1.2.3.4.1
other_policies = 1.2.3.4.5
digests = sha256, sha512
accuracy = secs:1
ordering = no
tsa_name = no
ess_cert_id_chain = no
ess_cert_id_alg = sha256
"""
_EXTENSIONS = {
    "ca": "basicConstraints=critical,CA:TRUE\nkeyUsage=critical,keyCertSign,cRLSign\n",
    "tsa": "basicConstraints=CA:FALSE\nkeyUsage=critical,digitalSignature\nextendedKeyUsage=critical,timeStamping\n",
    "web": "basicConstraints=CA:FALSE\nkeyUsage=critical,digitalSignature\nextendedKeyUsage=critical,serverAuth\n",
}


def openssl(*words, data=None):
    done = subprocess.run(["openssl", *map(str, words)], input=data, capture_output=True, timeout=60)
    assert done.returncode == 0, done.stderr.decode()
    return done.stdout


@dataclass
class Authority:
    """`fault` names what it does wrong; `address` is where it is asked, `roots` what its answers chain to."""

    folder: Path
    name: str
    address: str = ""
    fault: str = ""
    asked: list = field(default_factory=list)
    awake: threading.Event = field(default_factory=threading.Event)

    @property
    def roots(self):
        return (self.folder / "ca.pem").read_text()

    @property
    def named(self):
        """The table that names it, in the file of a log that asks it."""
        return f'[[authority]]\nname = "{self.name}"\nurl = "{self.address}"\nroots = """{self.roots}"""\n'

    def make(self):
        self.folder.mkdir()
        (self.folder / "serial").write_text("01\n")
        self._certificate("ca", f"/CN=Root of {self.name}", "ca", days=3650)
        self._certificate("tsa", f"/O={self.name}/CN=Stamping unit 1", "tsa", days=365)
        self._certificate("web", f"/CN=Web server of {self.name}", "web", days=365)
        self._certificate("expired", f"/CN=Old unit of {self.name}", "tsa", days=-1)

    def _certificate(self, file, subject, kind, *, days):
        at = self.folder
        request = at / f"{file}.csr"
        new = ("-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes")
        openssl("req", "-new", *new, "-keyout", at / f"{file}.key", "-out", request, "-subj", subject)
        (at / "extensions").write_text(_EXTENSIONS[kind])
        signer = ("-signkey", at / "ca.key") if kind == "ca" else ("-CA", at / "ca.pem", "-CAkey", at / "ca.key")
        more = ("-CAcreateserial",) if kind != "ca" else ()
        openssl(
            "x509",
            "-req",
            "-in",
            request,
            "-out",
            at / f"{file}.pem",
            *signer,
            *more,
            "-days",
            days,
            "-extfile",
            at / "extensions",
        )

    def answer(self, request, *, signer="tsa", more=""):
        """The response of OpenSSL to a request, both in DER."""
        config = self.folder / f"{signer}.cnf"
        config.write_text(_CONFIG.format(folder=self.folder, signer=signer) + more)
        asked = self.folder / "request.tsq"
        asked.write_bytes(request)
        return openssl("ts", "-reply", "-config", config, "-queryfile", asked)

    def another_request(self, asked):
        """A request about the same hash with another number."""
        return openssl("ts", "-query", "-digest", _digest_in(asked).hex(), "-sha256", "-cert")

    def signed_by_a_web_server(self, request):
        """The right words, signed by a certificate that is not made for time stamps; OpenSSL would not do it itself."""
        at = self.folder
        (at / "good.tsr").write_bytes(self.answer(request))
        openssl("ts", "-reply", "-in", at / "good.tsr", "-token_out", "-out", at / "good.token")
        openssl("cms", "-verify", "-noverify", "-inform", "DER", "-in", at / "good.token", "-out", at / "said")
        token = openssl(
            *("cms", "-sign", "-in", at / "said", "-econtent_type", "1.2.840.113549.1.9.16.1.4", "-nodetach"),
            *("-binary", "-outform", "DER", "-md", "sha256", "-signer", at / "web.pem", "-inkey", at / "web.key"),
        )
        return _sequence(b"\x30\x03\x02\x01\x00" + token)


def _sequence(content):
    length = len(content).to_bytes((len(content).bit_length() + 7) // 8, "big")
    return b"\x30" + bytes([0x80 | len(length)]) + length + content


# What is wrong with an authority: what it answers to a request.
FAULTS = {
    "nonce": lambda tsa, asked: tsa.answer(tsa.another_request(asked)),
    "hash": lambda tsa, asked: tsa.answer(asked.replace(_digest_in(asked), sha256(b"another text").digest())),
    "expired": lambda tsa, asked: tsa.answer(asked, signer="expired"),
    "purpose": lambda tsa, asked: tsa.signed_by_a_web_server(asked),
    "truncated": lambda tsa, asked: tsa.answer(asked)[:-20],
    "changed": lambda tsa, asked: _changed(tsa.answer(asked)),
    "rejected": lambda tsa, asked: tsa.answer(b"\x30\x00"),
    "html": lambda tsa, asked: b"<!doctype html><title>Sign in to the network</title>",
    "empty": lambda tsa, asked: b"",
    "huge": lambda tsa, asked: tsa.answer(asked) + bytes(1 << 17),
}


def _digest_in(request):
    """The hash that is asked about: 32 bytes behind their length."""
    at = request.index(b"\x04\x20") + 2
    return request[at : at + 32]


def length_of_number(request):
    """How many bytes the random number in a request has: as few as its value needs, behind their length."""
    return request[request.index(_digest_in(request)) + 32 + 1]


def _changed(answer):
    return answer[:-5] + bytes([answer[-5] ^ 1]) + answer[-4:]


class _Door(BaseHTTPRequestHandler):
    def do_POST(self):
        tsa = self.server.tsa
        asked = self.rfile.read(int(self.headers["Content-Length"]))
        tsa.asked.append((dict(self.headers), asked))
        if tsa.fault == "silent":
            tsa.awake.wait(30)
            return
        if tsa.fault in ("redirect", "error"):
            self.send_response(302 if tsa.fault == "redirect" else 500)
            self.send_header("Location", "http://127.0.0.1:9/")
            self.end_headers()
            return
        body = FAULTS[tsa.fault](tsa, asked) if tsa.fault in FAULTS else tsa.answer(asked)
        kind = "text/html" if tsa.fault == "page" else "application/timestamp-reply"
        self.send_response(200)
        self.send_header("Content-Type", kind)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        with suppress(BrokenPipeError, ConnectionResetError):
            self._send(body, slowly=tsa.fault == "slow")

    def _send(self, body, *, slowly):
        if not slowly:
            self.wfile.write(body)
            return
        for byte in body:
            self.wfile.write(bytes([byte]))
            if self.server.tsa.awake.wait(0.1):
                return

    def log_message(self, *_):
        pass


@contextmanager
def serving(tsa):
    """The authority answers on loopback as long as this lasts."""
    server = ThreadingHTTPServer(("127.0.0.1", 0), _Door)
    server.tsa, server.daemon_threads = tsa, True
    tsa.address = f"http://127.0.0.1:{server.server_port}/tsr"
    thread = threading.Thread(target=server.serve_forever, args=(0.05,), daemon=True)
    thread.start()
    try:
        yield tsa
    finally:
        tsa.awake.set()
        server.shutdown()
        server.server_close()
        thread.join()
