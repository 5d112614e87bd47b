"""What is typed when something is corrected, when an office changes hands, and for a leave. Shapes only."""

from collections.abc import Iterable
from datetime import datetime
from typing import Any
from uuid import UUID

from django import forms
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from ninefold.access.forms import DayField, ReasonForm, begin_of, choose_from, end_of, shown
from ninefold.access.forms_leaving import OrphansReadForm
from ninefold.access.models import Person
from ninefold.tracks.forms import LONGEST_ABOUT, LONGEST_NAME, TracksField
from ninefold.tracks.labels import STRENGTH_NAMES, TIE_NAMES
from ninefold.tracks.models import Office
from ninefold.words.forms import TextFormField, TextWidget


class VersionForm(forms.Form):
    """The version that was read."""

    version = forms.CharField(max_length=20, widget=forms.HiddenInput)


class CorrectActorForm(VersionForm):
    """An organisation, put right."""

    name = TextFormField(label=_("Name"), max_length=LONGEST_NAME, widget=TextWidget(rows=1))
    about = TextFormField(label=_("What it does"), max_length=LONGEST_ABOUT, widget=TextWidget(rows=2), required=False)
    stands_in = TracksField(
        label=_("In which tracks it is active, and at which level"),
        error_messages={"required": _("Choose a level in at least one track.")},
    )


class CorrectTieForm(VersionForm):
    """A tie, put right."""

    kind = forms.ChoiceField(label=_("What it does towards the other"), choices=list(TIE_NAMES.items()))
    strength = forms.TypedChoiceField(label=_("How strong it is"), coerce=int, choices=list(STRENGTH_NAMES.items()))
    since = DayField(label=_("Since"), required=False)


class CorrectOfficeForm(VersionForm):
    """An office, put right."""

    title = TextFormField(label=_("Title of the office"), max_length=LONGEST_NAME, widget=TextWidget(rows=1))


class EndForm(ReasonForm, VersionForm):
    """Why something ends; it stays in the log."""


class ChangeForm(OrphansReadForm):
    """Who follows in an office, from when, and which office the person takes instead."""

    on = DayField(label=_("From"), help_text=_("On this day he leaves the office, and who follows begins."))
    successor = forms.ChoiceField(label=_("Who follows"), required=False)
    takes = forms.ChoiceField(label=_("Which office he takes instead"), required=False)
    until = DayField(label=_("Until the end of"), required=False, help_text=_("The end of his time in that office."))

    field_order = ("on", "successor", "takes", "until", "orphans_read")

    def among(self, people: Iterable[Person], offices: Iterable[Office]) -> None:
        """Offer these people and offices by name."""
        choose_from(self, "successor", [("", gettext("nobody")), *((str(one.pk), shown(one.name)) for one in people)])
        named = sorted(
            ((str(one.pk), f"{shown(one.title)} · {shown(one.actor.name)}") for one in offices), key=_by_name
        )
        choose_from(self, "takes", [("", gettext("none")), *named])

    def clean(self) -> dict[str, Any]:
        """A new office has an end."""
        told: dict[str, Any] = super().clean() or self.cleaned_data
        if told.get("takes") and not told.get("until"):
            self.add_error("until", _("Every office ends; say when."))
        return told

    def chosen(self, name: str) -> UUID | None:
        """The chosen person or office."""
        told = self.cleaned_data[name]
        return UUID(told) if told else None

    def at(self, now: datetime) -> datetime:
        """When it changes."""
        return begin_of(self.cleaned_data["on"], now)

    def ends(self) -> datetime:
        """When his time in the new office ends."""
        return end_of(self.cleaned_data["until"])


class LeaveForm(OrphansReadForm):
    """From when until when somebody is away, and who answers for his offices."""

    person = forms.ChoiceField(label=_("Who goes"))
    starts = DayField(label=_("From"))
    ends = DayField(label=_("Until the end of"), help_text=_("The leave ends by itself."))
    deputy = forms.EmailField(
        label=_("Deputy"),
        required=False,
        help_text=_("His e-mail address. He answers for the offices meanwhile; he reads nothing more by it."),
    )

    field_order = ("person", "starts", "ends", "deputy", "orphans_read")

    def among(self, people: Iterable[Person]) -> None:
        """Offer these people by name; who may only enter his own is not asked."""
        choices = [(str(one.pk), shown(one.name)) for one in people]
        choose_from(self, "person", choices)
        if len(choices) == 1:
            self.fields["person"].widget = forms.HiddenInput()
            self.initial["person"] = choices[0][0]

    def term(self, now: datetime) -> dict[str, Any]:
        """From when until when."""
        told = self.cleaned_data
        return {"starts": begin_of(told["starts"], now), "ends": end_of(told["ends"])}


def _by_name(choice: tuple[str, str]) -> str:
    return choice[1]
