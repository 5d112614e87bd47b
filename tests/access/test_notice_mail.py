"""A letter to a real mail server: by TLS that is checked, with headers that give nothing away."""

import dataclasses
from datetime import UTC, datetime

import pytest

from ninefold.access.notices.post import UndeliverableError, is_address, letter, read_post, send
from ninefold.errors import InvalidError, RefusedError

from .mail_room import NAME, PASSWORD, mail_server

NOW = datetime(2026, 3, 1, 12, tzinfo=UTC)


def written(post, **changes):
    told = {"to": "ada@home.example", "subject": "لديكم أمر", "body": "لديكم أمر\n", "id_": "<1f@talks.example>"}
    return letter(post, **told | changes, now=NOW)


@pytest.mark.parametrize("tls", ["starttls", "implicit", "none"])
def test_a_letter_arrives_and_bears_what_smtp_demands_and_no_more(tmp_path, tls):
    with mail_server(tmp_path, tls=tls) as (kept, post):
        send(post, written(post))
    (got,) = kept.letters
    assert got["Subject"] == got.get_content().strip() == "لديكم أمر"
    assert set(got.keys()) - {"X-Peer", "X-MailFrom", "X-RcptTo"} == {
        "From",
        "To",
        "Subject",
        "Date",
        "Message-ID",
        "Auto-Submitted",
        "Content-Type",
        "Content-Transfer-Encoding",
        "MIME-Version",
    }
    assert set(kept.greetings) == {"talks.example"}, "the machine's own name is not told"


@pytest.mark.parametrize("tls", ["starttls", "implicit"])
def test_a_server_whose_certificate_leads_nowhere_gets_nothing(tmp_path, tls):
    with mail_server(tmp_path, tls=tls) as (kept, post):
        with pytest.raises(UndeliverableError, match="SSLCertVerificationError"):
            send(dataclasses.replace(post, roots=None), written(post))
        with pytest.raises(UndeliverableError, match="SSLCertVerificationError"):
            send(dataclasses.replace(post, host="127.0.0.1"), written(post))
    assert kept.letters == []


def test_a_server_without_starttls_gets_nothing(tmp_path):
    with mail_server(tmp_path, tls="none") as (kept, post), pytest.raises(UndeliverableError, match="NotSupported"):
        send(dataclasses.replace(post, tls="starttls"), written(post))
    assert kept.letters == []


def test_the_name_and_password_come_from_a_private_file(tmp_path):
    file = tmp_path / "credentials"
    file.write_bytes(NAME + b"\n" + PASSWORD + b"\n")
    with mail_server(tmp_path, login=True) as (kept, post):
        known = dataclasses.replace(post, credentials=file)
        file.chmod(0o644)
        with pytest.raises(RefusedError, match="chmod 600"):
            send(known, written(post))
        file.chmod(0o600)
        send(known, written(post))
        with pytest.raises(UndeliverableError):
            send(post, written(post))
        file.write_bytes(b"one line")
        with pytest.raises(InvalidError, match="two lines"):
            send(known, written(post))
    assert len(kept.letters) == 1


def test_an_address_that_is_refused_is_refused_for_good(tmp_path):
    with mail_server(tmp_path) as (kept, post):
        kept.rejected.add("ada@home.example")
        with pytest.raises(UndeliverableError) as refused:
            send(post, written(post))
        assert refused.value.for_good
        kept.answer = "451 come back later"
        with pytest.raises(UndeliverableError) as later:
            send(post, written(post, to="bo@home.example"))
        assert not later.value.for_good


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"tls": "ssl"}, "NINEFOLD_MAIL_TLS is 'ssl'"),
        ({"tls": "none"}, "by TLS only"),
        ({"sender": "nobody"}, "NINEFOLD_MAIL_FROM"),
        ({"sender": "a@b.example\nBcc: c@d.example"}, "NINEFOLD_MAIL_FROM"),
    ],
    ids=str,
)
def test_settings_that_do_not_fit_are_named(changes, words):
    told = {
        "host": "mail.example",
        "port": 587,
        "sender": "n@talks.example",
        "tls": "starttls",
        "site": "talks.example",
    }
    assert read_post(**told, credentials=None, roots=None)
    assert read_post(**told | {"host": ""}, credentials=None, roots=None) is None
    with pytest.raises(InvalidError, match=words):
        read_post(**told | changes, credentials=None, roots=None)


@pytest.mark.parametrize("text", ["", "a", "a@b", "a b@c.example", "a@c.example, b@c.example", "a@c.example\r\nX: y"])
def test_what_is_no_single_address_is_none(text):
    assert not is_address(text)
    assert is_address("ada@home.example")
