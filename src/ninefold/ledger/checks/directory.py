"""Every listing of the key directory against its entry, its number and its tag in the tree."""

from collections.abc import Iterator

from django.db import connection

from ninefold.clock import stamp
from ninefold.errors import NinefoldError
from ninefold.ledger.canonical import read_canonical
from ninefold.ledger.checks.findings import Findings
from ninefold.ledger.listings import ENDED, LISTED, End, Listing, read_end, read_listing, tag_of
from ninefold.ledger.models import Entry, Listed

_LOST_TAGS = """
    SELECT l.entry_id FROM ledger_listed l JOIN ledger_leaf e ON e.entry_id = l.entry_id
    LEFT JOIN ledger_planted p ON p.listed_id = l.entry_id
    WHERE p.listed_id IS NULL AND (SELECT count(*) FROM ledger_checkpoint c WHERE c.size > e."index")
        > 1 + (SELECT count(*) FROM ledger_listed o WHERE o.entry_id <= l.entry_id)
"""
_WRONG_LEAVES = """
    SELECT p.listed_id FROM ledger_planted p JOIN ledger_listed l ON l.entry_id = p.listed_id
    LEFT JOIN ledger_leaf f ON f."index" = p.leaf_id
    WHERE f."index" IS NULL OR f.entry_id IS NOT NULL OR f.commitment <> l.tag
"""


def check_directory(findings: Findings) -> None:
    """Name each listing that is not as its entry says, each gap under a label, and each tag that is not in the tree."""
    try:
        _check_rows(findings)
    except (ValueError, TypeError) as error:
        findings.add("listing", "", "The key directory cannot be read to its end: {why}", why=str(error))
    for entry in Entry.objects.filter(kind__in=(LISTED, ENDED), listed=None).values_list("pk", flat=True):
        findings.add("listing", entry, "The entry {name} lists a key that the directory does not hold.")
    _find(findings, _WRONG_LEAVES, "The tag of listing {name} is not at its leaf.")
    # Each publication plants a ripe tag, the oldest first: one that waits longer than there are others was left out.
    _find(findings, _LOST_TAGS, "The tag of listing {name} was left out of the tree, so its owner would not see it.")


def _check_rows(findings: Findings) -> None:
    numbers: dict[bytes, int] = {}
    for row in _rows():
        label = bytes(row.label)
        if row.number != numbers.setdefault(label, 0):
            findings.add("listing", row.pk, "Under the label of listing {name} a number is missing.")
        numbers[label] = row.number + 1
        if not _is_as_said(row):
            findings.add("listing", row.pk, "The listing {name} is not what its entry says.")


def _rows() -> Iterator[Listed]:
    rows = Listed.objects.select_related("entry__body", "ended__entry").order_by("label", "number")
    return rows.iterator(chunk_size=1_000)


def _is_as_said(row: Listed) -> bool:
    try:
        said = _said(row)
    except (NinefoldError, Entry.DoesNotExist, ValueError, AttributeError):
        return False
    label = bytes(row.label)
    if (said.label, said.number) != (label, row.number) or bytes(row.tag) != tag_of(label, row.number):
        return False
    if isinstance(said, End):
        ended = bytes(row.ended.entry.commitment).hex() if row.ended else ""
        return said.ends == ended and stamp(said.at) == stamp(row.starts)
    held = row.kind, bytes(row.public), row.rp, stamp(row.starts), stamp(row.ends)
    return held == (said.key.kind, said.key.public, said.key.rp, stamp(said.starts), stamp(said.ends))


def _said(row: Listed) -> Listing | End:
    body = read_canonical(bytes(row.entry.body.text))
    if not isinstance(body, dict):
        raise ValueError
    return read_listing(body) if row.entry.kind == LISTED else read_end(body)


def _find(findings: Findings, query: str, text: str) -> None:
    with connection.cursor() as cursor:
        cursor.execute(query)
        for (name,) in cursor.fetchall():
            findings.add("listing", name, text)
