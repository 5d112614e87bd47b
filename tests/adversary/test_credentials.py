"""An administrator with the database puts a password, a factor or a sign-in of his own on somebody's account."""

import re
from types import SimpleNamespace

import pytest
from allauth.mfa.models import Authenticator
from django.contrib.auth.hashers import PBKDF2PasswordHasher, check_password, make_password
from django.db import connection

from ninefold import clock
from ninefold.access import actions
from ninefold.access.actions.entries import DIRECTORY_LINKED, FACTOR_ADDED, PASSWORD_STORED
from ninefold.access.models import DirectoryLink, GroupConsent, Person
from ninefold.access.reads import entries_visible_to
from ninefold.ledger import append_only, stock
from ninefold.ledger.check import check
from ninefold.ledger.models import Body, Entry

from .enrolling import PASSWORD, enrol, set_password, take_up

pytestmark = pytest.mark.django_db
SAYS = "The entry that gave {} says another thing than the database: {}."
NOBODY = "No entry gave {}: somebody wrote it into the database."


@pytest.fixture
def signed_up(house, visitor, log_key):
    """Bob, who took up his invitation through the pages: a password, an app, recovery codes, a directory."""
    invited, client = house.invited("bob"), visitor()
    take_up(client, invited.secret)
    set_password(client)
    enrol(client)
    client.get("/sign-in/recovery-codes/")
    bob = Person.objects.get(email="bob@example.org")
    directory = SimpleNamespace(issuer="https://id.example", name="Directory")
    actions.link_directory(person=bob, now=clock.now(), directory=directory, subject="bob@ministry.example", email="")
    return bob


def found():
    return [str(finding) for finding in check().findings if finding.part == "grant"]


def factor(person, kind):
    return Authenticator.objects.get(user=person, type=kind)


def test_what_a_person_does_with_his_own_ways_in_is_green(signed_up):
    assert {row.type for row in Authenticator.objects.filter(user=signed_up)} >= {"totp", "recovery_codes"}
    assert check().older == {}
    assert found() == []
    signed_up.set_password("another long password 1")
    signed_up.save()
    codes = factor(signed_up, "recovery_codes").wrap()
    assert codes.validate_code(codes.get_unused_codes()[0])
    assert found() == []
    factor(signed_up, "totp").delete()
    actions.factor_added(person=signed_up, now=clock.now(), factor="totp", secured=True)
    actions.unlink_directory(person=signed_up, now=clock.now())
    assert found() == []


def test_another_password_shows(signed_up):
    Person.objects.filter(pk=signed_up.pk).update(password=make_password("the thief's own"))
    assert found() == [SAYS.format(f"passwords {signed_up.pk}", "password")]


def test_a_password_for_who_has_none_shows(signed_up, house):
    Person.objects.filter(pk=house.root.pk).update(password=make_password("the thief's own"))
    assert found() == [NOBODY.format(f"passwords {house.root.pk}")]


def test_signing_in_with_a_forged_password_does_not_launder_it(signed_up, slow_passwords, house):
    """A weakly stored one is stored anew as somebody signs in by it, which is an act: its entry tells what it found."""
    weak = PBKDF2PasswordHasher().encode("the thief's own", "salt" * 6, iterations=1_000)
    for person in (signed_up, house.root):
        Person.objects.filter(pk=person.pk).update(password=weak)
        assert Person.objects.get(pk=person.pk).check_password("the thief's own")
        assert Person.objects.get(pk=person.pk).password != weak
    told = (
        "An act found passwords {} otherwise than the log had left it: somebody had changed password in the database."
    )
    assert found() == [told.format(signed_up.pk), told.format(house.root.pk)]


def test_a_password_that_is_stored_anew_stays_green(signed_up, slow_passwords):
    """As after an upgrade that stores passwords more strongly."""
    weak = PBKDF2PasswordHasher().encode(PASSWORD, "salt" * 6, iterations=1_000)
    signed_up.password = weak
    signed_up.save()
    assert Person.objects.get(pk=signed_up.pk).check_password(PASSWORD)
    assert Person.objects.get(pk=signed_up.pk).password != weak
    assert found() == []
    assert Entry.objects.filter(kind=PASSWORD_STORED.name, subject_id=signed_up.pk).count() == 3


def test_another_app_shows(signed_up):
    row = factor(signed_up, "totp")
    Authenticator.objects.filter(pk=row.pk).update(data={**row.data, "secret": "of the thief"})
    assert re.fullmatch(NOBODY.format(f"factors {signed_up.pk} totp [0-9a-f]{{32}}"), "\n".join(found()))


def test_other_recovery_codes_show(signed_up):
    row = factor(signed_up, "recovery_codes")
    Authenticator.objects.filter(pk=row.pk).update(data={**row.data, "seed": "of the thief"})
    assert re.fullmatch(NOBODY.format(f"factors {signed_up.pk} recovery_codes [0-9a-f]{{32}}"), "\n".join(found()))


