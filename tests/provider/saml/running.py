"""Start the identity provider, tell it what to say, and walk through it as a browser does."""

import html
import json
import os
import re
import shutil
import socket
import subprocess
import sys
from datetime import UTC, datetime, timedelta
from pathlib import Path

import httpx
import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec, rsa
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat
from cryptography.x509.oid import NameOID

from ninefold.access.directory.saml.question import Ours, description
from provider.running import write_directory_file

TWO_FACTORS = "urn:example:two-factors"
_FIELD = re.compile(r'name="(SAMLResponse|RelayState)" value="([^"]*)"')


def key_and_certificate(folder, name="key", certificate="certificate", key=None, days=30):
    """A key and a certificate over it, as files; the certificate itself."""
    key = key or rsa.generate_private_key(65537, 2048)
    named = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "provider.example")])
    begins = datetime.now(UTC) - timedelta(days=60)
    made = x509.CertificateBuilder().subject_name(named).issuer_name(named).public_key(key.public_key())
    made = made.serial_number(x509.random_serial_number()).not_valid_before(begins)
    made = made.not_valid_after(datetime.now(UTC) + timedelta(days=days)).sign(key, hashes.SHA256())
    (folder / f"{name}.pem").write_bytes(key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption()))
    (folder / f"{certificate}.pem").write_bytes(made.public_bytes(Encoding.PEM))
    return made


def curve_key():
    return ec.generate_private_key(ec.SECP256R1())


class SamlProvider:
    """A running provider: `issuer`, and `says`/`lies` to change what it says."""

    def __init__(self, folder, site):
        if shutil.which("xmlsec1") is None and not os.environ.get("NINEFOLD_CI"):
            pytest.skip("the provider of SAML signs with xmlsec1, which is not installed")
        with socket.socket() as free:
            free.bind(("127.0.0.1", 0))
            self.port = free.getsockname()[1]
        self.folder = folder
        self.ours = Ours(f"{site}/sign-in/directory/metadata/", f"{site}/sign-in/directory/answer/")
        self.knows()
        key_and_certificate(folder)
        key_and_certificate(folder, "other", "others")
        self.start()

    @property
    def issuer(self):
        return f"http://127.0.0.1:{self.port}/idp"

    def start(self):
        words = [sys.executable, Path(__file__).parent / "program.py", self.folder, str(self.port)]
        with (self.folder / "log").open("w") as log:
            self.process = subprocess.Popen(words, stdout=subprocess.PIPE, stderr=log, text=True)
        if "ready" not in self.process.stdout.readline():
            raise AssertionError((self.folder / "log").read_text())

    def stop(self):
        self.process.terminate()
        self.process.wait(20)
        self.process.stdout.close()

    def knows(self, *certificates, signs=False):
        """The description of this program as its operator hands it over."""
        (self.folder / "ninefold.xml").write_text(description(self.ours, certificates, signs=signs))

    def says(self, **people):
        (self.folder / "told.json").write_text(json.dumps({name: _in_saml(said) for name, said in people.items()}))

    def lies(self, **how):
        (self.folder / "lies.json").write_text(json.dumps(how))

    def honest(self):
        for name in ("told.json", "lies.json"):
            (self.folder / name).unlink(missing_ok=True)

    def directory_file(self, folder, **more):
        """A directory file for this provider; further keys are written as they come."""
        more = dict(more)
        if more.pop("amr", None):
            more["contexts"] = [TWO_FACTORS]
        groups = more.pop("group", [])
        head = {
            "protocol": "saml",
            "issuer": self.issuer,
            "sign_in": f"http://127.0.0.1:{self.port}/sso",
            "certificates": str(self.folder / "certificate.pem"),
            "email_attribute": "urn:mace:dir:attribute-def:mail",
            "name": "Harbour sign-in",
        } | more
        return write_directory_file(folder, head, groups)

    def answers(self, address, name):
        """Go to the address as a browser that signs in as this person; the fields that it brings back."""
        with httpx.Client(trust_env=False) as browser:
            page = browser.get(address).text
            sent = dict(re.findall(r'type="hidden" name="(\w+)" value="([^"]*)"', page)) | {"name": name}
            page = browser.post(address.partition("?")[0], data={key: html.unescape(sent[key]) for key in sent}).text
        return {key: html.unescape(value) for key, value in _FIELD.findall(page)}


def _in_saml(said):
    """What the tests say of a person in the words of OpenID Connect, in those of SAML."""
    told = {"sub": said["sub"]} if "sub" in said else {}
    if "groups" in said:
        # Where the other protocol has any JSON, an attribute has texts.
        told["groups"] = [each if isinstance(each, str) else json.dumps(each) for each in _listed(said["groups"])]
    if "email" in said or "email_verified" in said:
        sound = isinstance(said.get("email", ""), str) and said.get("email_verified", True) is True
        told["email"] = said.get("email") if sound and said.get("email") else ""
    if {"mfa", "hwk", "otp"} & {*said.get("amr", [])}:
        told["context"] = TWO_FACTORS
    return told


def _listed(value):
    return value if isinstance(value, list) else [value]
