"""A field says in our own words what it cannot take and what to do, in forms of other packages too."""

import pytest
from django import forms
from django.core.files.uploadedfile import SimpleUploadedFile
from django.forms.boundfield import BoundField

FIELDS = {
    "nothing": (forms.CharField(), "", "This is needed; fill it in."),
    "unticked": (forms.BooleanField(), "", "This is needed; fill it in."),
    "choice": (forms.ChoiceField(choices=[("a", "A")]), "b", "b is not one of the available choices; choose one"),
    "choices": (forms.MultipleChoiceField(choices=[("a", "A")]), ["b"], "b is not one of the available choices"),
    "typed choice": (forms.TypedChoiceField(choices=[("1", "1")], coerce=int), "2", "not one of the available"),
    "day": (forms.DateField(), "soon", "not a day; write it as 2026-11-21"),
    "number": (forms.IntegerField(), "many", "Write a whole number."),
    "low": (forms.IntegerField(min_value=1), "0", "Write 1 or more."),
    "high": (forms.IntegerField(max_value=9), "10", "Write 9 or less."),
    "long": (forms.CharField(max_length=3), "four", "4 characters are too many; write 3 or fewer."),
    "short": (forms.CharField(min_length=3), "no", "2 characters are too few; write 3 or more."),
    "null": (forms.CharField(), "a\x00b", "Leave out the null characters."),
    "address": (forms.EmailField(), "nobody", "not an e-mail address; write it as name@example.org"),
}


def said(field, value, files=None):
    form = forms.Form({"it": value}, files)
    form.fields["it"] = field
    assert isinstance(form["it"], BoundField)
    return " ".join(form.errors["it"])


@pytest.mark.parametrize(("field", "value", "words"), FIELDS.values(), ids=FIELDS)
def test_a_field_says_what_to_do(field, value, words):
    assert words in said(field, value)


def test_a_file_is_asked_for():
    assert said(forms.FileField(), "") == "This is needed; fill it in."
    assert "file is empty" in said(forms.FileField(), "", {"it": SimpleUploadedFile("a.csv", b"")})
