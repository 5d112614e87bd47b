"""Under the Chatham House Rule no entry names who acted, whatever else its marking says; every other entry does."""

from datetime import UTC, datetime
from uuid import UUID, uuid4

import pytest
from django.db import transaction
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from ninefold.access.markings import PAP, TLP, Marking
from ninefold.errors import NotThereError
from ninefold.ledger import reads
from ninefold.ledger.actions import append, append_many
from ninefold.ledger.authors import SEALED, is_under_rule, without_author
from ninefold.ledger.beat import publish
from ninefold.ledger.drafts import Draft, NamelessError, Seal
from ninefold.ledger.kinds import entry_kind
from ninefold.ledger.models import Entry
from ninefold.ledger.refs import Ref
from ninefold.ledger.writing import NewEntry

NOW = datetime(2026, 11, 21, 8, 30, tzinfo=UTC)
SAID = entry_kind("test.said", "said something")
WEIGHTY = entry_kind("test.weighty", "did something that matters", consequential=True)

markings = st.builds(Marking, st.sampled_from(TLP), st.booleans(), st.sampled_from(["", *PAP]))
actors = st.sampled_from(["clock", "node", "access:person:"]).map(
    lambda one: one if one[-1] != ":" else one + str(uuid4())
)
bodies = st.recursive(
    st.sampled_from(["him", "his id", "plain"]) | st.integers(0, 9),
    lambda each: st.lists(each, max_size=3) | st.dictionaries(st.sampled_from("abc"), each, max_size=3),
)


def said(value, actor):
    """A value in which he is named, as the ledger writes him and by his id."""
    if isinstance(value, list):
        return [said(one, actor) for one in value]
    if isinstance(value, dict):
        return {name: said(one, actor) for name, one in value.items()}
    return {"him": actor, "his id": f"for {actor.rpartition(':')[2]}"}.get(value, value)


@given(markings, actors, bodies)
def test_only_under_the_rule_is_an_act_written_without_its_author(marking, actor, body):
    act = NewEntry(SAID, actor, Ref("test", "talk", uuid4()), NOW, str(marking), {"said": said(body, actor)})
    written = without_author(act)
    if marking.chatham_house and ":person:" in actor:
        assert written.actor == SEALED
        assert actor.rpartition(":")[2] not in str(written.body)
        assert written._replace(actor=actor, body=act.body) == act
    else:
        assert written == act
    assert is_under_rule(str(marking)) == marking.chatham_house


@pytest.mark.django_db
@settings(suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow])
@given(st.lists(st.tuples(markings, actors), min_size=1, max_size=4))
def test_what_the_log_gives_out_names_nobody_under_the_rule(log_key, told):
    with transaction.atomic():
        for marking, actor in told:
            subject = Ref("test", "talk", uuid4())
            one = append(kind=SAID, actor=actor, subject=subject, now=NOW, marking=str(marking), body={"chair": actor})
            append_many([NewEntry(SAID, actor, subject, NOW, str(marking), {"chair": actor})])
            assert one == Entry.objects.get(pk=one.pk)
            assert one.actor == Entry.objects.get(pk=one.pk).actor
        publish(NOW, leaves=16)
        for entry, (marking, actor) in zip(
            Entry.objects.order_by("serial"), [both for both in told for _ in (0, 1)], strict=True
        ):
            hidden = marking.chatham_house and ":person:" in actor
            opening = reads.proof_of(entry).extra
            assert (actor.encode() in opening) is not hidden
            assert (SEALED.encode() in opening) is hidden
            published = opened(reads.index_of(entry))
            assert (published is not None) is (str(marking) == "tlp:clear")
        transaction.set_rollback(True)


def opened(index):
    """What is published beside the log: under the rule, nothing."""
    try:
        return reads.clear_opening(index)
    except NotThereError:
        assert index not in reads.clear_indexes(0)
        return None


@pytest.mark.django_db
def test_under_the_rule_nothing_is_signed(log_key):
    actor = f"access:person:{UUID(int=7)}"
    act = {"kind": WEIGHTY, "actor": actor, "subject": Ref("test", "talk", uuid4()), "now": NOW, "body": {}}
    seal = Seal(Draft.new(actor, NOW))
    with transaction.atomic(), pytest.raises(NamelessError):
        append(**act, marking="tlp:amber tlp:ex:chr", seal=seal)
    assert not Entry.objects.exists()
    with transaction.atomic():
        assert append(**act, marking="tlp:amber tlp:ex:chr").actor == SEALED
