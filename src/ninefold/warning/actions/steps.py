"""One step in the life of a warning: its row moves on only from the version that was read, and the ledger says so."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from ninefold.errors import ConflictError
from ninefold.ledger.actions import append
from ninefold.ledger.drafts import Seal
from ninefold.ledger.kinds import Kind
from ninefold.ledger.refs import Ref
from ninefold.warning.models import EarlyWarning
from ninefold.warning.reads import last_commitment
from ninefold.warning.rules import STATES, allows


def as_read(warning: EarlyWarning, version: int) -> None:
    """Raise `ConflictError` for who read an older version, before any rule tells him that he may not."""
    if warning.version != version:
        raise ConflictError("Somebody else changed this warning first; read it again.")


def step(warning: EarlyWarning, act: str, version: int, **changes: object) -> None:
    """Move the warning's row on by one act; whoever read an older version gets `ConflictError`."""
    as_read(warning, version)
    allows(warning.state, act).require()
    state = STATES[warning.state][act]
    unchanged = EarlyWarning.objects.filter(pk=warning.pk, version=version, state=warning.state)
    if not unchanged.update(state=state, version=version + 1, **changes):
        raise ConflictError("Somebody else changed this warning first; read it again.")
    for name, value in {"state": state, "version": version + 1, **changes}.items():
        setattr(warning, name, value)


def write(
    kind: Kind,
    warning: EarlyWarning,
    *,
    actor: str,
    now: datetime,
    body: Mapping[str, Any],
    seal: Seal | None = None,
) -> None:
    """The entry of this step, linked to the entry before it."""
    append(
        kind=kind,
        actor=actor,
        subject=Ref("warning", "warning", warning.pk),
        now=now,
        marking=warning.marking,
        body=body,
        links=last_commitment(warning.pk),
        seal=seal,
    )
