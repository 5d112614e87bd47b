"""What people send to this room. Shapes and lengths are checked here; who may and what fits, by the actions."""

from collections.abc import Iterable
from datetime import timedelta

from django import forms
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from ninefold.access.forms import ReadersForm, choose_from, shown
from ninefold.tracks.models import Office
from ninefold.warning.board import HORIZONS
from ninefold.warning.labels import CLOCKS
from ninefold.warning.rules import LONGEST_REASON, SHORTEST_REASON, is_reason
from ninefold.words.forms import TextFormField, TextWidget


class RaiseForm(ReadersForm):
    """A warning on a country."""

    title = TextFormField(label=_("Title"), max_length=200, widget=TextWidget(rows=1))
    summary = TextFormField(
        label=_("What may happen, and why it matters"),
        max_length=1_500,
        help_text=_("What is at risk, whom it reaches, what could still be done."),
    )
    months = forms.TypedChoiceField(
        label=_("For how many months"), coerce=int, choices=[(ahead, str(ahead)) for ahead in HORIZONS], initial=3
    )

    field_order = ("title", "summary", "months", "marking", "audiences")


class SendForm(forms.Form):
    """To which office, and how long its clock runs."""

    # The page says what is missing in its own words, so that a warning to nobody is refused with a reason.
    use_required_attribute = False

    version = forms.IntegerField(widget=forms.HiddenInput)
    office = forms.ChoiceField(
        label=_("Addressee"),
        widget=forms.RadioSelect,
        error_messages={
            "required": _("A warning cannot be sent to nobody; choose an office that holds the right to act."),
        },
    )
    hours = forms.TypedChoiceField(label=_("Answer within"), coerce=int, choices=list(CLOCKS.items()), initial=24)

    def offer(self, line: Iterable[Office]) -> None:
        """Offer the offices in line, in turn."""
        choose_from(self, "office", [(str(one.pk), f"{shown(one.title)} · {shown(one.actor.name)}") for one in line])

    def clock(self) -> timedelta:
        """The chosen length."""
        return timedelta(hours=self.cleaned_data["hours"])


class VersionForm(forms.Form):
    """An act on the warning as it was read."""

    version = forms.IntegerField(widget=forms.HiddenInput)


class DeclineForm(VersionForm):
    """Why not."""

    reason = forms.CharField(
        label=_("Reason"),
        widget=forms.Textarea(attrs={"rows": 3, "minlength": SHORTEST_REASON}),
        max_length=LONGEST_REASON,
        help_text=_("A sentence of 20 to 2000 characters; the next in line reads it."),
    )

    def clean_reason(self) -> str:
        """The reason; one that the rule refuses comes back with the rule's words, and nothing typed is lost."""
        reason = str(self.cleaned_data["reason"])
        decision = is_reason(reason)
        if not decision.allowed:
            raise forms.ValidationError(gettext(decision.reason))
        return reason


class LoadForm(ReadersForm):
    """A series of one's own."""

    file = forms.FileField(label=_("File (CSV or Parquet)"))
    name = forms.CharField(label=_("Name of the series"), max_length=200)
    attribution = forms.CharField(label=_("Source to be named under every picture"), max_length=300)
    licence = forms.CharField(label=_("Licence"), max_length=200)

    field_order = ("file", "name", "attribution", "licence", "marking", "audiences")
