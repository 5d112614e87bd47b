"""The log, one entry matched with its leaf, one leaf, a copy with one changed byte, and the proof file."""

from contextlib import suppress
from typing import Any, NamedTuple
from uuid import UUID, uuid4

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_safe

from ninefold import clock
from ninefold.access.guards import open_to_all, person_of
from ninefold.access.models import Person
from ninefold.access.reads import entry_opened, entry_seen, newest_entries
from ninefold.errors import InvalidError, NotThereError
from ninefold.ledger import reads
from ninefold.ledger.merkle import leaf_hash
from ninefold.ledger.models import Entry, Leaf
from ninefold.ledger.proofs import Proof
from ninefold.web.ledger import acts, matching
from ninefold.web.ledger.head import fault, halted, signed_head

# How many entries are copied for the demonstration beside the one that is changed.
_COPIES = 12


@open_to_all
@require_safe
def log(request: HttpRequest) -> HttpResponse:
    """Every act that the reader may see, and the state of the log."""
    person, now = person_of(request), clock.now()
    room = request.GET.get("room", "")
    rows, after = acts.page(person, now, room=room, before=_before(request))
    context = {
        "acts": acts.told(person, now, rows),
        "after": after,
        "first_page": "before" not in request.GET,
        "room": room,
        "rooms_with_acts": acts.ROOMS.items(),
        "state": reads.status(),
        "fault": fault(),
        "halted": halted(),
    }
    return render(request, "ledger/log.html", context)


@open_to_all
@require_safe
def entry(request: HttpRequest, entry_id: UUID) -> HttpResponse:
    """One entry opened and matched with its leaf; with `part` and `byte` also a copy in which that byte is changed."""
    person, now = person_of(request), clock.now()
    found = entry_opened(person, now, entry_id)
    opening = reads.opening_of(found)
    (act,) = acts.told(person, now, [found])
    part, byte = request.GET.get("part", ""), request.GET.get("byte", "")
    context: dict[str, Any] = {
        "act": act,
        "envelope": opening.envelope.decode(),
        "body": opening.body.decode() if opening.body is not None else "",
        "key": opening.key.hex(),
        "body_key": opening.body_key.hex() if opening.body_key else "",
        "digest": opening.entry()["body"],
        "commitment": opening.commitment().hex(),
        "leaf": leaf_hash(opening.commitment()).hex(),
        "proof": None if act.leaf is None else _way(found, reads.proof_of(found)),
        "part": part or "body",
        "byte": byte or "10",
        "label": _label(found),
        "broken": _break(found, person, part, byte) if part else None,
    }
    return render(request, "ledger/entry.html", context)


@open_to_all
@require_safe
def leaf(request: HttpRequest, index: int) -> HttpResponse:
    """One leaf of the published tree: the entry for who may see it, a seal for everybody else."""
    found = Leaf.objects.select_related("entry").filter(index=index).first()
    if found is None:
        raise NotThereError
    # A cover leaf is asked for as well, so that its answer takes as long.
    with suppress(NotThereError):
        seen = entry_seen(person_of(request), clock.now(), found.entry.id if found.entry else uuid4())
        return redirect("ledger:entry", entry_id=seen.id)
    commitment = bytes(found.commitment)
    context = {"index": index, "commitment": commitment.hex(), "leaf": leaf_hash(commitment).hex()}
    return render(request, "ledger/leaf.html", context)


@open_to_all
@require_safe
def proof(request: HttpRequest, entry_id: UUID) -> HttpResponse:
    """The proof file of an entry, for whoever may see it."""
    found = entry_opened(person_of(request), clock.now(), entry_id)
    name = _file_name(found)
    headers = {"Content-Disposition": f'attachment; filename="{name}"', "X-Content-Type-Options": "nosniff"}
    return HttpResponse(reads.proof_of(found).text(), content_type="text/plain; charset=utf-8", headers=headers)


class _Way(NamedTuple):
    """A proof as the page shows it."""

    size: int
    root: str
    checkpoint: str
    climb: list[dict[str, Any]]
    name: str
    witnessing: reads.Witnessing


def _way(entry: Entry, proof: Proof) -> _Way:
    head = signed_head(proof.checkpoint)
    steps = matching.climb(leaf_hash(bytes(entry.commitment)), proof.index, head.size, proof.hashes)
    shown = [{"on_left": s.on_left, "sibling": s.sibling.hex(), "above": s.above.hex()} for s in steps]
    seen = reads.witnessing(proof.checkpoint)
    return _Way(head.size, head.root.hex(), proof.checkpoint, shown, _file_name(entry), seen)


def _label(entry: Entry) -> str:
    """The label under which the key that signed is listed; a reader of the entry would find it in the proof file."""
    signature = reads.signature_of(entry)
    return bytes(reads.listing_for(signature).label).hex() if signature else ""


def _break(entry: Entry, person: Person | None, part: str, byte: str) -> dict[str, Any]:
    """Copy this entry and others, change one byte of this one, check them all, and tell which broke."""
    if not (byte.isascii() and byte.isdigit() and len(byte) <= 7):
        raise InvalidError("Choose a byte by its number, from 0 on.")
    whole = matching.Copy.of(reads.opening_of(entry), reads.index_of(entry), bytes(entry.commitment))
    changed = matching.flipped(whole, part=part, place=int(byte))
    copies = [changed, *_others(entry, person)]
    ((_, fault),) = matching.broken(copies)
    old, new = (whole.body, changed.body) if part == "body" else (whole.envelope, changed.envelope)
    around = matching.around(old or b"", new or b"", int(byte))
    return {"checked": len(copies), "fault": fault, "around": around}


def _others(entry: Entry, person: Person | None) -> list[matching.Copy]:
    """Copies of the newest other entries that he sees and that have their leaf."""
    seen = newest_entries(person, clock.now(), size=_COPIES + 1)
    placed = [(other, at) for other in seen if other.pk != entry.pk and (at := acts.leaf_of(other)) is not None]
    return [matching.Copy.of(reads.opening_of(other), at, bytes(other.commitment)) for other, at in placed]


def _before(request: HttpRequest) -> UUID | None:
    text = request.GET.get("before")
    try:
        return UUID(text) if text else None
    except ValueError:
        raise NotThereError from None


def _file_name(entry: Entry) -> str:
    return f"{entry.kind}-{str(entry.id)[:8]}.tlog-proof"
