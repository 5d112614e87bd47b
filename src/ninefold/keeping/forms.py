"""What somebody types who asks for an export of the whole node. Shapes only; the action decides."""

from django import forms
from django.utils.translation import gettext_lazy as _


class ExportForm(forms.Form):
    """To whom it is sealed, how many of them open it, and why."""

    recipients = forms.CharField(
        label=_("Recipients"),
        max_length=20_000,
        help_text=_("Their age keys (age1…), one a line. Nobody else will read it, this machine neither."),
        widget=forms.Textarea(attrs={"rows": 4, "dir": "ltr", "autocomplete": "off", "spellcheck": "false"}),
    )
    need = forms.IntegerField(label=_("How many of them open it together"), min_value=1, max_value=255, initial=1)
    reason = forms.CharField(
        label=_("Why the whole node is taken out"),
        max_length=1_000,
        help_text=_("Every audience reads it, with your name."),
        widget=forms.Textarea(attrs={"rows": 3}),
    )
