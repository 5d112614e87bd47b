"""A witness as a process, a log that grows as it is told, and the request between them."""

import http.client
import os
import re
import signal
import subprocess
import sys
import threading
from datetime import UTC, datetime, timedelta
from hashlib import sha256

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec

from ninefold.ledger.checkpoints import Checkpoint, sign_checkpoint
from ninefold.ledger.keys import Signer
from ninefold.ledger.merkle import consistency_nodes, leaf_hash
from ninefold.ledger.submissions import Submission
from ninefold.ledger.tree import Tree


class GrowingLog:
    """A log in memory. `fork` gives one with the same key and another leaf from some index on."""

    def __init__(self, name="example.org/log", leaves=400, fork=None):
        self.signer = Signer(name, sha256(name.encode()).digest())
        kept = leaves if fork is None else fork
        self.tree = Tree(leaf_hash(b"%d" % n if n < kept else b"other %d" % n) for n in range(leaves))

    @property
    def vkey(self):
        return str(self.signer.verifier)

    def head(self, size):
        return self.tree.head(size)

    def note(self, size, signer=None):
        head = self.head(size)
        return sign_checkpoint(Checkpoint(self.signer.name, head.size, head.root), signer or self.signer)

    def proof(self, old, size):
        return tuple(self.tree.proof(consistency_nodes(old, size))) if 0 < old < size else ()

    def submission(self, old, size, **other):
        told = {"old": old, "proof": self.proof(old, size), "note": self.note(size)} | other
        return Submission(**told).text()


def environment():
    return {name: told for name, told in os.environ.items() if not name.startswith(("NINEFOLD_", "DJANGO_"))}


class WitnessProcess:
    """`ninefold ledger witness` on a folder, at a free port of this machine."""

    def __init__(self, state, *logs, listen="127.0.0.1:0", **options):
        words = [sys.executable, "-m", "ninefold", "ledger", "witness", "--state", str(state), "--listen", listen]
        for log in logs:
            words += ["--log", log if isinstance(log, str) else log.vkey]
        for name, value in options.items():
            words += [f"--{name.replace('_', '-')}", str(value)]
        pipes = {"stdout": subprocess.PIPE, "stderr": subprocess.PIPE, "text": True, "bufsize": 1}
        self.process = subprocess.Popen(words, env=environment() | {"PYTHONUNBUFFERED": "1"}, **pipes)
        self.complaints = []
        self._reader = threading.Thread(target=lambda: self.complaints.extend(self.process.stderr), daemon=True)
        self._reader.start()
        first = self.process.stdout.readline()
        if not first:
            self.process.wait(10)
            self._reader.join(10)
            raise AssertionError("".join(self.complaints))
        self.url = re.search(r"https?://\S+", first)[0]
        self.port = int(re.search(r":(\d+)/$", self.url)[1])
        self.vkey = self.process.stdout.readline().split(": ", 1)[1].strip()

    def post(self, body, path="/add-checkpoint", **headers):
        """Status, body and content type."""
        return exchange(self.port, "POST", path, body, headers)

    def get(self, path):
        return exchange(self.port, "GET", path)

    def kill(self):
        self.process.send_signal(signal.SIGKILL)
        self.process.wait(10)
        self._close()

    def stop(self):
        self.process.send_signal(signal.SIGTERM)
        code = self.process.wait(10)
        self._close()
        return code

    def _close(self):
        self._reader.join(10)
        self.process.stdout.close()
        self.process.stderr.close()

    def __enter__(self):
        return self

    def __exit__(self, *_):
        if self.process.poll() is None:
            self.stop()


def exchange(port, method, path, body=None, headers=()):
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=30)
    try:
        connection.request(method, path, body, dict(headers))
        answer = connection.getresponse()
        return answer.status, answer.read().decode(), answer.headers["Content-Type"]
    finally:
        connection.close()


def self_signed(folder):
    """A certificate for localhost, and its key."""
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, "localhost")])
    now = datetime.now(UTC)
    built = x509.CertificateBuilder().subject_name(name).issuer_name(name).public_key(key.public_key())
    built = built.serial_number(1).not_valid_before(now - timedelta(days=1)).not_valid_after(now + timedelta(days=1))
    built = built.add_extension(x509.SubjectAlternativeName([x509.DNSName("localhost")]), critical=False)
    (folder / "cert.pem").write_bytes(built.sign(key, hashes.SHA256()).public_bytes(serialization.Encoding.PEM))
    kinds = serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    (folder / "key.pem").write_bytes(key.private_bytes(*kinds))
    return folder / "cert.pem", folder / "key.pem"
