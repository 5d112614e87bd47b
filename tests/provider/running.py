"""Start the provider, tell it what to say, and walk through it as a browser does."""

import json
import socket
import subprocess
import sys
from pathlib import Path
from urllib.parse import parse_qs, urljoin, urlsplit

import httpx
from cryptography.hazmat.primitives.asymmetric import rsa
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat

CLIENT, SECRET = "ninefold", "a secret of the client alone"


def write_directory_file(folder, head, groups):
    """The file by which an operator names a directory: its keys, and a table for each group."""
    lines = [f"{key} = {json.dumps(value)}" for key, value in head.items()]
    for table in groups:
        lines += ["[[group]]", *(f"{key} = {json.dumps(value)}" for key, value in table.items())]
    (folder / "directory.toml").write_text("\n".join(lines))
    return folder / "directory.toml"


class Provider:
    """A running provider: `issuer`, and `told`/`lies` to change what it says."""

    def __init__(self, folder, back):
        with socket.socket() as free:
            free.bind(("127.0.0.1", 0))
            self.port = free.getsockname()[1]
        self.folder, self.back = folder, back
        for name in ("key", "other"):
            self._key(name)
        self.start()

    @property
    def issuer(self):
        return f"http://localhost:{self.port}"

    def start(self):
        (self.folder / "provider.sqlite3").unlink(missing_ok=True)
        words = [sys.executable, Path(__file__).parent / "program.py", self.folder, str(self.port), self.back]
        self.process = subprocess.Popen(words, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
        if "ready" not in self.process.stdout.readline():
            raise AssertionError(self.process.stderr.read())

    def stop(self):
        self.process.terminate()
        self.process.wait(20)
        self.process.stdout.close()
        self.process.stderr.close()

    def says(self, **people):
        (self.folder / "told.json").write_text(json.dumps(people))

    def lies(self, **how):
        (self.folder / "lies.json").write_text(json.dumps(how))

    def honest(self):
        for name in ("told.json", "lies.json", "asked.log"):
            (self.folder / name).unlink(missing_ok=True)

    @property
    def asked(self):
        file = self.folder / "asked.log"
        return file.read_text().splitlines() if file.exists() else []

    def directory_file(self, folder, **more):
        """A directory file for this provider; further keys are written as they come."""
        secret = folder / "directory.secret"
        secret.write_text(SECRET)
        secret.chmod(0o600)
        groups = more.pop("group", [])
        head = {"issuer": self.issuer, "client_id": CLIENT, "secret": secret.name, "name": "Harbour sign-in"} | more
        return write_directory_file(folder, head, groups)

    def answers(self, address, name):
        """Go to the address as a browser that signs in as this person; the path with which it comes back."""
        with httpx.Client(trust_env=False) as browser:
            answer = browser.get(address)
            while not answer.headers.get("Location", "").startswith(self.back):
                there = urljoin(str(answer.url), answer.headers["Location"])
                if urlsplit(there).path == "/enter/":
                    told = {"name": name, "next": parse_qs(urlsplit(there).query)["next"][0]}
                    answer = browser.post(there, data=told)
                else:
                    answer = browser.get(there)
        parts = urlsplit(answer.headers["Location"])
        return f"{parts.path}?{parts.query}"

    def _key(self, name):
        key = rsa.generate_private_key(65537, 2048)
        pem = key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())
        (self.folder / f"{name}.pem").write_bytes(pem)
