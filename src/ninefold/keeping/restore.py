"""The second half of a restore: the tables, and what must not come back. Django stands on the new folder already.

1. The tables, without the text of entries that were erased after the copy was made.
2. The tree catches up with the leaves that were published after the copy; their entries are lost, and signed for.
3. Everything that ended after the copy ends again, and so does every way in that may have been seen elsewhere.
4. The tree is compared with what the world has seen. If that is more, the copy may be read and nothing else, or it
   begins a successor log.
"""

from collections.abc import Callable
from datetime import datetime
from uuid import uuid4

from django.conf import settings
from django.db import connection, transaction

from ninefold.access.actions import announce
from ninefold.access.endings import end_every_way_in
from ninefold.errors import RefusedError
from ninefold.keeping import loading
from ninefold.keeping.plan import Plan, Restored
from ninefold.ledger import again, endings, keeping, stored
from ninefold.ledger.actions import ERASED, append
from ninefold.ledger.kinds import entry_kind
from ninefold.ledger.merkle import EMPTY_ROOT, TreeHead
from ninefold.ledger.refs import Ref
from ninefold.ledger.regrowing import regrow, require_leads_from

RESTORED = entry_kind("keeping.restored", "restored the workspace from a copy")
SUCCEEDED = entry_kind("keeping.succeeded", "began this log in the place of an earlier one")

Step = Callable[[int], None]


def bring_back(plan: Plan, *, now: datetime, step: Step) -> Restored:
    """Fill the workspace that settings name, which holds the files of the copy and an empty database."""
    endings.discover()
    apps = loading.make_tables(plan.manifest)
    # 1.
    with transaction.atomic():
        erased = {act.ended.id for act in _erasures(plan)}
        loading.load(plan.opened, plan.manifest, apps, erased=erased, successor=plan.successor, step=step)
    loading.bring_up_to_date()
    if plan.successor:
        keeping.create_log_key(settings.WORKSPACE, settings.LOG_ORIGIN)
    with transaction.atomic():
        restored = _catch_up(plan, now)
    if restored.behind is not None:
        keeping.fall_behind(restored.behind)
    elif last := stored.last_checkpoint():
        keeping.remember(last[2])
    _close()
    return restored


def _catch_up(plan: Plan, now: datetime) -> Restored:
    # 2.
    if not plan.successor:
        _regrow(plan, now)
    # 3.
    ways_in = end_every_way_in(now)
    acts = _acts(plan)
    done = endings.do_again(acts, now)
    again.tell(acts, now)
    # 4.
    head = _head()
    behind = None if plan.successor else _behind(plan, head)
    restored = Restored(
        origin=settings.LOG_ORIGIN,
        size=head.size,
        behind=behind,
        lost=plan.lost,
        known_until=max([list_.written for list_ in plan.lists], default=None),
        missing=plan.missing,
        again=done,
        ways_in=ways_in,
    )
    _tell(plan, restored, now)
    return restored


def _acts(plan: Plan) -> list[endings.Act]:
    """Everything that ended after the copy, in order."""
    told = (act for list_ in plan.lists for act in list_.acts)
    return [endings.Act(kind, endings.Ended(id_, time, detail)) for kind, id_, time, detail in told]


def _erasures(plan: Plan) -> list[endings.Act]:
    """The erasures that the lists tell; the id is that of the erased entry."""
    return [act for act in _acts(plan) if act.kind == ERASED.name]


def _regrow(plan: Plan, now: datetime) -> None:
    """As far as the lists lead without a gap; what lies beyond one is found to be missing later."""
    for list_ in plan.lists:
        if list_.grown and list_.grown.start <= stored.count_leaves():
            try:
                regrow(list_.grown, now)
            except RefusedError as error:
                raise RefusedError(
                    "What was published after this copy is not signed by the key that it holds ({why}). Where the "
                    "log's key was replaced since, restore a copy made after that, or begin a successor log with "
                    "--successor; otherwise somebody changed the list beside the copy.",
                    why=str(error),
                ) from None


def _behind(plan: Plan, head: TreeHead) -> int | None:
    """The size of the largest tree that somebody has seen, if the copy does not reach it."""
    for seen in plan.seen:
        if seen.head and seen.size <= head.size:
            require_leads_from(seen.head)
    largest = max(plan.listed, *(seen.size for seen in plan.seen), 0)
    return largest if largest > head.size else None


def _head() -> TreeHead:
    last = stored.last_checkpoint()
    return TreeHead(last[0], last[1]) if last else TreeHead(0, EMPTY_ROOT)


def _tell(plan: Plan, restored: Restored, now: datetime) -> None:
    """The entries of the restore, which every audience may read; a successor says openly whom it succeeds."""
    copy = plan.manifest
    if plan.successor:
        largest = max(plan.seen, key=lambda seen: seen.size, default=None)
        succession: dict[str, object] = {
            "log": copy.origin,
            "key": copy.key,
            "copy": {"size": copy.size, "checkpoint": copy.note},
            "seen": {"size": largest.size, "checkpoint": largest.note} if largest else None,
        }
        log = Ref("keeping", "log", uuid4())
        append(kind=SUCCEEDED, actor="node", subject=log, now=now, marking="tlp:clear", body=succession)
    record = Ref("keeping", "restore", uuid4())
    announce(record=record, now=now)
    body: dict[str, object] = {
        "copy": copy.made,
        "ended_again": restored.again,
        "entries_lost": restored.lost,
        "known_until": restored.known_until.isoformat() if restored.known_until else "",
        "lists_missing": list(restored.missing),
        "behind": restored.behind or 0,
    }
    append(kind=RESTORED, actor="node", subject=record, now=now, marking="tlp:amber", body=body)


def _close() -> None:
    """Nothing of the restore lingers beside the database file."""
    if connection.vendor == "sqlite":
        with connection.cursor() as cursor:
            cursor.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    connection.close()
