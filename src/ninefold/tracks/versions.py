"""A record as the ledger writes it, and its version: what a page gives back, so that two corrections never both win."""

from collections.abc import Mapping
from hashlib import sha256
from typing import Any

from ninefold.ledger.canonical import canonical_json
from ninefold.tracks.models import Actor, Office, Situation, Tie


def version_of(value: Mapping[str, Any]) -> str:
    """Twenty hexadecimal digits; another value has another version."""
    return sha256(canonical_json(dict(value))).hexdigest()[:20]


def actor_value(actor: Actor, situation: Situation) -> dict[str, Any]:
    """An organisation as it stands in a situation."""
    stands = actor.presences.filter(situation=situation).order_by("track").values_list("track", "level")
    return {
        "situation": str(situation.pk),
        "name": actor.name.as_value(),
        "about": actor.about.as_value() if actor.about else None,
        "stands_in": [list(pair) for pair in stands],
    }


def tie_value(tie: Tie) -> dict[str, Any]:
    """A tie."""
    return {
        "source": str(tie.source_id),
        "target": str(tie.target_id),
        "kind": tie.kind,
        "strength": tie.strength,
        "since": tie.since.isoformat() if tie.since else None,
    }


def office_value(office: Office) -> dict[str, Any]:
    """An office."""
    return {"organisation": str(office.actor_id), "title": office.title.as_value()}
