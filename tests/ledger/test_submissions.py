"""The form of what a log sends to a witness."""

import base64

import pytest
from hypothesis import given
from hypothesis import strategies as st
from witness_runs import GrowingLog

from ninefold.errors import InvalidError
from ninefold.ledger.submissions import LONGEST_SUBMISSION, MOST_HASHES, Submission, read_submission

LOG = GrowingLog()
NOTE = LOG.note(15)
HASH = base64.b64encode(bytes(32)).decode()


def test_the_body_has_the_form_of_the_specification():
    body = Submission(7, (bytes(32), bytes(32)), NOTE).text()
    assert body.decode() == f"old 7\n{HASH}\n{HASH}\n\n{NOTE}"
    assert Submission(0, (), NOTE).text().decode() == f"old 0\n\n{NOTE}"


@given(st.integers(0, 2**63 - 1), st.lists(st.binary(min_size=32, max_size=32), max_size=MOST_HASHES))
def test_every_submission_reads_back(old, proof):
    submission = Submission(old, tuple(proof), NOTE)
    assert read_submission(submission.text()) == submission


@pytest.mark.parametrize(
    ("body", "reason"),
    [
        ("", "first line"),
        ("old\n\n", "first line"),
        (f"old \n\n{NOTE}", "first line"),
        (f"old -1\n\n{NOTE}", "first line"),
        (f"old 01\n\n{NOTE}", "first line"),
        (f"old 00\n\n{NOTE}", "first line"),
        (f"old +1\n\n{NOTE}", "first line"),
        (f"old  1\n\n{NOTE}", "first line"),
        (f"old 1 \n\n{NOTE}", "first line"),
        (f"old 1.0\n\n{NOTE}", "first line"),
        (f"old ١\n\n{NOTE}", "first line"),
        (f"old {2**63}\n\n{NOTE}", "first line"),
        (f"old {'9' * 5000}\n\n{NOTE}", "first line"),
        (f"Old 1\n\n{NOTE}", "first line"),
        (f" old 1\n\n{NOTE}", "first line"),
        (f"new 1\n\n{NOTE}", "first line"),
        (f"\nold 1\n\n{NOTE}", "first line"),
        (NOTE, "first line"),
        (f"old 1\r\n\r\n{NOTE}", "first line"),
        ("old 1\n", "no empty line"),
        (f"old 1\n{HASH}\n", "no empty line"),
        (f"old 1\n{HASH} \n\n{NOTE}", "base64"),
        (f"old 1\n{HASH[:-1]}\n\n{NOTE}", "base64"),
        (f"old 1\n{HASH[:-2]}B=\n\n{NOTE}", "base64"),
        (f"old 1\n{HASH.replace('A=', 'B=')}\n\n{NOTE}", "base64"),
        (f"old 1\nAAAA\n\n{NOTE}", "no hash of 32 bytes"),
        (f"old 1\n{base64.b64encode(bytes(33)).decode()}\n\n{NOTE}", "no hash of 32 bytes"),
        (f"old 1\n{HASH}\n" * 1 + f"{HASH}\n" * 63 + f"\n{NOTE}", "more than 63"),
        ("old 1\n\nno note\n", "not a signed note"),
        (f"old 1\n\n{NOTE[:-1]}", "not a signed note"),
        (b"old 1\n\n\xff", "not text"),
        ("old 1\n\n" + "x" * LONGEST_SUBMISSION, "longer than"),
    ],
    ids=lambda value: repr(value)[:40],
)
def test_another_form_is_refused(body, reason):
    with pytest.raises(InvalidError, match=reason):
        read_submission(body.encode() if isinstance(body, str) else body)
