"""Where pages may be served: the rules, before anything starts."""

import re
from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ninefold.clock import now
from ninefold.errors import InvalidError, NotThereError, RefusedError
from ninefold.web.address import Address, from_settings, require_certificate

from .certificates import DAY, write


def named(monkeypatch, **settings):
    for name in ("HOST", "PORT", "SITE", "CERT", "CERT_KEY", "PROXY"):
        monkeypatch.setenv(f"NINEFOLD_{name}", settings.get(name, ""))
    return from_settings()


def test_without_settings_only_this_machine_is_served_in_the_clear(monkeypatch):
    address = named(monkeypatch)
    assert (address.url, address.secure, address.listens_on) == ("http://localhost:8009", False, "127.0.0.1")
    assert address.names == ["localhost", "127.0.0.1", "[::1]"]


def test_with_a_certificate_the_site_answers_to_its_name_alone(monkeypatch):
    address = named(monkeypatch, HOST="0.0.0.0", SITE="talks.example.org", CERT="c.pem", CERT_KEY="k.pem", PORT="443")
    assert (address.url, address.names) == ("https://talks.example.org", ["talks.example.org"])
    assert (address.reached_by, address.secure) == ("127.0.0.1", True)
    assert named(monkeypatch, SITE="localhost", CERT="c.pem", CERT_KEY="k.pem").url == "https://localhost:8009"


def test_behind_a_proxy_the_port_is_the_proxys_affair(monkeypatch):
    address = named(monkeypatch, PROXY="talks.example.org")
    assert (address.url, address.listens_on, address.secure) == ("https://talks.example.org", "127.0.0.1", True)


@pytest.mark.parametrize(
    ("settings", "error", "reason"),
    [
        ({"HOST": "0.0.0.0"}, RefusedError, "Beyond loopback pages need TLS"),
        ({"HOST": "::"}, RefusedError, "Beyond loopback pages need TLS"),
        ({"HOST": "192.0.2.7", "PROXY": "talks.example.org"}, RefusedError, "served on loopback only"),
        ({"HOST": "talks.example.org"}, InvalidError, "not an address of this machine"),
        ({"SITE": "talks.example.org/path"}, InvalidError, "not the name of a site"),
        ({"SITE": "https://talks.example.org"}, InvalidError, "not the name of a site"),
        ({"CERT": "c.pem"}, InvalidError, "come together"),
        ({"PROXY": "talks.example.org", "CERT": "c", "CERT_KEY": "k"}, InvalidError, "Either the proxy"),
    ],
    ids=str,
)
def test_what_would_serve_in_the_clear_or_nowhere_is_refused(monkeypatch, settings, error, reason):
    with pytest.raises(error, match=reason):
        named(monkeypatch, **settings)


@given(st.text(max_size=40))
def test_any_text_as_the_name_of_a_site_is_taken_or_refused_with_a_sentence(text):
    from ninefold.web.address import _require_served_safely

    if re.fullmatch(r"[a-z0-9]([a-z0-9.-]*[a-z0-9])?", text):
        _require_served_safely(Address("localhost", 8009, text))
        return
    with pytest.raises(InvalidError, match="not the name of a site"):
        _require_served_safely(Address("localhost", 8009, text))


def site(folder, name="talks.example.org", **how):
    cert, key = write(folder, name, **how)
    return Address("0.0.0.0", 443, "talks.example.org", cert, key)


def test_a_certificate_that_fits_is_taken(tmp_path):
    ends = require_certificate(site(tmp_path), now())
    assert abs(ends - now() - 89 * DAY) < timedelta(minutes=1)


@pytest.mark.parametrize(
    ("how", "reason"),
    [
        ({"name": "other.example.org"}, "is for other.example.org"),
        ({"lasts": timedelta(hours=1)}, "which is not now"),
        ({"begins": DAY}, "which is not now"),
        ({"mode": 0o644}, "chmod 640"),
    ],
    ids=str,
)
def test_a_certificate_that_does_not_fit_is_refused(tmp_path, how, reason):
    with pytest.raises(RefusedError, match=reason):
        require_certificate(site(tmp_path, **how), now())


def test_files_that_are_no_pair_are_named(tmp_path):
    mine = site(tmp_path)
    _, other = write(tmp_path, "talks.example.org", stem="other")
    with pytest.raises(InvalidError, match=r"other.key does not belong"):
        require_certificate(Address("0.0.0.0", 443, mine.name, mine.cert, other), now())
    mine.cert.write_text("-----BEGIN NOTHING-----")
    with pytest.raises(InvalidError, match="holds no certificate"):
        require_certificate(mine, now())
    mine.cert.unlink()
    with pytest.raises(NotThereError, match="no certificate"):
        require_certificate(mine, now())
