"""What is signed is shown in words: every key of a body that somebody signs has its name in the reader's language."""

import json

import pytest
from django.utils import translation
from world import REASON, version

from ninefold.access import actions as access
from ninefold.decisions import actions as decisions
from ninefold.ledger.kinds import kind_named
from ninefold.ledger.models import Entry
from ninefold.tracks.models import Absence
from ninefold.warning import actions as warnings
from ninefold.web.sign_words import BODY_NAMES

pytestmark = pytest.mark.django_db


def do_everything(world):
    """Every act that is signed, once."""
    told = {"by": world.administrator, "now": world.now}
    access.set_departure(person=world.outsider, reason="x", at=world.now + world.now.resolution, **told)
    access.withdraw_departure(person=world.outsider, **told)
    access.name_successor(by=world.analyst, now=world.now, audience=world.audience, person=world.head)
    access.pass_custody(by=world.analyst, now=world.now, audience=world.audience, person=world.head)
    access.close_account(person=world.outsider, reason="x", orphans_read=True, **told)
    Absence.objects.create(person=world.head, deputy=world.envoy, starts=world.now, ends=world.now.replace(year=2027))
    first, second = world.sent(), world.sent()
    told = {"by": world.envoy, "now": world.now}
    warnings.acknowledge(warning=first.pk, version=version(first), **told)
    warnings.decline(warning=second.pk, version=version(second), reason=REASON, **told)
    decisions.end_right(by=world.analyst, now=world.now, right=world.rights[0])
    row = world.audience.releases.filter(kind="warning:warning").first()
    told = {"marking": "tlp:green", "reason": "x", "release": row.pk}
    access.lower_marking(by=world.analyst, now=world.now, **told)


def test_every_key_that_is_signed_has_words(world):
    do_everything(world)
    signed = [entry for entry in Entry.objects.select_related("body") if kind_named(entry.kind).consequential]
    assert len({entry.kind for entry in signed}) >= 10
    keys = {key for entry in signed for key in json.loads(bytes(entry.body.text))}
    assert keys <= BODY_NAMES.keys()


def test_they_are_in_arabic_too():
    with translation.override("ar"):
        latin = [key for key, words in BODY_NAMES.items() if str(words).isascii()]
    assert latin == []
