"""Accounts: founded, invited, taken up, closed. There is no other way in, and no account for two."""

from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from typing import NamedTuple
from uuid import UUID

from allauth.mfa.models import Authenticator
from django.conf import settings
from django.core.exceptions import ValidationError
from django.core.validators import validate_email
from django.db import transaction

from ninefold.access import credentials
from ninefold.access.actions.entries import (
    FACTOR_ADDED,
    FACTOR_REMOVED,
    INVITATION_WITHDRAWN,
    INVITED,
    INVITED_AGAIN,
    JOINED,
    LANGUAGE_CHANGED,
    PASSWORD_STORED,
    record,
)
from ninefold.access.models import ADMINISTRATOR, Link, Person
from ninefold.access.policy import may_run_accounts
from ninefold.access.reads import is_linked, reader_of
from ninefold.access.roles import ROLE_NAMES
from ninefold.access.told import password_of, told_of_factor
from ninefold.errors import ConflictError, InvalidError, NotThereError, RefusedError
from ninefold.ledger.kinds import Kind
from ninefold.ledger.models import Entry
from ninefold.ledger.stock import take_stock
from ninefold.words.languages import language as known_language
from ninefold.words.text import Text

SAMPLE_LINK_LIFE = timedelta(hours=24)
_LONGEST_NAME = 200


class Handover(NamedTuple):
    """A person and the secret of his link. The secret is shown once and is nowhere kept."""

    person: Person
    secret: str


@transaction.atomic
def found(*, now: datetime, email: str, name: Text, language: str = "en", invented: bool = False) -> Handover:
    """The first person of a workspace, its administrator. Refused as soon as anybody has an account."""
    if Person.objects.exists():
        raise RefusedError("This workspace has its first person already; ask an administrator to invite you.")
    _require_sample(invented=invented)
    take_stock(now=now)
    roles = [ADMINISTRATOR]
    return _joined(by=None, now=now, email=email, name=name, language=language, roles=roles, invented=invented)


@transaction.atomic
def invite(
    *,
    by: Person,
    now: datetime,
    email: str,
    name: Text,
    language: str = "en",
    roles: Sequence[str] = (),
    invented: bool = False,
) -> Handover:
    """Make an account for one person; the link in the answer signs him in once, to enrol his second factor."""
    may_run_accounts(reader_of(by), "invite").require()
    _require_sample(invented=invented)
    return _joined(by=by, now=now, email=email, name=name, language=language, roles=roles, invented=invented)


@transaction.atomic
def invite_again(*, by: Person, now: datetime, person: Person) -> Handover:
    """A new invitation for somebody who has not enrolled a second factor yet; the earlier ones end.

    Refused for an account in use: whoever holds its link could enter as that person.
    """
    may_run_accounts(reader_of(by), "invite").require()
    if person.secured or not person.is_active or _is_in_use(person):
        raise RefusedError("This person has enrolled a second factor, so nobody else can open the account for him.")
    Link.objects.filter(person=person, ends__gt=now).update(ends=now)
    record(INVITED_AGAIN, by=by, now=now, subject="person", record_id=person.pk, body={})
    return Handover(person, _link(person, "invitation", now, timedelta(hours=settings.INVITATION_HOURS)))


@transaction.atomic
def withdraw_invitation(*, by: Person, now: datetime, person: Person) -> None:
    """End the invitation of somebody who has not taken it up; a new one can be given later."""
    may_run_accounts(reader_of(by), "invite").require()
    if person.secured or _is_in_use(person):
        raise RefusedError("This person has taken up the invitation; close the account instead.")
    if not Link.objects.filter(person=person, purpose="invitation", used=False, ends__gt=now).update(ends=now):
        raise ConflictError("No invitation waits for this person; it may have ended.")
    record(INVITATION_WITHDRAWN, by=by, now=now, subject="person", record_id=person.pk, body={})


@transaction.atomic
def sample_link(*, person: Person, now: datetime) -> str:
    """A link that signs an invented person in once. Only in the sample, and only for invented people."""
    if not (settings.SAMPLE and person.invented and person.is_active):
        raise RefusedError("One-time links exist in the sample only, for its invented people.")
    return _link(person, "sample", now, SAMPLE_LINK_LIFE)


@transaction.atomic
def take_link(*, secret: str, purpose: str, now: datetime) -> Person:
    """The person whom this link signs in, once. Unknown, used and ended links all get `NotThereError`."""
    links = Link.objects.filter(digest=credentials.digest(secret), purpose=purpose, used=False, person__is_active=True)
    taken = links.filter(starts__lte=now, ends__gt=now).select_related("person").first()
    # Asked of the link's own row alone: PostgreSQL looks again at that one after it waited for who takes it at once.
    if taken is None or not Link.objects.filter(pk=taken.pk, used=False).update(used=True):
        raise NotThereError("This link has been used, has ended, or never was. Ask for a new one.")
    if purpose == "invitation":
        record(JOINED, by=taken.person, now=now, subject="person", record_id=taken.person.pk, body={})
    return taken.person


