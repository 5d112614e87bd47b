"""What a time stamp proves, and every way in which it proves nothing. OpenSSL makes them, and checks ours."""

import pytest
from cryptography import x509
from time_authority import FAULTS, Authority

from ninefold.errors import InvalidError, NinefoldError, RefusedError
from ninefold.ledger.authorities import MOST, read_authorities
from ninefold.ledger.der import sorted_certificates
from ninefold.ledger.stamps import LONGEST_RESPONSE, new_request, open_stamp, read_certificates, require_text

TEXT = b"ninefold.node/1\n256\nURTE9brzui2yHnRNAosSntj4Dj3lEOFzdRAj6rWkbow=\n"


@pytest.fixture(scope="module")
def tsa(tmp_path_factory):
    made = Authority(tmp_path_factory.mktemp("authority") / "a", "stamps.example")
    made.make()
    return made


@pytest.fixture(scope="module")
def roots(tsa):
    return read_certificates(tsa.roots)


def test_a_stamp_says_when_and_by_whom(tsa, roots):
    request = new_request(TEXT)
    stamp = open_stamp(tsa.answer(request.as_bytes()), TEXT, roots, nonce=request.nonce, policy="1.2.3.4.1")
    assert stamp.authority == "CN=Stamping unit 1,O=stamps.example"
    assert stamp.time.utcoffset().total_seconds() == 0
    assert require_text(tsa.answer(request.as_bytes()), TEXT).tzinfo is not None


WRONG = {
    "nonce": (RefusedError, "answers another request"),
    "hash": (RefusedError, "that of another text"),
    "expired": (RefusedError, "a certificate that was not valid at its time"),
    "purpose": (RefusedError, "not made for time stamps"),
    "truncated": (InvalidError, "This is not a time stamp"),
    "changed": (RefusedError, "was changed, or its signature does not lead"),
    "rejected": (RefusedError, "gave no time stamp"),
    "html": (InvalidError, "This is not a time stamp"),
    "empty": (InvalidError, "This is not a time stamp"),
    "huge": (InvalidError, "longer than"),
}


@pytest.mark.parametrize("fault", FAULTS)
def test_a_faulty_answer_proves_nothing(tsa, roots, fault):
    request = new_request(TEXT)
    error, reason = WRONG[fault]
    with pytest.raises(error, match=reason):
        open_stamp(FAULTS[fault](tsa, request.as_bytes()), TEXT, roots, nonce=request.nonce)


def test_only_named_roots_and_policies_count(tsa, roots, tmp_path):
    other = Authority(tmp_path / "b", "other.example")
    other.make()
    answer = tsa.answer(new_request(TEXT).as_bytes())
    with pytest.raises(RefusedError, match="does not lead to a certificate that you named"):
        open_stamp(answer, TEXT, read_certificates(other.roots))
    with pytest.raises(RefusedError, match=r"under the policy 1\.2\.3\.4\.1"):
        open_stamp(answer, TEXT, roots, policy="1.2.3.4.5")
    assert open_stamp(answer, TEXT, [*read_certificates(other.roots), *roots])


def test_a_stamp_without_the_certificate_that_signed_it_is_refused(tsa, roots):
    asked = new_request(TEXT).as_bytes()
    without = asked.replace(b"\x01\x01\xff", b"", 1)
    without = without[:1] + bytes([without[1] - 3]) + without[2:]
    with pytest.raises(NinefoldError):
        open_stamp(tsa.answer(without), TEXT, roots)


def test_certificates_in_any_order_are_read(tsa, roots):
    """The authority sends its root along; OpenSSL leaves them as they come, and DER wants them sorted."""
    asked = new_request(TEXT).as_bytes()
    for first, second in (("tsa", "web"), ("tsa", "ca"), ("tsa", "expired")):
        (tsa.folder / "more.pem").write_text((tsa.folder / f"{second}.pem").read_text())
        assert first == "tsa"
        answer = tsa.answer(asked, more=f"certs = {tsa.folder}/more.pem\n")
        assert open_stamp(answer, TEXT, roots)
        assert len(sorted_certificates(answer)) == len(answer)
        assert sorted_certificates(sorted_certificates(answer)) == sorted_certificates(answer)


def test_any_bytes_are_read_or_refused_in_words(tsa, roots):
    answer = tsa.answer(new_request(TEXT).as_bytes())
    said = 0
    for at in range(0, len(answer), 3):
        for changed in (answer[:at], answer[:at] + bytes([answer[at] ^ 0x81]) + answer[at + 1 :], answer[at:]):
            try:
                assert open_stamp(changed, TEXT, roots).authority == "CN=Stamping unit 1,O=stamps.example"
            except NinefoldError:
                said += 1
    assert said > 600
    for data in (b"", b"\x30", b"\x30\x80", b"\x30\x84\xff\xff\xff\xff", bytes(LONGEST_RESPONSE)):
        assert sorted_certificates(data) == data
        with pytest.raises(InvalidError):
            open_stamp(data, TEXT, roots)


def table(tsa, **more):
    lines = {"name": "stamps.example", "url": "http://127.0.0.1:9/tsr", "roots": tsa.roots} | more
    told = "\n".join(f'{key} = """{value}"""' for key, value in lines.items() if value is not None)
    return f"[[authority]]\n{told}\n"


def test_authorities_are_read(tsa):
    one, two = read_authorities(table(tsa) + table(tsa, name="b", url="https://b.example", policy="1.2.3"))
    assert (one.name, one.url, one.policy) == ("stamps.example", "http://127.0.0.1:9/tsr", "")
    assert (two.name, two.policy) == ("b", "1.2.3")
    assert isinstance(one.roots[0], x509.Certificate)


@pytest.mark.parametrize(
    ("more", "reason"),
    [
        ({"name": None}, "is called None"),
        ({"name": "Stamps Example"}, "its name has small letters"),
        ({"url": None}, "needs url and roots"),
        ({"roots": None}, "needs url and roots"),
        ({"key": "x"}, "and no more"),
        ({"url": "ftp://a.example"}, "no address http:// or https://"),
        ({"url": "https:///tsr"}, "no address"),
        ({"url": "https://me:secret@a.example"}, "no address"),
        ({"url": "https://a.example:0/"}, "no address"),
        ({"url": "https://a.example:99999/"}, "no address"),
        ({"url": "https://a.example/#x"}, "no address"),
        ({"url": "https://a.example/a b\tc"}, "no address"),
        ({"roots": "PEM"}, r"roots of stamps\.example are no certificates"),
        ({"policy": "anything"}, "no object identifier"),
    ],
    ids=str,
)
def test_a_file_that_does_not_fit_is_refused_in_words(tsa, more, reason):
    with pytest.raises(InvalidError, match=reason):
        read_authorities(table(tsa, **more))


def test_a_file_of_something_else_is_refused(tsa):
    for text, reason in {
        "name = ": "is not TOML",
        "": "something else than tables",
        "authority = 1": "something else than tables",
        "authority = [1]": "something else than tables",
        table(tsa) + "[other]\n": "something else than tables",
        table(tsa) * 2: "have the same name",
        "".join(table(tsa, name=f"a{number}") for number in range(MOST + 1)): f"more than {MOST}",
    }.items():
        with pytest.raises(InvalidError, match=reason):
            read_authorities(text)
