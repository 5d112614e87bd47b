"""Every question of who may see. Each takes the person who asks (None for a stranger) and the moment."""

from ninefold.access.reads.accounts import (
    accounts,
    has_enrolled,
    invented_people,
    invented_person,
    people_for_registrar,
    person_at,
    person_by_id,
)
from ninefold.access.reads.circles import (
    audience_kept_by,
    audience_seen_by,
    audiences_kept,
    audiences_known_to,
    audiences_of,
    members_of,
    membership_for,
)
from ninefold.access.reads.entries import entries_visible_to
from ninefold.access.reads.facts import actor_name, audience_facts, membership_facts, reader_of, release_facts
from ninefold.access.reads.keys import key_at, keys_of, label_known_to
from ninefold.access.reads.newest import Page, Place, newest
from ninefold.access.reads.records import Mark, Readers, marks_for, readers_of, releases_to, visible_to
from ninefold.access.reads.releasing import changeable_release, may_release, releases_changeable_by, sources_of
from ninefold.access.reads.telling import entries_after, newest_serial, readers_of_entry

__all__ = [
    "Mark",
    "Page",
    "Place",
    "Readers",
    "accounts",
    "actor_name",
    "audience_facts",
    "audience_kept_by",
    "audience_seen_by",
    "audiences_kept",
    "audiences_known_to",
    "audiences_of",
    "changeable_release",
    "entries_after",
    "entries_visible_to",
    "has_enrolled",
    "invented_people",
    "invented_person",
    "key_at",
    "keys_of",
    "label_known_to",
    "marks_for",
    "may_release",
    "members_of",
    "membership_facts",
    "membership_for",
    "newest",
    "newest_serial",
    "people_for_registrar",
    "person_at",
    "person_by_id",
    "reader_of",
    "readers_of",
    "readers_of_entry",
    "release_facts",
    "releases_changeable_by",
    "releases_to",
    "sources_of",
    "visible_to",
]
