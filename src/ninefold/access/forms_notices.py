"""What a person fills in about his notices."""

from datetime import time
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from ninefold.access.models import NoticeTerms
from ninefold.access.notices.quiet import zones
from ninefold.words.languages import LANGUAGES, language


class AddressForm(forms.Form):
    """Where notices go by e-mail."""

    address = forms.EmailField(label=_("E-mail address"), widget=forms.EmailInput(attrs={"autocomplete": "email"}))


class CodeForm(forms.Form):
    """The code that was sent there."""

    code = forms.CharField(
        label=_("Code"),
        max_length=20,
        widget=forms.TextInput(attrs={"autocomplete": "one-time-code", "spellcheck": "false", "class": "hash"}),
    )


class BrowserForm(forms.Form):
    """What a browser hands over when it subscribes: JSON of an endpoint and two keys."""

    subscription = forms.JSONField(widget=forms.HiddenInput, max_length=2_000)


class TermsForm(forms.Form):
    """In which language, and when not."""

    language = forms.ChoiceField(
        label=_("Language of notices"), choices=[(code, language(code).own_name) for code in LANGUAGES]
    )
    zone = forms.ChoiceField(label=_("Time zone"), choices=lambda: [(zone, zone) for zone in zones()])
    quiet_from = forms.TimeField(label=_("Quiet from"), required=False, widget=forms.TimeInput(attrs={"type": "time"}))
    quiet_until = forms.TimeField(
        label=_("Quiet until"), required=False, widget=forms.TimeInput(attrs={"type": "time"})
    )
    wakes = forms.BooleanField(
        label=_("What cannot wait may wake me"),
        required=False,
        help_text=_(
            "A warning that waits for my answer, a request that waits for a second person in an emergency, and a "
            "record opened in one are told at once."
        ),
    )

    @classmethod
    def of(cls, terms: NoticeTerms, data: Any = None) -> "TermsForm":  # noqa: ANN401 - Django's own argument
        """The form as it stands."""
        names = ("language", "zone", "wakes")
        initial = {name: getattr(terms, name) for name in names}
        return cls(
            data, initial=initial | {name: _shown(getattr(terms, name)) for name in ("quiet_from", "quiet_until")}
        )


def _shown(moment: time | None) -> str:
    return moment.strftime("%H:%M") if moment else ""
