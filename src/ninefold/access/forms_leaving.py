"""What people type when somebody leaves, or when an audience passes into other hands. Shapes only."""

from datetime import datetime

from django import forms
from django.utils.translation import gettext_lazy as _

from ninefold.access.forms import DayField, ReasonForm, end_of


class OrphansReadForm(forms.Form):
    """That somebody read what would be left without a holder; it counts only where there is something."""

    orphans_read = forms.BooleanField(
        label=_("I have read what would be left without a holder, and go on"), required=False
    )


class DepartureForm(ReasonForm, OrphansReadForm):
    """Why an account closes, and when."""

    on = DayField(
        label=_("At the end of"), required=False, help_text=_("Without a day it closes at once. The day ends in UTC.")
    )
    field_order = ("reason", "on", "orphans_read")

    def at(self) -> datetime | None:
        """The moment at which it closes, or None for at once."""
        day = self.cleaned_data["on"]
        return end_of(day) if day else None


class SuccessorForm(forms.Form):
    """Who follows."""

    email = forms.EmailField(label=_("E-mail address"), help_text=_("Of a person who has an account here."))
