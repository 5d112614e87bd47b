"""How allauth behaves in this house: nobody signs himself up, nothing notes a browser, secrets are sealed."""

import base64
import hashlib
from typing import Any

from allauth.account.adapter import DefaultAccountAdapter
from allauth.mfa.adapter import DefaultMFAAdapter
from cryptography.fernet import Fernet
from django.conf import settings
from django.http import HttpRequest

from ninefold.access import actions
from ninefold.access.models import Person
from ninefold.clock import now

_RECOVERY = {"account/email/password_reset_key", "account/email/unknown_account"}


class Accounts(DefaultAccountAdapter):  # type: ignore[misc]
    """Accounts come from invitations only."""

    def is_open_for_signup(self, request: HttpRequest) -> bool:
        """Never."""
        return False

    def get_http_user_agent(self, request: HttpRequest) -> str:
        """Not asked for, so that it can be written nowhere."""
        return ""

    def get_reauthentication_methods(self, user: Person) -> list[dict[str, str]]:
        """How a person proves that it is still him: by passkey first, where he has one."""
        methods: list[dict[str, str]] = super().get_reauthentication_methods(user)
        return sorted(methods, key=lambda method: "webauthn" not in method["id"])

    def send_mail(self, template_prefix: str, email: str, context: dict[str, Any]) -> None:
        """To the worker, which sends it as it sends notices; without a mail server, to the operator's folder.

        Of who has no account the same is noted, and nothing is sent to an address that somebody only typed.
        """
        if settings.POST is None or template_prefix not in _RECOVERY:
            super().send_mail(template_prefix, email, context)
        else:
            actions.ask_recovery(person=context.get("user"), now=now())

    def send_notification_mail(self, *args: object, **kwargs: object) -> None:
        """No mail that would bear an address or a browser's name."""


class SecondFactors(DefaultMFAAdapter):  # type: ignore[misc]
    """TOTP secrets and recovery codes lie sealed in the database under the workspace's own key."""

    def encrypt(self, text: str) -> str:
        """Sealed (Fernet) under a key drawn from the workspace's secret."""
        return _seal().encrypt(text.encode("utf-8")).decode("ascii")

    def decrypt(self, encrypted_text: str) -> str:
        """The text again."""
        return _seal().decrypt(encrypted_text.encode("ascii")).decode("utf-8")

    def get_totp_issuer(self) -> str:
        """What the authenticator app shows."""
        return "Ninefold"

    def _get_site_name(self) -> str:
        return "Ninefold"


def _seal() -> Fernet:
    key = hashlib.sha256(b"ninefold second factors\x00" + settings.SECRET_KEY.encode("utf-8")).digest()
    return Fernet(base64.urlsafe_b64encode(key))
