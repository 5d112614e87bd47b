"""What a form says of a field that it cannot take: one table of our own sentences, in place of Django's.

Django's translations come from many hands, address the reader in other ways, and do not say what to do. They are
replaced for all forms at once, those of other packages included.
"""

from typing import Any

from django import forms
from django.core import validators
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

_CHOOSE = _("%(value)s is not one of the available choices; choose one from the list.")

_OF_FIELDS: dict[type[forms.Field], dict[str, Any]] = {
    forms.Field: {"required": _("This is needed; fill it in.")},
    forms.BooleanField: {"required": _("This is needed; fill it in.")},
    forms.ChoiceField: {"invalid_choice": _CHOOSE},
    forms.MultipleChoiceField: {"invalid_choice": _CHOOSE, "invalid_list": _("Choose from the list.")},
    forms.ModelChoiceField: {"invalid_choice": _("This is not one of the choices; choose one from the list.")},
    forms.DateField: {"invalid": _("This is not a day; write it as 2026-11-21.")},
    forms.IntegerField: {"invalid": _("Write a whole number.")},
    forms.FileField: {
        "invalid": _("Choose a file."),
        "missing": _("Choose a file."),
        "empty": _("This file is empty; choose another one."),
    },
}
_OF_VALIDATORS: dict[type, Promise] = {
    validators.EmailValidator: _("This is not an e-mail address; write it as name@example.org."),
    validators.MinValueValidator: _("Write %(limit_value)s or more."),
    validators.MaxValueValidator: _("Write %(limit_value)s or less."),
    validators.MinLengthValidator: _("%(show_value)d characters are too few; write %(limit_value)d or more."),
    validators.MaxLengthValidator: _("%(show_value)d characters are too many; write %(limit_value)d or fewer."),
    validators.ProhibitNullCharactersValidator: _("Leave out the null characters."),
}
# Labels that the forms of other packages bring along: listed here, so that our catalogue has the last word on them.
_BROUGHT_WORDS = (
    "Code",
    "Current Password",
    "Email",
    "Email address",
    "New Password",
    "New Password (again)",
    "Password",
    "Password (again)",
    "You must type the same password each time.",
)


def correct() -> None:
    """Put the sentences in place, once, when the program starts."""
    for field, sentences in _OF_FIELDS.items():
        # The classes annotate what they inherit; each gets a table of its own, so that no other field changes.
        field.default_error_messages = {**field.__dict__.get("default_error_messages", {}), **sentences}
    for validator, sentence in _OF_VALIDATORS.items():
        validator.message = sentence  # type: ignore[attr-defined]
