"""What people fill in about vaults. Plaintexts and keys have no field here: they never leave the browser."""

from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.core.files.uploadedfile import UploadedFile
from django.utils.translation import gettext_lazy as _

from ninefold.access.forms import DayField, ReadersForm
from ninefold.access.vault_models import COUNTS, ITEMS
from ninefold.access.vaults.items import LARGEST
from ninefold.access.vaults.vault_file import LONGEST
from ninefold.words.forms import TextFormField, TextWidget


class CustodianKeyForm(forms.Form):
    """The public half of a custodian's key."""

    name = forms.CharField(label=_("Name"), max_length=100, help_text=_("By which you will know it, such as: laptop."))
    recipient = forms.CharField(
        label=_("Recipient"),
        max_length=100,
        help_text=_("The public half of an age key; it begins with age1."),
        widget=forms.TextInput(attrs={"class": "hash", "autocomplete": "off", "spellcheck": "false"}),
    )


class VaultForm(ReadersForm):
    """A vault's file, and what is to be known of it here."""

    file = forms.CharField(
        label=_("The vault's file"),
        max_length=LONGEST,
        help_text=_("What the command ninefold vault found wrote."),
        widget=forms.Textarea(attrs={"rows": 3, "class": "hash", "autocomplete": "off", "spellcheck": "false"}),
    )
    purpose = TextFormField(label=_("What it is for"), widget=TextWidget(rows=2), required=False, max_length=2000)
    holds = forms.ChoiceField(
        label=_("What it holds"),
        choices=[(ITEMS, _("What people put in")), (COUNTS, _("Suppressed counts, kept apart"))],
        initial=ITEMS,
        widget=forms.RadioSelect,
    )
    destroy_on = DayField(
        label=_("Destroy it on"),
        required=False,
        help_text=_("On this day what it holds here is deleted. It may be left open."),
    )
    field_order = ("purpose", "holds", "destroy_on", "marking", "audiences", "file")

    def __init__(self, *args: Any, **kwargs: Any) -> None:  # noqa: ANN401 - Django's own arguments
        super().__init__(*args, **kwargs)
        self.fields["audiences"].label = _("Who may know of it")
        self.fields["audiences"].help_text = _("They may put something in. Custodians know of it in any case.")

    def told(self) -> dict[str, Any]:
        """What `actions.register_vault` takes."""
        data = self.cleaned_data
        return {
            "file": f"{data['file']}\n".encode(),
            "purpose": data["purpose"],
            "holds": data["holds"],
            "destroy_on": data["destroy_on"],
            "marking": data["marking"],
            "audiences": self.readers(),
        }


class SealedForm(forms.Form):
    """A sealed item, as the page's script or the command made it."""

    sealed = forms.FileField(label=_("The sealed file"), max_length=255)
    item = forms.UUIDField(label=_("Item"), widget=forms.TextInput(attrs={"class": "hash", "autocomplete": "off"}))
    commitment = forms.CharField(
        label=_("Commitment"),
        min_length=64,
        max_length=64,
        widget=forms.TextInput(attrs={"class": "hash", "autocomplete": "off"}),
        help_text=_("Both were printed when you sealed it."),
    )

    def clean_sealed(self) -> bytes:
        """The bytes of the file."""
        file: UploadedFile[Any] = self.cleaned_data["sealed"]
        if not file.size or file.size > 2 * LARGEST:
            raise ValidationError(_("This file is empty or too large."))
        return bytes(file.read())

    def clean_commitment(self) -> bytes:
        """The 32 bytes."""
        try:
            return bytes.fromhex(self.cleaned_data["commitment"])
        except ValueError:
            raise ValidationError(_("Write the commitment as hexadecimal digits.")) from None
