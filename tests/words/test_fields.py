"""The field keeps a text as JSON and hands it back checked; the form asks for one textarea a language."""

from datetime import date

import pytest
from django.core import serializers
from django.db import connection
from django.http import QueryDict

from ninefold.errors import InvalidError
from ninefold.tracks.models import Situation
from ninefold.words.forms import TextFormField
from ninefold.words.text import in_one, parse, written

KESH = written({"en": "Kesh valley", "ar": "وادي كيش"}, authoritative="en", by="x")


@pytest.mark.django_db
class TestField:
    def test_a_text_comes_back_as_it_was(self):
        Situation.objects.create(name=KESH, since=date(2026, 1, 1))
        assert Situation.objects.get().name == KESH
        assert Situation.objects.filter(name=KESH).count() == 1
        assert Situation.objects.get(name__texts__en="Kesh valley").name == KESH
        assert list(Situation.objects.values_list("name__authoritative", flat=True)) == ["en"]

    def test_bare_words_are_refused(self):
        with pytest.raises(InvalidError, match="give a Text"):
            Situation.objects.create(name="Kesh", since=date(2026, 1, 1))

    def test_a_row_that_was_tampered_with_is_refused(self):
        made = Situation.objects.create(name=KESH, since=date(2026, 1, 1))
        with connection.cursor() as cursor:
            cursor.execute("UPDATE tracks_situation SET name = '{\"texts\": {}}' WHERE id = id")
        with pytest.raises(InvalidError, match="A text is an object"):
            Situation.objects.get(pk=made.pk)

    def test_a_fixture_goes_round(self):
        made = Situation.objects.create(name=KESH, since=date(2026, 1, 1))
        (again,) = serializers.deserialize("json", serializers.serialize("json", [made]))
        assert again.object.name == KESH


def sent(**parts):
    data = QueryDict(mutable=True)
    data.update({f"name_{part}": words for part, words in parts.items()})
    return TextFormField().widget.value_from_datadict(data, {}, "name")


def test_the_form_makes_a_text():
    assert TextFormField().clean(sent(en="Water ", ar="ماء", authoritative="ar")) == written(
        {"en": "Water", "ar": "ماء"}, authoritative="ar"
    )


@pytest.mark.parametrize(
    ("parts", "reason"),
    [
        ({}, "at least one language"),
        ({"en": "Water", "authoritative": "fr"}, "fr as its authoritative"),
        ({"en": "Water", "authoritative": ""}, "authoritative"),
        ({"en": "Wa\u202eter", "authoritative": "en"}, "hidden character"),
        ({"en": "x" * 11, "authoritative": "en"}, "shorten it to 10"),
    ],
    ids=str,
)
def test_the_form_refuses_with_a_sentence(parts, reason):
    from django.core.exceptions import ValidationError

    with pytest.raises(ValidationError, match=reason):
        TextFormField(max_length=10).clean(sent(**parts))


def test_an_optional_text_may_be_absent():
    assert TextFormField(required=False).clean(sent()) is None


def test_a_change_is_noticed():
    field = TextFormField()
    assert not field.has_changed(in_one("en", "Water"), sent(en="Water", authoritative="en"))
    assert field.has_changed(in_one("en", "Water"), sent(en="Rain", authoritative="en"))
    assert field.has_changed(in_one("en", "Water"), sent(en="Water", authoritative="fr"))


def test_the_widget_names_each_language_and_marks_the_machine():
    text = parse({"texts": {"en": "Water", "ar": "ماء"}, "authoritative": "en", "machine_made": ["ar"]})
    page = TextFormField().widget.render("name", text, {"id": "id_name"})
    assert '<textarea id="id_name_ar" name="name_ar" lang="ar" dir="rtl"' in page
    assert page.count("<textarea") == 6
    assert page.count("Machine-made") == 1
    assert 'value="en" checked' in page


def test_the_widget_gives_back_what_was_sent_and_escapes_it():
    page = TextFormField().widget.render("name", sent(en="</textarea><b>", authoritative="en"), {})
    assert "&lt;/textarea&gt;&lt;b&gt;" in page