@transaction.atomic
def open_imported(*, now: datetime, person: UUID) -> Handover:
    """A link for who was brought into a workspace of his own by an export; refused once anybody can sign in there."""
    if Person.objects.filter(secured=True).exists() or Link.objects.exists():
        raise RefusedError("This workspace is in use; an administrator invites people.")
    found = Person.objects.get(pk=person, is_active=True)
    record(INVITED_AGAIN, by=None, now=now, subject="person", record_id=found.pk, body={})
    return Handover(found, _link(found, "invitation", now, timedelta(hours=settings.INVITATION_HOURS)))


@transaction.atomic
def change_language(*, by: Person, now: datetime, language: str) -> None:
    """Set the language of his own account, in which pages and messages speak to him unless he says otherwise."""
    code = known_language(language).code
    if not Person.objects.filter(pk=by.pk).exclude(language=code).update(language=code):
        raise ConflictError("Your account speaks this language already.")
    by.language = code
    record(LANGUAGE_CHANGED, by=by, now=now, subject="person", record_id=by.pk, body={"language": code})


@transaction.atomic
def factor_added(
    *, person: Person, now: datetime, factor: str, secured: bool, row: Authenticator | None = None
) -> None:
    """Note that he enrolled a second factor (`totp`, `webauthn` or `recovery_codes`); links to him end with it."""
    person.links.filter(starts__lte=now, ends__gt=now).update(ends=now)
    _factor(FACTOR_ADDED, person, now, secured, told_of_factor(row) if row else {"factor": factor})


@transaction.atomic
def factor_removed(
    *, person: Person, now: datetime, factor: str, secured: bool, row: Authenticator | None = None
) -> None:
    """Note that he removed one; without any, the account can do nothing but enrol."""
    _factor(FACTOR_REMOVED, person, now, secured, told_of_factor(row) if row else {"factor": factor})


@transaction.atomic
def password_stored(*, person: Person, now: datetime, before: str) -> None:
    """Note that another password is stored for him, held but not told; `before` is what the database held until now."""
    body = {"password": password_of(person, person.password), "before": password_of(person, before)}
    record(PASSWORD_STORED, by=person, now=now, subject="person", record_id=person.pk, body=body)


def _factor(act: Kind, person: Person, now: datetime, secured: bool, body: Mapping[str, str]) -> None:
    Person.objects.filter(pk=person.pk).update(secured=secured)
    record(act, by=person, now=now, subject="person", record_id=person.pk, body=body)


def _joined(
    *, by: Person | None, now: datetime, email: str, name: Text, language: str, roles: Sequence[str], invented: bool
) -> Handover:
    address = _address(email)
    if any(len(version.text) > _LONGEST_NAME for version in name.versions):
        raise InvalidError("The name of a person has at most {most} characters; shorten it.", most=_LONGEST_NAME)
    _require_roles(roles)
    if Person.objects.filter(email=address).exists():
        raise ConflictError("{email} has an account already; one person has one account.", email=address)
    person = Person.objects.joining(
        email=address, name=name, language=known_language(language).code, roles=roles, day=now.date()
    )
    if invented:
        Person.objects.filter(pk=person.pk).update(invented=True)
        person.invented = True
    body = {"name": name.as_value(), "email": address, "roles": list(roles), "invented": invented}
    record(INVITED, by=by, now=now, subject="person", record_id=person.pk, body=body)
    return Handover(person, _link(person, "invitation", now, timedelta(hours=settings.INVITATION_HOURS)))


def _is_in_use(person: Person) -> bool:
    """Whether he ever enrolled, reads through an audience or keeps one: then a link opens more than a new account."""
    enrolled = Entry.objects.filter(kind=FACTOR_ADDED.name, subject_id=person.pk)
    return enrolled.exists() or is_linked(person) or person.memberships.exists() or person.audiences_kept.exists()


def _require_roles(roles: Sequence[str]) -> None:
    """Each role is known and named once: a misspelt one would open nothing and tell nobody."""
    for role in roles:
        if role not in ROLE_NAMES or roles.count(role) > 1:
            raise InvalidError(
                "{role} is not a role, or stands there twice; choose from {known}.",
                role=repr(role[:40]),
                known=", ".join(ROLE_NAMES),
            )


def _require_sample(*, invented: bool) -> None:
    if invented and not settings.SAMPLE:
        raise RefusedError("Invented people live in the sample only.")


def _address(email: str) -> str:
    address = email.strip().lower()
    try:
        validate_email(address)
    except ValidationError:
        raise InvalidError("{email} is not an e-mail address.", email=repr(address[:100])) from None
    return address


def _link(person: Person, purpose: str, now: datetime, life: timedelta) -> str:
    secret = credentials.new_secret(credentials.LINK)
    Link.objects.create(person=person, purpose=purpose, digest=credentials.digest(secret), starts=now, ends=now + life)
    return secret
