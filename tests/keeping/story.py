"""What happens in a workspace of its own, step by step: `python story.py STEP`, on NINEFOLD_WORKSPACE.

`begin` makes people, grants and texts; `end` ends them all; `look` prints what can be seen. Run by `node.Node`.
"""

import json
import os
import sys
import time
from datetime import timedelta
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parents[1]))
os.environ["DJANGO_SETTINGS_MODULE"] = "ninefold.web.settings"

import django

from ninefold.web import config, workspace

FOLDER = Path(config.text("NINEFOLD_WORKSPACE"))
DAY = timedelta(days=1)
ERASED = "The partridge crosses at Aran bridge on Thursday"
ADDRESS = "a-head-of-desk@home.example"
KEPT = "The heron stays on the northern bank"
SOON = timedelta(seconds=float(os.environ.get("STORY_SOON", "3")))


def begin():
    """People, grants, texts, and one grant that runs out soon."""
    if not workspace.exists(FOLDER):
        workspace.create(FOLDER, sample=True, address=config.text("NINEFOLD_DATABASE"))
    django.setup()
    from django.db import transaction
    from world import build

    from ninefold import clock
    from ninefold.access import actions
    from ninefold.ledger.actions import append
    from ninefold.ledger.beat import beat
    from ninefold.ledger.refs import Ref
    from ninefold.warning.actions.warnings import RAISED
    from ninefold.web.preparing import prepare_database

    prepare_database()
    now = clock.now()
    world = build(now)
    warning = world.sent()
    gone = actions.add_member(
        by=world.analyst, now=now, audience=world.audience, person=world.outsider, ends=clock.now() + SOON
    )
    from ninefold.access.models import Release

    release = Release.objects.get(kind="warning:warning", record=warning.pk)
    entries = []
    for text in (ERASED, KEPT):
        with transaction.atomic():
            told = append(
                kind=RAISED,
                actor="node",
                subject=Ref("warning", "warning", warning.pk),
                now=now,
                marking="tlp:amber",
                body={"text": text},
            )
        entries.append(str(told.id))
    made = actions.issue_token(by=world.head, now=now, name="t", scopes=["read", "act"], ends=now + DAY)
    key = actions.enrol_key(by=world.head, now=now, name="k", ends=now + DAY, **_held_key())
    files = FOLDER / "files" / "ab"
    files.mkdir(parents=True)
    (files / "vault").write_bytes(os.urandom(300_000))
    beat(now)
    about = {
        "release": str(release.pk),
        "membership": str(world.audience.memberships.get(person=world.envoy).pk),
        "expired": str(gone.pk),
        "right": str(world.rights[0].pk),
        "account": str(world.outsider.pk),
        "head": str(world.head.pk),
        "administrator": str(world.administrator.pk),
        "analyst": str(world.analyst.pk),
        "warning": str(warning.pk),
        "entries": entries,
        "token": str(made.token.pk),
        "secret": made.secret,
        "key": str(key.pk),
    }
    (FOLDER.parent / "about.json").write_text(json.dumps(about))
    return about


def _held_key():
    """A new key, and the proof that its owner holds it."""
    from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

    from ninefold.access.actions import Possession
    from ninefold.ledger.signatures import possession_statement

    key, challenge = Ed25519PrivateKey.generate(), os.urandom(32)
    proof = Possession(challenge, key.sign(possession_statement(challenge)))
    return {"public": key.public_key().public_bytes_raw(), "proof": proof}


def be_told():
    """The head confirms an address, keeps quiet hours, and an act that concerns him waits in the outbox."""
    django.setup()
    from django.conf import settings

    from ninefold import clock
    from ninefold.access import actions
    from ninefold.access.models import Audience, Person
    from ninefold.access.notices.post import Post
    from ninefold.ledger.refs import Ref

    about = json.loads((FOLDER.parent / "about.json").read_text())
    analyst, head = (Person.objects.get(pk=about[name]) for name in ("analyst", "head"))
    now, settings.POST = clock.now(), Post("localhost", 9, "n@talks.example", "starttls", "talks.example")
    asked = actions.ask_by_mail(by=head, now=now, address=ADDRESS)
    actions.confirm_mail(by=head, now=now, code=actions.code_of(asked))
    hours = {"quiet_from": (now + DAY / 4).time(), "quiet_until": (now + DAY / 3).time(), "wakes": False}
    actions.set_terms(by=head, language="ar", zone="UTC", **hours)
    told = {"what": Ref.parse(f"warning:warning:{about['warning']}"), "to": Audience.objects.get().pk}
    actions.release(by=analyst, now=now, marking="tlp:amber", ends=now + DAY, **told)


def notices():
    """What is kept of notices."""
    django.setup()
    from ninefold import clock
    from ninefold.access.actions import gather
    from ninefold.access.models import Channel, Item, Message, NoticeTerms

    kept = {kind.__name__: kind.objects.count() for kind in (Channel, Item, Message, NoticeTerms)}
    return kept | {"gathered": len(gather(now=clock.now()))}


