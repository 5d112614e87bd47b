"""People change offices and go on leave; what waits for an office finds who answers for it, its clock as it runs."""

from datetime import timedelta

import pytest
from django.conf import settings
from django.test import Client
from django.urls import reverse
from world import CLOCK, YEARS, build, version

from ninefold import clock
from ninefold.access import actions as access
from ninefold.access.actions import issue_token
from ninefold.access.models import Membership
from ninefold.errors import ConflictError, InvalidError, NotThereError, RefusedError
from ninefold.ledger.models import Entry
from ninefold.tracks import actions
from ninefold.tracks.models import Absence, Holding, Situation
from ninefold.tracks.seats import deserted, holders, offices_answered, offices_held
from ninefold.warning import actions as warnings
from ninefold.warning import reads
from ninefold.warning.models import EarlyWarning

BACKEND = "allauth.account.auth_backends.AuthenticationBackend"
HOUR = timedelta(hours=1)


def leaving(world, at=None, **told):
    said = {"by": world.analyst, "now": world.now, "person": world.head, "leaves": world.offices[0]}
    actions.change_office(**said | {"at": at or world.now} | told)


def away(world, **told):
    said = {"by": world.head, "now": world.now, "person": world.head, "starts": world.now}
    return actions.enter_leave(**said | {"ends": world.now + timedelta(days=9)} | told)


def reads_too(world, person):
    """The outsider reads the warnings from now on, so that he can answer one."""
    until = world.now + YEARS
    access.add_member(by=world.analyst, now=world.now, audience=world.audience, person=person, ends=until)


# ---- A change of office


def test_an_office_passes_on_and_a_warning_waits_for_the_successor_with_its_clock(world):
    reads_too(world, world.outsider)
    warning = world.sent()
    due = reads.waiting(warning).due_at
    leaving(world, successor=world.outsider)
    assert holders(world.offices[0].pk, world.now) == [world.outsider.pk]
    assert reads.waiting(EarlyWarning.objects.get()).due_at == due
    assert [row.warning_id for row in reads.waiting_for(world.outsider, world.now)] == [warning.pk]
    told = {"now": world.now, "warning": warning.pk, "version": version(warning)}
    with pytest.raises(RefusedError, match="Only the holder"):
        warnings.acknowledge(by=world.head, **told)
    warnings.acknowledge(by=world.outsider, **told)


def test_a_change_lies_ahead_and_comes_by_itself(world):
    at = world.now + timedelta(days=3)
    leaving(world, at=at, successor=world.outsider)
    assert holders(world.offices[0].pk, at - HOUR) == [world.head.pk]
    assert holders(world.offices[0].pk, at) == [world.outsider.pk]
    ends = Holding.objects.get(person=world.outsider).ends
    assert ends == world.now + YEARS, "the successor has the end that the former holder had"


def test_he_takes_another_office_in_the_same_act(world):
    takes = actions.Term(world.offices[1], world.now + timedelta(days=99))
    leaving(world, successor=world.outsider, takes=takes)
    assert list(offices_held(world.head, world.now)) == [world.offices[1]]
    kinds = Entry.objects.filter(kind__startswith="tracks.office").order_by("-serial").values_list("kind", flat=True)
    assert list(kinds[:3]) == ["tracks.office-given", "tracks.office-given", "tracks.office-left"]


def test_what_he_reads_as_its_holder_passes_on_and_what_he_reads_himself_does_not(world):
    until, told = world.now + timedelta(days=50), {"now": world.now, "by": world.analyst}
    office = f"tracks:office:{world.offices[0].pk}"
    desk = access.open_audience(
        by=world.administrator, now=world.now, name=world.audience.name, custodian=world.analyst
    )
    access.add_member(audience=desk, person=world.head, ends=until, by_office=office, **told)
    leaving(world, successor=world.outsider)
    rows = {row.person: row for row in Membership.objects.filter(audience=desk)}
    assert rows[world.head].ends == world.now
    assert (rows[world.outsider].ends, rows[world.outsider].by_office) == (until, office)
    assert Membership.objects.get(audience=world.audience, person=world.head).ends > world.now
    with pytest.raises(InvalidError, match="names no office"):
        access.add_member(audience=desk, person=world.envoy, ends=until, by_office=f"tracks:actor:{desk.pk}", **told)


