"""The letters with which somebody sets a new password, sent as notices are: by a worker, and again where it failed.

The link is drawn up as the letter goes, so that neither the database nor the queue ever holds it. Where no mail server
is named, letters lie in the workspace's folder for the operator (`adapters.py`).
"""

from datetime import datetime, timedelta
from uuid import UUID

from allauth.account import app_settings
from allauth.account.utils import user_pk_to_url_str
from django.conf import settings
from django.db import transaction
from django.urls import reverse
from django.utils import translation
from django.utils.translation import gettext

from ninefold.access.delivery import IN_HAND, MOST_TRIES, wait_after
from ninefold.access.models import Person, Recovery
from ninefold.access.notices import post
from ninefold.access.notices.sending import UndeliverableError
from ninefold.errors import NinefoldError
from ninefold.jobs.queue import OUTSIDE, job

LIFE = timedelta(hours=24)
"""A letter that could not be delivered for so long is not sent any more: who waited for it has asked again."""


def send_recoveries(now: datetime) -> None:
    """Queue each letter whose time has come."""
    due = Recovery.objects.filter(next_try__lte=now)
    for letter in list(due.values_list("pk", flat=True)):
        with transaction.atomic():
            if due.filter(pk=letter).update(next_try=now + IN_HAND):
                recover.enqueue(str(letter))


@job(attempts=1, queue=OUTSIDE)
def recover(now: datetime, letter: str) -> None:
    """Send one letter, or note when to try again. It goes nowhere where nobody has the address."""
    found = Recovery.objects.select_related("person").filter(pk=UUID(letter)).first()
    if found is None:
        return
    if found.person is None or not found.person.is_active or found.asked_at + LIFE <= now:
        found.delete()
        return
    try:
        _send(found.person, found.pk, now)
    except UndeliverableError as error:
        _failed(found, now, for_good=error.for_good)
    except NinefoldError:  # a file of the operator's that does not fit
        _failed(found, now, for_good=False)
    else:
        found.delete()


def _failed(letter: Recovery, now: datetime, *, for_good: bool) -> None:
    tries = letter.tries + 1
    if for_good or tries >= MOST_TRIES:
        letter.delete()
    else:
        Recovery.objects.filter(pk=letter.pk).update(tries=tries, next_try=now + wait_after(tries))


def _send(person: Person, letter: UUID, now: datetime) -> None:
    server = settings.POST
    if server is None:
        raise UndeliverableError("no mail server is named")
    with translation.override(person.language):
        subject = gettext("A new password for Ninefold")
        asked = gettext("Somebody asked to set a new password in Ninefold. If it was you, open this address:")
        other = gettext("If it was not you, do nothing, and nothing changes.")
    id_ = f"<{letter.hex}@{server.site}>"
    body = f"{asked}\n\n{_link(person)}\n\n{other}\n"
    post.send(server, post.letter(server, to=person.email, subject=subject, body=body, id_=id_, now=now))


def _link(person: Person) -> str:
    """Good once, as long as the password is what it was."""
    token = app_settings.PASSWORD_RESET_TOKEN_GENERATOR().make_token(person)
    told = {"uidb36": user_pk_to_url_str(person), "key": token}
    return f"{settings.ADDRESS.url}{reverse('account_reset_password_from_key', kwargs=told)}"
