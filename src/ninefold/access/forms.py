"""What people type into the pages of this room. Shapes only; what is allowed is decided by the actions."""

import base64
import json
from collections.abc import Mapping
from datetime import UTC, date, datetime, time, timedelta
from typing import Any
from uuid import UUID

from allauth.mfa.webauthn import forms as webauthn
from django import forms
from django.conf import settings
from django.core.exceptions import ValidationError
from django.core.validators import MaxValueValidator, MinValueValidator
from django.utils.translation import get_language, gettext
from django.utils.translation import gettext_lazy as _

from ninefold.access.labels import END_REASONS
from ninefold.access.markings import PAP, TLP, Marking
from ninefold.access.models import Audience, Person
from ninefold.access.reads import audiences_known_to
from ninefold.access.roles import ROLE_CHOICES
from ninefold.words.forms import TextFormField, TextWidget
from ninefold.words.languages import LANGUAGES, language
from ninefold.words.text import Text, in_one

EVERYBODY = "everybody"


def end_of(day: date) -> datetime:
    """The moment at which a day is over (UTC)."""
    return datetime.combine(day, time(), UTC) + timedelta(days=1)


def begin_of(day: date, now: datetime) -> datetime:
    """The moment at which a chosen day begins (UTC); of the present day, this moment."""
    return now if day == now.date() else datetime.combine(day, time(), UTC)


def shown(text: Text) -> str:
    """A multilingual name in the reader's language."""
    return text.shown_to(get_language() or "en").text


def choose_from(form: forms.Form, name: str, choices: list[tuple[str, str]]) -> None:
    """What a field of choices offers to this person."""
    field = form.fields[name]
    if isinstance(field, forms.ChoiceField):
        field.choices = choices


class DayField(forms.DateField):
    """A day of this age, chosen in the browser's own calendar."""

    widget = forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d")
    default_validators = [MinValueValidator(date(1900, 1, 1)), MaxValueValidator(date(2900, 1, 1))]


class InviteForm(forms.Form):
    """A new person."""

    email = forms.EmailField(label=_("E-mail address"), widget=forms.EmailInput(attrs={"autocomplete": "off"}))
    name = forms.CharField(label=_("Name"), max_length=200)
    language = forms.ChoiceField(
        label=_("Language"), choices=[(code, language(code).own_name) for code in LANGUAGES], initial="en"
    )
    roles = forms.MultipleChoiceField(
        label=_("Roles"),
        required=False,
        choices=ROLE_CHOICES,
        widget=forms.CheckboxSelectMultiple,
        help_text=_("Who reads and answers warnings needs none."),
    )

    def person(self) -> dict[str, Any]:
        """What `actions.invite` takes."""
        data = self.cleaned_data
        name: Text = in_one(data["language"], data["name"])
        return {
            "email": data["email"],
            "name": name,
            "language": data["language"],
            "roles": data["roles"],
        }


class LanguageForm(forms.Form):
    """The language of an account."""

    language = forms.ChoiceField(
        label=_("Language"),
        choices=[(code, language(code).own_name) for code in LANGUAGES],
        widget=forms.RadioSelect,
        help_text=_("In which pages and messages speak to you. The switch at the top of a page is for one browser."),
    )


class ReasonForm(forms.Form):
    """Why something is done; it stays in the log."""

    reason = forms.CharField(label=_("Reason"), max_length=1000, widget=forms.Textarea(attrs={"rows": 2}))


class AudienceForm(forms.Form):
    """A new audience and who keeps it."""

    name = TextFormField(label=_("Name"), widget=TextWidget(rows=1))
    custodian = forms.EmailField(
        label=_("Custodian"), help_text=_("The e-mail address of the person who alone says who is in it.")
    )
    members_visible = forms.BooleanField(label=_("Its members may see each other"), required=False)


class MemberForm(forms.Form):
    """Who reads through an audience, and until when."""

    email = forms.EmailField(label=_("E-mail address"), help_text=_("Of a person who has an account here."))
    until = DayField(label=_("Until the end of"), help_text=_("Every membership ends. You can renew it."))
    office = forms.CharField(
        label=_("As the holder of an office"),
        required=False,
        max_length=120,
        help_text=_("The name of the office, if any: who follows him in it then reads on, and he does not."),
        widget=forms.TextInput(attrs={"dir": "ltr", "autocomplete": "off", "spellcheck": "false"}),
    )


class TokenForm(forms.Form):
    """A personal token."""

    name = forms.CharField(label=_("Name"), max_length=100, help_text=_("By which you will know it, such as: laptop."))
    scope = forms.ChoiceField(
        label=_("What it may do"),
        choices=[("read", _("Read")), ("act", _("Read and act"))],
        widget=forms.RadioSelect,
        initial="read",
    )
    until = DayField(label=_("Until the end of"))

    def __init__(self, data: Mapping[str, Any] | None = None, *, now: datetime) -> None:
        super().__init__(data, initial={"until": now.date() + timedelta(days=min(30, settings.TOKEN_DAYS - 1))})

    def scopes(self) -> list[str]:
        """What `actions.issue_token` takes."""
        return ["read", "act"] if self.cleaned_data["scope"] == "act" else ["read"]


class KeyForm(forms.Form):
    """A person's own signing key, and the proof that he holds it."""

    name = forms.CharField(label=_("Name"), max_length=100)
    until = DayField(label=_("Until the end of"))
    signed = forms.CharField(
        label=_("What the command printed"),
        max_length=4_000,
        widget=forms.Textarea(
            attrs={"rows": 3, "dir": "ltr", "lang": "en", "autocomplete": "off", "spellcheck": "false"}
        ),
    )

    def clean_signed(self) -> dict[str, Any]:
        """The challenge, the public key and the signature."""
        try:
            told = json.loads(base64.b64decode(self.cleaned_data["signed"].strip(), validate=True))
            public, signature = bytes.fromhex(told["public"]), bytes.fromhex(told["signature"])
            return {"challenge": str(told["challenge"]), "public": public, "signature": signature}
        except (ValueError, KeyError, TypeError):
            raise ValidationError(_("This is not what the command printed; copy all of it.")) from None


