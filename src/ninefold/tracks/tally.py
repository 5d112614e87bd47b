"""What the circle is drawn from, counted by the database over nothing but what its reader may see."""

from collections.abc import Iterator
from typing import Any, NamedTuple

from django.db import connection
from django.db.models import Count, QuerySet

from ninefold.tracks.circle import Bundle, Standing
from ninefold.tracks.models import Presence, Tie
from ninefold.tracks.rules import TRACKS

# A tie is counted under the tracks of its ends, each set of them a whole number with a bit a track: so there are as
# many rows as ways of being tied, not as ties. Two people who do not see each other's ties may both have entered one;
# who sees both counts the stronger. An end that the reader does not see has no tracks, and its ties fall out.
_BUNDLES = """
WITH seen AS MATERIALIZED (SELECT actor_id, sum({bits}) AS tracks FROM ({presences}) p GROUP BY actor_id),
once AS MATERIALIZED (
  SELECT source_id, target_id, kind, max(strength) AS strength FROM ({ties}) t GROUP BY source_id, target_id, kind
)
SELECT s.tracks, t.tracks, once.kind, count(*), sum(once.strength)
FROM once JOIN seen s ON s.actor_id = once.source_id JOIN seen t ON t.actor_id = once.target_id
GROUP BY s.tracks, t.tracks, once.kind
"""
_BITS = f"CASE track {' '.join(f'WHEN {track!r} THEN {1 << at}' for at, track in enumerate(TRACKS))} END"


class Tally(NamedTuple):
    """What `circle.draw_from` takes beside its ring."""

    standings: list[Standing]
    bundles: list[Bundle]
    actors: int


def tally(presences: QuerySet[Presence], ties: QuerySet[Tie]) -> Tally:
    """Count what a reader sees of one situation: his presences, and his ties, whatever their ends. Three queries."""
    at_levels = presences.order_by().values_list("track", "level").annotate(Count("pk"))
    actors = presences.aggregate(number=Count("actor_id", distinct=True))["number"]
    return Tally([Standing(*row) for row in at_levels], list(_bundles(presences, ties)), actors)


def _bundles(presences: QuerySet[Presence], ties: QuerySet[Tie]) -> Iterator[Bundle]:
    standing, given = _sql(presences.order_by().values("actor_id", "track"))
    tied, more = _sql(ties.order_by().values("source_id", "target_id", "kind", "strength"))
    with connection.cursor() as cursor:
        cursor.execute(_BUNDLES.format(bits=_BITS, presences=standing, ties=tied), [*given, *more])
        rows = cursor.fetchall()
    for sources, targets, kind, number, strength in rows:
        yield Bundle(_tracks(sources), _tracks(targets), kind, number, strength)


def _sql(rows: QuerySet[Any, Any]) -> tuple[str, tuple[Any, ...]]:
    sql, given = rows.query.sql_with_params()
    return sql, tuple(given)


def _tracks(bits: int) -> frozenset[str]:
    return frozenset(track for at, track in enumerate(TRACKS) if int(bits) >> at & 1)
