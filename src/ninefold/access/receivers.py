"""What happens beside allauth's own steps: the day of a sign-in, and an entry for each password and factor.

Its rows are watched, not its signals, because those come after the transaction.
"""

from collections.abc import Collection

from allauth.mfa.models import Authenticator
from django.conf import settings
from django.contrib.auth.hashers import is_password_usable
from django.contrib.auth.signals import user_logged_in
from django.db.models.signals import post_delete, post_save, pre_save
from django.dispatch import receiver
from django.http import HttpRequest

from ninefold.access import actions
from ninefold.access.arrivals import complete
from ninefold.access.models import Person
from ninefold.access.passkeys import credential_of, signing_passkey
from ninefold.access.reads import has_enrolled
from ninefold.clock import now

FACTORS = (Authenticator.Type.TOTP, Authenticator.Type.WEBAUTHN)
"""Recovery codes are a way back, not a second factor."""


@receiver(user_logged_in, dispatch_uid="access.seen")
def seen(user: Person, request: HttpRequest | None = None, **kwargs: object) -> None:
    """Note the day, and nothing finer; let count what the directory showed of him."""
    Person.objects.filter(pk=user.pk).update(last_seen_day=now().date())
    arrived = complete(request, user) if request is not None and hasattr(request, "session") else None
    directory = settings.DIRECTORY
    # Who has yet to enrol a second factor has not signed in: his groups count the next time.
    if arrived and directory and (arrived[0].strong or has_enrolled(user)):
        actions.seen_in_directory(person=user, now=now(), directory=directory, groups=arrived[1])


@receiver(pre_save, sender=Authenticator, dispatch_uid="access.by_day")
def by_day(instance: Authenticator, **kwargs: object) -> None:
    """The moments at which a factor was made and used are kept by day."""
    for name in ("created_at", "last_used_at"):
        moment = getattr(instance, name)
        if moment:
            setattr(instance, name, moment.replace(hour=0, minute=0, second=0, microsecond=0))


@receiver(post_save, sender=Authenticator, dispatch_uid="access.factor_added")
def added(instance: Authenticator, created: bool, **kwargs: object) -> None:
    """The entry, in the transaction of the factor; the account may do more than enrol."""
    if created:
        told = {"factor": str(instance.type), "secured": has_factor(instance.user), "row": instance}
        actions.factor_added(person=instance.user, now=now(), **told)
        passkey = signing_passkey(instance) if instance.type == Authenticator.Type.WEBAUTHN else None
        if passkey:
            actions.enrol_passkey(
                by=instance.user, now=now(), name=str(instance)[:100], key=passkey.key, credential=passkey.credential
            )


@receiver(pre_save, sender=Person, dispatch_uid="access.password_stored")
def password(instance: Person, update_fields: Collection[str] | None = None, **kwargs: object) -> None:
    """The entry, in the transaction of the password; also where signing in stores the same one more strongly."""
    if update_fields is not None and "password" not in update_fields:
        return
    before = Person.objects.filter(pk=instance.pk).values_list("password", flat=True).first() or ""
    if before != instance.password and ((is_password_usable(before) and before) or instance.has_usable_password()):
        actions.password_stored(person=instance, now=now(), before=before)


@receiver(post_delete, sender=Authenticator, dispatch_uid="access.factor_removed")
def removed(instance: Authenticator, **kwargs: object) -> None:
    """The entry; without a factor the account can only enrol one. A passkey that is removed signs no longer."""
    if instance.type == Authenticator.Type.WEBAUTHN and signing_passkey(instance):
        actions.passkey_removed(by=instance.user, now=now(), credential=credential_of(instance))
    told = {"factor": str(instance.type), "secured": has_factor(instance.user), "row": instance}
    actions.factor_removed(person=instance.user, now=now(), **told)


def has_factor(person: Person) -> bool:
    """Whether he has a passkey or an authenticator app now."""
    return bool(Authenticator.objects.filter(user=person, type__in=FACTORS).exists())
