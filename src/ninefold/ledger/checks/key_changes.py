"""The changes of the log's key: each one's entry says the same as the note that both keys signed."""

import json

from ninefold.errors import NinefoldError
from ninefold.ledger.checks.findings import Findings
from ninefold.ledger.models import Body, Entry, KeyChange
from ninefold.ledger.succession import open_link

KEY_ROTATED = "ledger.key-rotated"


def check_key_changes(findings: Findings) -> None:
    """Compare notes and entries. That the notes lead to the key in its file is seen when that key is read."""
    known = set()
    for change in KeyChange.objects.order_by("size").select_related("entry"):
        known.add(change.entry.serial)
        if not _agrees(change):
            findings.add("key", change.size, "The change of the key at size {name} says something else than its entry.")
    for serial in Entry.objects.filter(kind=KEY_ROTATED).exclude(serial__in=known).values_list("serial", flat=True):
        findings.add("key", serial, "The entry {name} tells of a change of the key of which there is no note.")


def _agrees(change: KeyChange) -> bool:
    try:
        link = open_link(change.note)
        body = Body.objects.filter(entry=change.entry).first()
        said = json.loads(bytes(body.text)) if body else None
    except (NinefoldError, ValueError):
        return False
    told = {"old": str(link.old), "new": str(link.new), "stolen": link.stolen}
    # Where the body was erased, the envelope still stands.
    return change.entry.kind == KEY_ROTATED and change.size == link.size and said in (None, told)