class BrowserKeyForm(KeyForm):
    """A key that the browser makes; it fills in what proves it."""

    signed = forms.CharField(max_length=4_000, widget=forms.HiddenInput)


class EndKeyForm(forms.Form):
    """Why a key ends."""

    reason = forms.ChoiceField(label=_("Reason"), choices=list(END_REASONS.items())[:3], widget=forms.RadioSelect)


class MarkingForm(forms.Form):
    """One marking, part by part."""

    tlp = forms.ChoiceField(label=_("Marking"), choices=[(name, f"TLP:{name.upper()}") for name in TLP])
    chatham_house = forms.BooleanField(
        label=_("Chatham House Rule: what was said may be used, not who said it"), required=False
    )
    pap = forms.ChoiceField(
        label=_("Use"), required=False, choices=[("", _("Nothing said")), *((name, f"PAP:{name}") for name in PAP)]
    )

    def marking(self) -> str:
        """The marking as text."""
        data = self.cleaned_data
        return str(Marking(data["tlp"], data["chatham_house"], data["pap"]))


class ReleaseForm(MarkingForm):
    """To whom a record is given, under what, until when."""

    audience = forms.ModelChoiceField(
        label=_("Audience"), queryset=Audience.objects.none(), required=False, empty_label=_("Everybody")
    )
    until = DayField(label=_("Until the end of"))
    embargo = DayField(label=_("Under embargo until the end of"), required=False)
    field_order = ("audience", "tlp", "chatham_house", "pap", "until", "embargo")


def marking_choices(least: str = "tlp:clear") -> list[tuple[str, str]]:
    """The TLP marks from `least` up, each with how far it lets a record travel."""
    markings = [Marking(tlp) for tlp in TLP]
    floor = next(one.rank for one in markings if str(one) == least.partition(" ")[0])
    return [(str(one), f"{one.name}: {gettext(one.words[0])}") for one in markings if one.rank >= floor]


class ReadersForm(forms.Form):
    """For whom a new record is and under which mark."""

    marking = forms.ChoiceField(label=_("Marking"), initial="tlp:amber")
    audiences = forms.MultipleChoiceField(
        label=_("Who may read it"),
        widget=forms.CheckboxSelectMultiple,
        help_text=_("Your own audiences; nobody else is asked."),
    )

    def offer(self, person: Person, now: datetime, *, least: str = "tlp:clear") -> None:
        """Offer this person's audiences and the marks that the record may bear."""
        mine = [(str(one.pk), shown(one.name)) for one in audiences_known_to(person, now)]
        choose_from(self, "marking", marking_choices(least))
        choose_from(self, "audiences", mine)

    def readers(self) -> list[UUID]:
        """The chosen audiences."""
        return [UUID(one) for one in self.cleaned_data["audiences"] if one != EVERYBODY]


class PublicReadersForm(ReadersForm):
    """The same for a record that may be given to everybody too."""

    def offer(self, person: Person, now: datetime, *, least: str = "tlp:clear") -> None:
        """Offer everybody beside this person's audiences."""
        super().offer(person, now, least=least)
        mine = [(str(one.pk), shown(one.name)) for one in audiences_known_to(person, now)]
        choose_from(self, "audiences", [*mine, (EVERYBODY, gettext("Everybody (TLP:CLEAR only)"))])

    def readership(self) -> dict[str, Any]:
        """What `actions.new_releases` takes."""
        told = self.cleaned_data
        everybody = EVERYBODY in told["audiences"]
        return {"marking": told["marking"], "audiences": self.readers(), "everybody": everybody}


class LowerForm(MarkingForm):
    """A milder marking and why."""

    reason = forms.CharField(label=_("Reason"), max_length=1000, widget=forms.Textarea(attrs={"rows": 2}))


class _Strict(forms.Form):
    """What a browser sends as a credential may be anything; what is none is an incorrect code, never a fault."""

    def full_clean(self) -> None:
        """Django's, with a refusal for whatever the parser of credentials stumbles over."""
        try:
            super().full_clean()
        except (ArithmeticError, AttributeError, LookupError, TypeError, ValueError):
            self.cleaned_data = {}
            self.add_error("credential", _("This passkey was not recognised. Try again."))


class PasskeyForm(_Strict, webauthn.AddWebAuthnForm):  # type: ignore[misc]
    """A new passkey. Without a password it must be one that signs in by itself."""

    name = forms.CharField(label=_("Name of this passkey"), required=False, max_length=100)
    passwordless = forms.BooleanField(
        label=_("Sign in with this passkey alone, without a password"), required=False, initial=True
    )

    def clean(self) -> dict[str, Any] | None:
        """The credential, checked; a second key beside no first one would lock its owner out."""
        cleaned: dict[str, Any] | None = super().clean()
        if not self.cleaned_data.get("passwordless") and not self.user.has_usable_password():
            raise ValidationError(_("You have no password yet, so the passkey must sign you in alone."))
        return cleaned


class PasskeySignInForm(_Strict, webauthn.LoginWebAuthnForm):  # type: ignore[misc]
    """Signing in with a passkey alone."""


class PasskeySecondForm(_Strict, webauthn.AuthenticateWebAuthnForm):  # type: ignore[misc]
    """A passkey after a password."""


class PasskeyAgainForm(_Strict, webauthn.ReauthenticateWebAuthnForm):  # type: ignore[misc]
    """A passkey before something that matters."""