def test_a_passkey_on_the_account_of_another_shows(signed_up, house):
    row = Authenticator(user=house.root, type="webauthn", data={"name": "Key", "credential": {"id": "of the thief"}})
    Authenticator.objects.bulk_create([row])
    assert re.fullmatch(NOBODY.format(f"factors {house.root.pk} webauthn [0-9a-f]{{32}}"), "\n".join(found()))


def test_a_factor_that_is_turned_over_to_another_account_shows(signed_up, house):
    Authenticator.objects.filter(pk=factor(signed_up, "totp").pk).update(user=house.root)
    assert re.fullmatch(NOBODY.format(f"factors {house.root.pk} totp [0-9a-f]{{32}}"), "\n".join(found()))


def test_a_factor_that_was_removed_and_comes_back_shows(signed_up):
    row = factor(signed_up, "totp")
    copy = Authenticator(user=signed_up, type="totp", data=row.data)
    row.delete()
    assert found() == []
    Authenticator.objects.bulk_create([copy])
    (told,) = found()
    assert told.startswith(f"The log ended factors {signed_up.pk} totp ")
    assert told.endswith(", and it lives: somebody wrote it into the database.")


def test_another_subject_behind_a_directory_s_sign_in_shows(signed_up):
    DirectoryLink.objects.filter(person=signed_up).update(subject="thief@ministry.example")
    assert found() == [SAYS.format(f"directory_links {signed_up.pk}", "subject")]


def test_another_key_under_all_of_it_does_not_help(signed_up):
    Person.objects.filter(pk=signed_up.pk).update(binding=b"\1" * 32)
    assert len(found()) == len(("passwords", "totp", "recovery_codes", "directory_links"))


def test_the_entries_tell_nobody_what_they_hold(signed_up):
    """Not the subject, not the password as it is stored, not a secret; two people never have one key."""
    row = Person.objects.get(pk=signed_up.pk)
    texts = b"".join(bytes(text) for text in Body.objects.values_list("text", flat=True))
    for secret in ("bob@ministry.example", row.password, factor(row, "totp").data["secret"], bytes(row.binding).hex()):
        assert secret.encode() not in texts
    assert check_password(PASSWORD, row.password)
    keys = [bytes(key) for key in Person.objects.values_list("binding", flat=True)]
    assert len(set(keys)) == len(keys) > 1


def test_only_the_person_himself_reads_that_his_password_changed(signed_up, house):
    about = Entry.objects.filter(kind=PASSWORD_STORED.name, subject_id=signed_up.pk)
    assert about.exists()
    assert entries_visible_to(signed_up, clock.now()).filter(kind=PASSWORD_STORED.name).count() == about.count()
    for other in (house.root, None):
        assert not entries_visible_to(other, clock.now()).filter(pk__in=about).exists()


def test_what_an_older_version_wrote_is_told_apart_and_held_once_stock_is_taken(signed_up):
    """Its entries named a factor by its kind, a directory without its subject, and a password not at all."""
    append_only.remove(connection)
    gone = (stock.STOCK_TAKEN.name, PASSWORD_STORED.name)
    Body.objects.filter(entry__kind__in=gone).delete()
    Entry.objects.filter(kind__in=gone).delete()
    Body.objects.filter(entry__kind=FACTOR_ADDED.name).update(text=b'{"factor":"totp"}')
    Body.objects.filter(entry__kind=DIRECTORY_LINKED.name).update(text=b'{"issuer":"https://id.example"}')
    append_only.install(connection)
    report = check()
    assert [one for one in report.findings if one.part == "grant"] == []
    assert report.older == {"passwords": 1, "factors": 2, "directory_links": 1}
    stock.take_stock(now=clock.now())
    assert (found(), check().older) == ([], {})
    DirectoryLink.objects.filter(person=signed_up).update(subject="thief@ministry.example")
    assert found() == [SAYS.format(f"directory_links {signed_up.pk}", "subject")]


def test_a_group_of_a_directory_that_no_custodian_let_in_shows(signed_up, house):
    """Each of its members would come in by an act of the program."""
    from ninefold.access.directory.fields import GroupMapping

    talks, now = house.audience("Talks", signed_up), clock.now()
    mapping = GroupMapping(group="desk", audience=talks.pk, days=30)
    consent = actions.confirm_group(by=signed_up, now=now, audience=talks, mapping=mapping, issuer="https://id.example")
    assert found() == []
    rows = GroupConsent.objects.filter(pk=consent.pk)
    rows.update(group="everybody", days=3_000)
    assert found() == [SAYS.format(f"group_consents {consent.pk}", "days, group")]
    rows.update(group="desk", days=30)
    actions.withdraw_group(by=signed_up, now=clock.now(), consent=consent)
    assert found() == []
    rows.update(ends=consent.ends)
    assert found() == [f"The log ended group_consents {consent.pk}, and it lives: somebody wrote it into the database."]