@pytest.mark.parametrize(
    ("told", "error", "reason"),
    [
        ({"by": "outsider"}, RefusedError, "Only a registrar"),
        ({"successor": "head"}, InvalidError, "cannot follow himself"),
        ({"person": "envoy"}, ConflictError, "does not hold this office"),
        ({"at": -HOUR}, InvalidError, "cannot lie behind"),
        ({"successor": None}, ConflictError, "left without a holder"),
    ],
    ids=str,
)
def test_a_change_that_does_not_fit_is_refused_whole(world, told, error, reason):
    if isinstance(told.get("at"), timedelta):
        told = {"at": world.now + told["at"]}
    told = {name: getattr(world, value) if isinstance(value, str) else value for name, value in told.items()}
    before = Entry.objects.count()
    with pytest.raises(error, match=reason):
        leaving(world, **{"successor": world.outsider} | told)
    assert (Entry.objects.count(), Holding.objects.count()) == (before, 2)


def test_an_office_is_left_to_nobody_once_the_list_was_read(world):
    leaving(world, orphans_read=True)
    assert holders(world.offices[0].pk, world.now) == []


# ---- Leave


def test_during_a_leave_the_deputy_answers_too_and_nothing_more(world):
    reads_too(world, world.outsider)
    warning = world.sent()
    away(world, deputy=world.outsider)
    assert holders(world.offices[0].pk, world.now) == [world.outsider.pk]
    assert list(offices_held(world.outsider, world.now)) == [], "he holds no office by it"
    for person in (world.outsider, world.head):
        assert [row.warning_id for row in reads.waiting_for(person, world.now)] == [warning.pk]
    told = {"now": world.now, "warning": warning.pk, "version": version(warning)}
    warnings.acknowledge(by=world.outsider, **told)
    body = bytes(Entry.objects.get(kind="warning.acknowledged").body.text).decode()
    assert '"as":"deputy"' in body
    assert list(offices_answered(world.outsider, world.now + timedelta(days=9))) == [], "it ends by itself"


def test_without_a_deputy_what_waits_goes_on_to_the_next_in_line_at_once(world):
    warning = world.sent()
    assert warnings.pass_on(now=world.now) == 0
    with pytest.raises(ConflictError, match="left without a holder"):
        away(world)
    away(world, orphans_read=True)
    assert deserted({world.offices[0].pk}, world.now) == {world.offices[0].pk}
    assert warnings.pass_on(now=world.now + timedelta(seconds=10)) == 1
    way = reads.passages(warning)
    assert [(one.outcome, one.office_id) for one in way] == [
        ("absent", world.offices[0].pk),
        ("waiting", world.offices[1].pk),
    ]


def test_a_deputy_who_is_away_himself_answers_for_nobody(world):
    away(world, deputy=world.envoy)
    told = {"by": world.envoy, "now": world.now, "person": world.envoy, "starts": world.now}
    actions.enter_leave(ends=world.now + timedelta(days=2), orphans_read=True, **told)
    assert holders(world.offices[0].pk, world.now) == []
    assert holders(world.offices[0].pk, world.now + timedelta(days=3)) == [world.envoy.pk]


@pytest.mark.parametrize(
    ("told", "error", "reason"),
    [
        ({"deputy": "head"}, RefusedError, "stands in for himself"),
        ({"deputy": "administrator"}, RefusedError, "reads no record"),
        ({"by": "envoy"}, RefusedError, "Only a registrar enters the leave of another"),
        ({"starts": -HOUR}, InvalidError, "cannot have begun before"),
    ],
    ids=str,
)
def test_a_leave_that_does_not_fit_is_refused(world, told, error, reason):
    if isinstance(told.get("starts"), timedelta):
        told = {"starts": world.now + told["starts"]}
    told = {name: getattr(world, value) if isinstance(value, str) else value for name, value in told.items()}
    with pytest.raises(error, match=reason):
        away(world, **{"deputy": world.outsider} | told)
    assert not Absence.objects.exists()


def test_a_leave_ends_early_by_himself_or_a_registrar_only(world):
    leave = away(world, deputy=world.outsider)
    with pytest.raises(ConflictError, match="on leave in that time already"):
        away(world, deputy=world.outsider)
    with pytest.raises(NotThereError):
        actions.end_leave(by=world.outsider, now=world.now + HOUR, leave=leave.pk)
    actions.end_leave(by=world.analyst, now=world.now + HOUR, leave=leave.pk)
    assert holders(world.offices[0].pk, world.now + HOUR) == [world.head.pk]
    with pytest.raises(ConflictError, match="ended already"):
        actions.end_leave(by=world.head, now=world.now + 2 * HOUR, leave=leave.pk)


