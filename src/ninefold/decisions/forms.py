"""What a registrar types into the table of rights. Shapes only; what is allowed is decided by the actions."""

from collections.abc import Iterable
from datetime import datetime
from typing import Any
from uuid import UUID

from django import forms
from django.utils.translation import get_language, gettext
from django.utils.translation import gettext_lazy as _

from ninefold.access.forms import DayField, PublicReadersForm, begin_of, choose_from, end_of, shown
from ninefold.decisions.labels import MATTER_NAMES
from ninefold.decisions.pasted import read_record
from ninefold.decisions.rules import EVERYWHERE, LAST_TURN
from ninefold.ledger.refs import Ref
from ninefold.tracks.models import Office
from ninefold.words.countries import all_countries


class RightForm(PublicReadersForm):
    """Which office may act, on what, where, in which turn, from when until when."""

    office = forms.ChoiceField(label=_("Office"), help_text=_("The offices that you may see."))
    matter = forms.ChoiceField(label=_("Matter"), choices=list(MATTER_NAMES.items()))
    place = forms.ChoiceField(label=_("Place"), required=False)
    turn = forms.IntegerField(
        label=_("Turn"),
        min_value=1,
        max_value=LAST_TURN,
        initial=1,
        help_text=_("The first turn is asked first; where its clock runs out, the next one is."),
    )
    starts = DayField(label=_("From"))
    ends = DayField(label=_("Until the end of"), help_text=_("Every right ends. You can give it again."))

    field_order = ("office", "matter", "place", "turn", "starts", "ends", "marking", "audiences")

    def between(self, offices: Iterable[Office]) -> None:
        """Offer these offices, and every country by its name."""
        named = [(str(one.pk), f"{shown(one.title)} · {shown(one.actor.name)}") for one in offices]
        choose_from(self, "office", [("", "–"), *sorted(named, key=lambda choice: choice[1])])
        choose_from(self, "place", [(EVERYWHERE, gettext("everywhere")), *all_countries(get_language() or "en")])

    def right(self, now: datetime) -> dict[str, Any]:
        """What `actions.give_right` takes, but for the office and the releases."""
        told = self.cleaned_data
        return {
            "matter": told["matter"],
            "place_of": told["place"],
            "turn": told["turn"],
            "starts": begin_of(told["starts"], now),
            "ends": end_of(told["ends"]),
        }

    def whose(self) -> UUID:
        """The chosen office."""
        return UUID(self.cleaned_data["office"])


class GlassForm(forms.Form):
    """Which record, and why it cannot wait."""

    record = forms.CharField(
        label=_("Record"),
        max_length=2_000,
        help_text=_(
            "Paste the address of its page, as it stands in your browser when the page is not there for you; or its "
            "name, such as warning:warning:… with its id."
        ),
        widget=forms.TextInput(attrs={"dir": "ltr", "autocomplete": "off", "spellcheck": "false"}),
    )
    reason = forms.CharField(
        label=_("Why it cannot wait"),
        max_length=2_000,
        help_text=_(
            "It stays in the log. Everybody who reads the record sees it, and before that whoever may confirm: people "
            "in office at other bodies."
        ),
        widget=forms.Textarea(attrs={"rows": 4}),
    )

    def what(self) -> Ref:
        """The record; another spelling raises `InvalidError`."""
        return read_record(self.cleaned_data["record"])
