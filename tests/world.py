"""A small world, and any record in any state, made through the real acts of the rooms."""

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from uuid import UUID, uuid4

from ninefold.access import actions as access
from ninefold.access.models import Audience, Person
from ninefold.decisions import actions as decisions
from ninefold.decisions.models import Right
from ninefold.tracks import actions as tracks
from ninefold.tracks.models import Actor, Office
from ninefold.warning import actions
from ninefold.warning.models import EarlyWarning
from ninefold.warning.months import Month
from ninefold.words.text import in_one

NOW = datetime(2026, 11, 21, 8, 30, tzinfo=UTC)
CLOCK = timedelta(hours=4)
YEARS = timedelta(days=3_000)
REASON = "The ministry has handed this file to the duty envoy."


@dataclass
class World:
    """Who and what the tests of this room need."""

    analyst: Person
    head: Person
    envoy: Person
    outsider: Person
    administrator: Person
    audience: Audience
    offices: list[Office]
    rights: list[Right]
    now: datetime

    def draft(self, **changes) -> actions.Draft:
        """A warning on Sudan from the bundled series."""
        told = {
            "country": "SDN",
            "origin": Month.parse("2024-04"),
            "months": 3,
            "title": in_one("en", "Fighting may reach the grain corridor"),
            "summary": in_one("en", "Twelve months in a row had 25 or more deaths; the harvest begins in six weeks."),
            "marking": "tlp:amber",
            "audiences": [self.audience.pk],
        }
        return actions.Draft(**told | changes)

    def raised(self, **changes) -> EarlyWarning:
        return actions.raise_warning(by=self.analyst, now=self.now, draft=self.draft(**changes))

    def sent(self, **changes) -> EarlyWarning:
        warning = self.raised(**changes)
        self.send(warning)
        return warning

    def send(self, warning: EarlyWarning, *, clock: timedelta = CLOCK, office: UUID | None = None):
        told = {"warning": warning.pk, "version": version(warning), "office": office or self.offices[0].pk}
        return actions.send(by=self.analyst, now=self.now, clock=clock, **told)

    def in_state(self, state: str) -> EarlyWarning:
        """A warning in any state, brought there by the acts that lead to it."""
        warning = self.raised()
        if state not in {"draft", "withdrawn"}:
            self.send(warning)
        if state == "withdrawn":
            actions.withdraw(by=self.analyst, now=self.now, warning=warning.pk, version=version(warning))
        if state == "acknowledged":
            actions.acknowledge(by=self.head, now=self.now, warning=warning.pk, version=version(warning))
        if state == "unanswered":
            for holder in (self.head, self.envoy):
                told = {"warning": warning.pk, "version": version(warning), "reason": REASON}
                actions.decline(by=holder, now=self.now, **told)
        return EarlyWarning.objects.get(pk=warning.pk)


def version(warning: EarlyWarning) -> int:
    return EarlyWarning.objects.values_list("version", flat=True).get(pk=warning.pk)


def build(now: datetime = NOW) -> World:
    """Everything through its own room's acts, an hour before `now`."""
    before = now - timedelta(hours=1)
    administrator = access.found(now=before, email="admin@kesh.example", name=in_one("en", "Administrator")).person

    access.factor_added(person=administrator, now=before, factor="totp", secured=True)

    def invited(name: str, *roles: str) -> Person:
        email = f"{name}@kesh.example"
        return access.invite(
            by=administrator, now=before, email=email, name=in_one("en", name), roles=roles, invented=True
        ).person

    analyst, outsider = invited("analyst", "analyst", "registrar"), invited("outsider", "analyst")
    head, envoy = invited("head"), invited("envoy")
    name = in_one("en", "Early-warning readers")
    audience = access.open_audience(by=administrator, now=before, name=name, custodian=analyst)
    for person in (analyst, head, envoy):
        access.add_member(by=analyst, now=before, audience=audience, person=person, ends=now + YEARS)
    offices = _offices(analyst, before)
    rights = []
    for turn, (office, person) in enumerate(zip(offices, (head, envoy), strict=True), start=1):
        tracks.give_office(by=analyst, now=before, office=office, person=person, starts=before, ends=now + YEARS)
        rights.append(_right(analyst, before, office, turn, audience))
    return World(analyst, head, envoy, outsider, administrator, audience, offices, rights, now)


def _offices(registrar: Person, now: datetime) -> list[Office]:
    releases = [access.NewRelease(None, "tlp:clear", now, now + YEARS)]
    situation = tracks.open_situation(
        by=registrar, now=now, name=in_one("en", "Kesh valley"), since=now.date(), releases=releases
    )
    desk = tracks.NewActor(uuid4(), in_one("en", "Crisis desk"), None, [("government", "national")], releases)
    tracks.enter_circle(by=registrar, now=now, situation=situation, actors=[desk], ties=[], marking="tlp:green")
    actor = Actor.objects.get(pk=desk.id)
    titles = ("Head of the Crisis Desk", "Duty Envoy")
    return [tracks.open_office(by=registrar, now=now, actor=actor, title=in_one("en", title)) for title in titles]


def _right(registrar: Person, now: datetime, office: Office, turn: int, audience: Audience) -> Right:
    return decisions.give_right(
        by=registrar,
        now=now,
        office=office,
        matter="early-warning",
        turn=turn,
        starts=now,
        ends=now + YEARS,
        releases=[access.NewRelease(audience.pk, "tlp:green", now, now + YEARS)],
    )