# ---- Pages and API


@pytest.fixture
def present(db):
    return build(clock.now())


@pytest.fixture
def office(present):
    """The first office, shown to everybody, so that its pages open."""
    until = present.now + YEARS
    from django.db import transaction

    from ninefold.ledger.refs import Ref

    with transaction.atomic():
        new = access.NewRelease(None, "tlp:clear", present.now, until)
        access.place(
            record=Ref("tracks", "office", present.offices[0].pk), releases=[new], now=clock.now(), by=present.analyst
        )
    return present.offices[0]


def visitor(person, language="en"):
    client = Client()
    client.cookies[settings.LANGUAGE_COOKIE_NAME] = language
    client.force_login(person, backend=BACKEND)
    return client


@pytest.mark.usefixtures("static_files")
def test_a_registrar_changes_an_office_on_its_page_after_the_list(present, office):
    address = reverse("tracks:change_office", args=[Situation.objects.get().pk, office.pk, present.head.pk])
    registrar = visitor(present.analyst)
    page = registrar.get(address).content.decode()
    assert "An office for which nobody answers" in page
    assert "Head of the Crisis Desk" in page
    told = {"on": present.now.date().isoformat()}
    refused = registrar.post(address, told)
    assert (refused.status_code, "read the list" in refused.content.decode()) == (422, True)
    assert registrar.post(address, told | {"successor": str(present.outsider.pk)}).status_code == 302
    assert holders(office.pk, clock.now()) == [present.outsider.pk]
    assert visitor(present.head).get(address).status_code == 403


@pytest.mark.usefixtures("static_files")
def test_everybody_enters_his_own_leave(present):
    address, head = reverse("tracks:leave"), visitor(present.head)
    assert "left without a holder" in head.get(address).content.decode()
    day = (present.now + timedelta(days=9)).date().isoformat()
    told = {"person": str(present.head.pk), "starts": present.now.date().isoformat(), "ends": day}
    assert head.post(address, told).status_code == 422
    assert head.post(address, told | {"person": str(present.envoy.pk)}).status_code == 422
    assert head.post(address, told | {"deputy": present.outsider.email}).status_code == 302
    assert "You stand in" in visitor(present.outsider).get(address).content.decode()
    assert visitor(present.head, "ar").get(address).status_code == 200
    leave = Absence.objects.get()
    assert head.post(reverse("tracks:end_leave", args=[leave.pk])).status_code == 302


def test_the_same_by_the_api(present, office):
    def call(person, address, method="post", **told):
        ends = clock.now() + timedelta(days=1)
        secret = issue_token(by=person, now=clock.now(), name="t", scopes=["read", "act"], ends=ends).secret
        ask = getattr(Client(headers={"authorization": f"Bearer {secret}"}), method)
        if method == "get":
            return ask(f"/api/v1/tracks/{address}")
        return ask(f"/api/v1/tracks/{address}", told, content_type="application/json")

    holder = f"offices/{office.pk}/holders/{present.head.pk}"
    listed = call(present.analyst, f"{holder}/orphans", "get").json()
    assert "tracks:office" in {one["kind"] for one in listed}
    assert call(present.outsider, f"{holder}/change", successor=present.outsider.email).status_code == 403
    assert call(present.analyst, f"{holder}/change").status_code == 409
    assert call(present.analyst, f"{holder}/change", successor=present.outsider.email).status_code == 200
    ends = (clock.now() + timedelta(days=3)).isoformat()
    entered = call(present.envoy, "leaves", ends=ends, deputy=present.head.email)
    assert entered.json()["deputy"] == str(present.head.pk)
    assert call(present.envoy, "leaves", email=present.head.email, ends=ends).status_code == 403
    assert len(call(present.analyst, "leaves", "get").json()) == 1
    assert call(present.head, f"leaves/{entered.json()['id']}/end").status_code == 404
    assert call(present.envoy, f"leaves/{entered.json()['id']}/end").status_code == 200


def test_a_change_and_the_clock_meet_and_the_clock_is_the_warnings_own(world):
    warning = world.sent()
    leaving(world, orphans_read=True)
    assert warnings.pass_on(now=world.now) == 0, "an empty office is no leave: its clock runs on"
    assert warnings.pass_on(now=world.now + CLOCK) == 1
    assert reads.waiting(EarlyWarning.objects.get(pk=warning.pk)).office == world.offices[1]
