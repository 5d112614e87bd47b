"""Which cosignatures no proof needs any more. They are forgotten, so that witnesses fill no disk.

A proof, also of an old entry, takes the newest checkpoint that a quorum cosigned; the newest one is served; a stamped
proof takes one that was time-stamped. So these stay:

1. the lines on the newest checkpoints, among which a quorum may still come together;
2. those on the newest checkpoint that a quorum cosigned, however old it is;
3. those on every time-stamped checkpoint;
4. each witness's newest line, by which it is known how far it has seen.

The triggers let a line go only if its witness has signed a newer one, and never a time-stamped one.
"""

from django.db import connection

from ninefold.ledger import witnesses
from ninefold.ledger.models import Cosignature

NEWEST = 20  # checkpoints with lines; as many as are looked at for a quorum
_AT_ONCE = 1_000  # a log of an older version holds hundreds of thousands of lines: it forgets them over some hours
_OUTDATED = f"""
    DELETE FROM ledger_cosignature WHERE id IN (
        SELECT s.id FROM ledger_cosignature s WHERE s.checkpoint_id < %s AND s.checkpoint_id <> %s
        AND EXISTS (SELECT 1 FROM ledger_cosignature n
                    WHERE n.witness_id = s.witness_id AND n.checkpoint_id > s.checkpoint_id)
        AND NOT EXISTS (SELECT 1 FROM ledger_timestamp t WHERE t.checkpoint_id = s.checkpoint_id)
        ORDER BY s.checkpoint_id LIMIT {_AT_ONCE})
"""  # noqa: S608 (a number of this file)


def forget_outdated() -> int:
    """Forget lines that are not needed, at most 1,000 at once; returns how many."""
    newest = Cosignature.objects.order_by("-checkpoint").values_list("checkpoint", flat=True).distinct()[:NEWEST]
    sizes = list(newest)
    if len(sizes) < NEWEST:
        return 0
    quorum = witnesses.newest_with_quorum()
    with connection.cursor() as cursor:
        cursor.execute(_OUTDATED, [sizes[-1], quorum.size if quorum else 0])
        return int(cursor.rowcount)