def end():
    """Everything that can end, ends; a text is erased; the tree grows; the list beside the backup is written."""
    django.setup()
    from ninefold import clock
    from ninefold.access import actions
    from ninefold.access.models import Membership, Person
    from ninefold.decisions.actions import end_right
    from ninefold.decisions.models import Right
    from ninefold.keeping.afterwards import write_where_due
    from ninefold.ledger.actions import erase
    from ninefold.ledger.beat import beat
    from ninefold.ledger.models import Entry

    about = json.loads((FOLDER.parent / "about.json").read_text())
    who = {name: Person.objects.get(pk=about[name]) for name in ("analyst", "head", "administrator", "account")}
    now = clock.now()
    actions.end_release(by=who["analyst"], now=now, release=about["release"])
    membership = Membership.objects.get(pk=about["membership"])
    actions.end_membership(by=who["analyst"], now=now, membership=membership)
    actions.revoke_token(by=who["head"], now=now, token=about["token"])
    actions.end_key(by=who["head"], now=now, key=about["key"])
    actions.close_account(by=who["administrator"], now=now, person=who["account"], reason="left", orphans_read=True)
    end_right(by=who["analyst"], now=now, right=Right.objects.get(pk=about["right"]))
    erase(entry=Entry.objects.get(id=about["entries"][0]), reason="asked for", by="node", now=now)
    for _ in range(3):
        beat(clock.now())
    return {"unwritten": write_where_due(clock.now())}


def publish():
    """The tree grows and nobody notes it beside the backup."""
    django.setup()
    from ninefold import clock
    from ninefold.ledger.beat import beat

    beat(clock.now())
    return (FOLDER / "keys" / "log.head").read_text().rstrip("\n") + "\n"


def busy():
    """Acts without end, while somebody else makes a backup."""
    django.setup()
    from world import in_one

    from ninefold import clock
    from ninefold.access import actions
    from ninefold.access.models import Person

    about = json.loads((FOLDER.parent / "about.json").read_text())
    by, custodian = (Person.objects.get(pk=about[name]) for name in ("administrator", "analyst"))
    for number in range(100_000):
        actions.open_audience(by=by, now=clock.now(), name=in_one("en", f"Audience {number}"), custodian=custodian)
        print(number, flush=True)
        time.sleep(0.01)


def add_copies():
    """What the workspace does by itself where it is told how often."""
    django.setup()
    from ninefold import clock
    from ninefold.jobs.queue import DEFAULT
    from ninefold.jobs.worker import Worker
    from ninefold.keeping.clocks import add_copies as job

    job.func(clock.now())
    Worker(clock=clock.now, acts=()).run_ready(DEFAULT)


def take():
    """What each person takes along, in a file of his name; and a token of his for the commands."""
    django.setup()
    from django.conf import settings

    from ninefold import clock
    from ninefold.access import actions
    from ninefold.access.models import Person
    from ninefold.cli import kept_tokens
    from ninefold.keeping.exporting import export

    about = json.loads(Path(os.environ["STORY_ABOUT"]).read_text())
    now = clock.now()
    for name in ("analyst", "head", "account", "administrator"):
        person = Person.objects.get(pk=about[name])
        (FOLDER.parent / f"{FOLDER.name}-{name}.zip").write_bytes(export(person, now))
        os.environ["XDG_CONFIG_HOME"] = str(FOLDER.parent / name)
        told = actions.issue_token(by=person, now=now, name="c", scopes=["read", "act"], ends=now + DAY)
        kept_tokens.keep(settings.LOG_ORIGIN, told.secret)


def take_again():
    """What the one person of an imported workspace takes along from there."""
    django.setup()
    from ninefold import clock
    from ninefold.access.models import Person
    from ninefold.keeping.exporting import export

    person = Person.objects.get(is_active=True)
    (FOLDER.parent / f"{FOLDER.name}-again.zip").write_bytes(export(person, clock.now()))


def lines():
    """A digest of each table that a copy holds."""
    django.setup()
    from hashlib import sha256

    from ninefold.keeping.picture import tables
    from ninefold.keeping.rows import lines_of

    return {model._meta.label: sha256(b"".join(lines_of(model))).hexdigest() for model in tables()}


def look():
    """What stands, as every part of the program sees it."""
    django.setup()
    from ninefold import clock
    from ninefold.access.models import Key, Link, Membership, Person, Release, Session, Token
    from ninefold.access.reads import entries_visible_to
    from ninefold.access.tokens import holder_of
    from ninefold.decisions.models import Right
    from ninefold.ledger import keeping, reads
    from ninefold.ledger.check import check
    from ninefold.ledger.models import Body, Entry, Tombstone
    from ninefold.warning.models import EarlyWarning

    about = json.loads((Path(os.environ["STORY_ABOUT"])).read_text())
    now = clock.now()

    def runs(model, name):
        return model.objects.filter(pk=about[name], ends__gt=now).exists()

    analyst = Person.objects.get(pk=about["analyst"])
    told = entries_visible_to(analyst, now).filter(kind__startswith="keeping.").values_list("kind", flat=True)
    report = check()
    return {
        "runs": [
            name
            for name, model in (
                ("release", Release),
                ("membership", Membership),
                ("expired", Membership),
                ("right", Right),
                ("token", Token),
                ("key", Key),
            )
            if runs(model, name)
        ],
        "account": Person.objects.get(pk=about["account"]).is_active,
        "warnings": EarlyWarning.objects.count(),
        "holder": holder_of(about["secret"], now) is not None,
        "ways_in": Session.objects.count() + Link.objects.count() + Token.objects.filter(ends__gt=now).count(),
        "entries": Entry.objects.count(),
        "bodies": [Body.objects.filter(entry__id=one).exists() for one in about["entries"]],
        "tombstones": Tombstone.objects.count(),
        "findings": [str(finding) for finding in report.findings],
        "lost": [str(lost) for lost in report.lost],
        "size": reads.status().size,
        "behind": keeping.behind(),
        "told": sorted(told),
        "origin": reads.status().origin,
    }


if __name__ == "__main__":
    told = (begin, end, be_told, notices, publish, busy, add_copies, take, take_again, lines, look)
    STEPS = {step.__name__: step for step in told}
    print(json.dumps(STEPS[sys.argv[1]]()))
