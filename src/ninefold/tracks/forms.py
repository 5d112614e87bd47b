"""What a registrar types into the pages of this room. Shapes only; what is allowed is decided by the actions."""

from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from ninefold.access.forms import DayField, PublicReadersForm, begin_of, choose_from, end_of, shown
from ninefold.access.models import Person
from ninefold.tracks.labels import LEVEL_NAMES, STRENGTH_NAMES, TIE_NAMES, TRACK_NAMES
from ninefold.tracks.models import Actor
from ninefold.tracks.rules import TRACKS
from ninefold.words.forms import TextFormField, TextWidget

LONGEST_NAME = 200
LONGEST_ABOUT = 2_000
_FOR_WHOM = ("marking", "audiences")


class TracksWidget(forms.MultiWidget):
    """A choice of level for each of the nine tracks, in no order of rank."""

    template_name = "tracks/tracks_widget.html"
    use_fieldset = True

    def __init__(self, attrs: dict[str, Any] | None = None) -> None:
        levels = [("", _("not active here")), *LEVEL_NAMES.items()]
        super().__init__({track: forms.Select(choices=levels) for track in TRACKS}, attrs)

    def decompress(self, value: Sequence[tuple[str, str]] | None) -> list[str]:
        """The level in each track."""
        levels = dict(value or ())
        return [levels.get(track, "") for track in TRACKS]

    def get_context(self, name: str, value: Any, attrs: dict[str, Any] | None) -> dict[str, Any]:  # noqa: ANN401
        """The nine choices, each with the name of its track."""
        context = super().get_context(name, value, attrs)
        for track, part in zip(TRACKS, context["widget"]["subwidgets"], strict=True):
            part["label"] = TRACK_NAMES[track]
        return context


class TracksField(forms.MultiValueField):
    """Cleans to (track, level) pairs, at least one."""

    widget = TracksWidget

    def __init__(self, **kwargs: Any) -> None:  # noqa: ANN401
        levels = [("", ""), *LEVEL_NAMES.items()]
        fields = [forms.ChoiceField(choices=levels, required=False) for _track in TRACKS]
        super().__init__(fields, require_all_fields=False, **kwargs)

    def compress(self, data_list: Sequence[str]) -> list[tuple[str, str]]:
        """The tracks in which a level was chosen."""
        return [(track, level) for track, level in zip(TRACKS, data_list, strict=False) if level]


class SituationForm(PublicReadersForm):
    """A new situation."""

    name = TextFormField(label=_("Name"), max_length=LONGEST_NAME, widget=TextWidget(rows=1))
    since = DayField(label=_("Since"), help_text=_("The day from which on the tracks work on it."))

    field_order = ("name", "since", *_FOR_WHOM)


class ActorForm(PublicReadersForm):
    """An organisation and where it stands."""

    name = TextFormField(label=_("Name"), max_length=LONGEST_NAME, widget=TextWidget(rows=1))
    about = TextFormField(label=_("What it does"), max_length=LONGEST_ABOUT, widget=TextWidget(rows=2), required=False)
    stands_in = TracksField(
        label=_("In which tracks it is active, and at which level"),
        error_messages={"required": _("Choose a level in at least one track.")},
    )

    field_order = ("name", "about", "stands_in", *_FOR_WHOM)


class TieForm(PublicReadersForm):
    """A tie between two organisations of the situation."""

    source = forms.ChoiceField(label=_("From"))
    kind = forms.ChoiceField(label=_("What it does towards the other"), choices=list(TIE_NAMES.items()))
    target = forms.ChoiceField(label=_("To"))
    strength = forms.TypedChoiceField(
        label=_("How strong it is"), coerce=int, choices=list(STRENGTH_NAMES.items()), initial=2
    )
    since = DayField(label=_("Since"), required=False)

    field_order = ("source", "kind", "target", "strength", "since", *_FOR_WHOM)

    def between(self, actors: Iterable[Actor]) -> None:
        """Offer the organisations that this registrar sees, by name."""
        choices = sorted(((str(one.pk), shown(one.name)) for one in actors), key=lambda choice: choice[1])
        for end in ("source", "target"):
            choose_from(self, end, [("", "–"), *choices])

    def tie(self) -> dict[str, Any]:
        """What `actions.NewTie` takes, but for its releases."""
        told = self.cleaned_data
        ends = {end: UUID(told[end]) for end in ("source", "target")}
        return ends | {part: told[part] for part in ("kind", "strength", "since")}

    def clean(self) -> dict[str, Any]:
        """A tie joins two."""
        told: dict[str, Any] = super().clean() or self.cleaned_data
        if told.get("source") and told.get("source") == told.get("target"):
            raise ValidationError(_("A tie joins two organisations; choose another one at its end."))
        return told


class OfficeForm(PublicReadersForm):
    """An office in an organisation."""

    title = TextFormField(label=_("Title of the office"), max_length=LONGEST_NAME, widget=TextWidget(rows=1))

    field_order = ("title", *_FOR_WHOM)


class HoldingForm(forms.Form):
    """Who holds an office, from when until when."""

    person = forms.ChoiceField(
        label=_("Person"),
        help_text=_(
            "Everybody with an open account, except administrators, who read no record. Who was invited and has not "
            "enrolled yet is offered the office, and takes it himself."
        ),
    )
    starts = DayField(label=_("From"))
    ends = DayField(label=_("Until the end of"), help_text=_("Every office ends. You can give it again."))

    def among(self, people: Iterable[Person]) -> None:
        """Offer these people by name."""
        choose_from(self, "person", [("", "–"), *((str(one.pk), shown(one.name)) for one in people)])

    def term(self, now: datetime) -> dict[str, Any]:
        """From when until when."""
        told = self.cleaned_data
        return {"starts": begin_of(told["starts"], now), "ends": end_of(told["ends"])}

    def whom(self) -> UUID:
        """The chosen person."""
        return UUID(self.cleaned_data["person"])
