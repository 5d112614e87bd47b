"""The directory's file is read strictly, and only addresses that may be called are taken."""

from uuid import UUID

import pytest

from ninefold.access.actions.audiences import LONGEST
from ninefold.access.directory.fields import MOST_DAYS
from ninefold.access.directory.file import from_file, read_directory
from ninefold.errors import InvalidError, NotThereError, RefusedError

AUDIENCE = UUID("7c9d3b6e-2f0a-4c57-9a55-0d6a4c1f8e21")
GOOD = {
    "issuer": '"https://login.ministry.example/realm"',
    "client_id": '"ninefold"',
    "secret": '"directory.secret"',
    "name": '"Ministry sign-in"',
}
GROUP = f'[[group]]\ngroup = "desk"\naudience = "{AUDIENCE}"\ndays = '


def text(**changes):
    told = {key: value for key, value in (GOOD | changes).items() if value is not None}
    return "\n".join(f"{key} = {value}" for key, value in told.items()) + "\n"


def test_what_a_file_says(tmp_path):
    told = read_directory(text(amr='["mfa"]', also='["https://keys.example"]') + GROUP + "30", tmp_path)
    assert told.origin == "https://login.ministry.example"
    assert told.origins == {"https://login.ministry.example", "https://keys.example"}
    assert (told.secret, told.groups_claim) == (tmp_path / "directory.secret", "groups")
    assert told.mappings == (("desk", AUDIENCE, 30),)


def test_a_membership_of_the_most_days_is_not_longer_than_any():
    assert LONGEST.days - 1 == MOST_DAYS


@pytest.mark.parametrize(
    ("lie", "reason"),
    [
        (text(issuer='"http://login.ministry.example"'), "must begin with https"),
        (text(issuer='"http://127.0.0.1.example"'), "must begin with https"),
        (text(issuer='"ftp://localhost"'), "must begin with https"),
        (text(issuer='"https://a:b@login.example"'), "no address"),
        (text(issuer='"https://login.example; script-src *"'), "no address"),
        (text(issuer="\"https://login.example 'unsafe-inline'\""), "no address"),
        (text(issuer='"https://login.example/?x=1"'), "has a question"),
        (text(issuer='"https://login.example/#x"'), "has a question"),
        (text(issuer='""'), "one to 200"),
        (text(name='"a\\nb"'), "one to 200"),
        (text(name="7"), "one to 200"),
        (text(secret=None), "secret does not fit"),
        (text(colour='"red"'), "colour does not fit"),
        (text(also='["https://keys.example/path"]'), "an origin alone"),
        (text(amr='"mfa"'), "a list of texts"),
        (text(amr="[7]"), "one to 200"),
        (text() + GROUP + "0", "from 1 to 3659"),
        (text() + GROUP + "3660", "from 1 to 3659"),
        (text() + GROUP + "true", "from 1 to 3659"),
        (text() + GROUP + "1.5", "from 1 to 3659"),
        (text() + GROUP + "30\n" + GROUP + "31", "twice"),
        (text() + GROUP + "30\nx = 1", "and no more"),
        (text() + '[[group]]\ngroup = "g"\naudience = "x"\ndays = 1', "no id of an audience"),
        (text(group='"desk"'), r"tables \[\[group\]\]"),
        ("issuer", "not TOML"),
    ],
    ids=str,
)
def test_what_does_not_fit_is_named(lie, reason, tmp_path):
    with pytest.raises(InvalidError, match=reason):
        read_directory(lie, tmp_path)


def test_loopback_may_be_in_the_clear(tmp_path):
    for host in ("localhost:8080", "127.0.0.1", "[::1]:9"):
        assert read_directory(text(issuer=f'"http://{host}"'), tmp_path).origin == f"http://{host}"


def test_the_secret_is_its_owners_alone(tmp_path):
    (tmp_path / "directory.toml").write_text(text())
    with pytest.raises(NotThereError, match="no secret"):
        from_file("directory.toml", tmp_path)
    secret = tmp_path / "directory.secret"
    secret.write_text("s3cret\n")
    secret.chmod(0o640)
    with pytest.raises(RefusedError, match="chmod 600"):
        from_file("directory.toml", tmp_path)
    secret.chmod(0o600)
    assert from_file("directory.toml", tmp_path)
    secret.write_text("\n")
    with pytest.raises(InvalidError, match="empty"):
        from_file("directory.toml", tmp_path)


def test_no_setting_is_no_directory_and_a_missing_file_is_told(tmp_path):
    assert from_file("", tmp_path) is None
    with pytest.raises(NotThereError, match="no directory file"):
        from_file("nowhere.toml", tmp_path)
    (tmp_path / "binary").write_bytes(b"\xff\xfe")
    with pytest.raises(InvalidError, match="UTF-8"):
        from_file("binary", tmp_path)
