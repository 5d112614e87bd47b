"""The file of a directory that speaks SAML is read strictly, its certificates too."""

import subprocess
import sys

import pytest
from cryptography.hazmat.primitives.asymmetric import ec, rsa
from provider.saml.running import key_and_certificate

from ninefold.access.directory.file import from_file, read_directory
from ninefold.errors import InvalidError, NotThereError, RefusedError

GOOD = {
    "protocol": '"saml"',
    "issuer": '"urn:example:idp"',
    "sign_in": '"https://login.ministry.example/sso"',
    "certificates": '"directory.pem"',
    "name": '"Ministry sign-in"',
}


def text(**changes):
    told = {key: value for key, value in (GOOD | changes).items() if value is not None}
    return "\n".join(f"{key} = {value}" for key, value in told.items()) + "\n"


def test_what_a_file_says(tmp_path):
    told = read_directory(text(contexts='["urn:x"]', email_attribute='"mail"'), tmp_path)
    assert (told.issuer, told.origin) == ("urn:example:idp", "https://login.ministry.example")
    assert (told.certificates, told.groups_attribute) == (tmp_path / "directory.pem", "groups")


@pytest.mark.parametrize(
    ("lie", "reason"),
    [
        (text(protocol='"kerberos"'), "openid or saml"),
        (text(sign_in='"http://login.ministry.example"'), "must begin with https"),
        (text(sign_in='"https://login.example/#x"'), "has a mark"),
        (text(sign_in='"https://login.example; script-src *"'), "no address"),
        (text(certificates=None), "certificates does not fit"),
        (text(client_id='"ninefold"'), "client_id does not fit"),
        (text(contexts='"urn:x"'), "a list of texts"),
        (text(issuer='""'), "one to 200"),
        (text() + '[[group]]\ngroup = "g"\naudience = "x"\ndays = 1', "no id of an audience"),
    ],
    ids=str,
)
def test_what_does_not_fit_is_named(lie, reason, tmp_path):
    with pytest.raises(InvalidError, match=reason):
        read_directory(lie, tmp_path)


def test_the_certificates_must_be_there_and_only_their_owner_may_change_them(tmp_path):
    (tmp_path / "directory.toml").write_text(text())
    with pytest.raises(NotThereError, match="certificates"):
        from_file("directory.toml", tmp_path)
    key_and_certificate(tmp_path, "key", "directory")
    assert from_file("directory.toml", tmp_path)
    keys = tmp_path / "directory.pem"
    keys.chmod(0o664)
    with pytest.raises(RefusedError, match="chmod 644"):
        from_file("directory.toml", tmp_path)
    keys.chmod(0o644)
    keys.write_text("nothing")
    with pytest.raises(InvalidError, match="not certificates in PEM"):
        from_file("directory.toml", tmp_path)


def test_a_curve_is_taken_and_a_weak_key_is_not(tmp_path):
    (tmp_path / "directory.toml").write_text(text())
    key_and_certificate(tmp_path, "key", "directory", key=ec.generate_private_key(ec.SECP384R1()))
    assert from_file("directory.toml", tmp_path)
    for key in (rsa.generate_private_key(65537, 1024), ec.generate_private_key(ec.SECP224R1())):
        key_and_certificate(tmp_path, "key", "directory", key=key)
        with pytest.raises(InvalidError, match="2048 bits or more"):
            from_file("directory.toml", tmp_path)


WITHOUT = """
import importlib.util, sys
from pathlib import Path

class Gone:
    def find_spec(self, name, path=None, target=None):
        if name.partition(".")[0] in {"signxml", "lxml"}:
            raise ModuleNotFoundError(name)

sys.meta_path.insert(0, Gone())
found = importlib.util.find_spec
importlib.util.find_spec = lambda name, *rest: None if name == "signxml" else found(name, *rest)
import django
django.setup()
from django.urls import get_resolver
assert get_resolver().url_patterns
from ninefold.access.directory.file import from_file
from ninefold.errors import UnavailableError
try:
    from_file("directory.toml", Path(sys.argv[1]))
except UnavailableError as error:
    print(error)
"""


def test_without_the_extra_the_file_is_refused_and_nothing_else_needs_it(tmp_path):
    (tmp_path / "directory.toml").write_text(text())
    done = subprocess.run([sys.executable, "-c", WITHOUT, tmp_path], capture_output=True, text=True)
    assert "needs the package signxml" in done.stdout, done.stderr
    assert "ninefold[saml]" in done.stdout
