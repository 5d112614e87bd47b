"""The six languages are known to Django, to CLDR, and to each other."""

import pytest
from babel import Locale
from django.conf import settings
from django.utils.translation import get_language_info

from ninefold.errors import InvalidError
from ninefold.words.countries import country_name
from ninefold.words.languages import LANGUAGES, direction, fallback_order, language


def test_they_are_the_languages_of_the_settings():
    assert tuple(code for code, _ in settings.LANGUAGES) == LANGUAGES
    assert [name for _, name in settings.LANGUAGES] == [language(code).own_name for code in LANGUAGES]


@pytest.mark.parametrize("code", LANGUAGES)
def test_direction_is_that_of_the_script(code):
    cldr = "rtl" if Locale.parse(language(code).locale).text_direction == "rtl" else "ltr"
    assert direction(code) == cldr
    assert (direction(code) == "rtl") == get_language_info(code)["bidi"]


@pytest.mark.parametrize("code", LANGUAGES)
def test_every_language_falls_back_to_every_other(code):
    assert fallback_order(code)[0] == code
    assert sorted(fallback_order(code)) == sorted(LANGUAGES)


def test_another_language_is_refused():
    with pytest.raises(InvalidError, match="'de' is not one of"):
        language("de")


@pytest.mark.parametrize(
    ("iso3", "code", "name"),
    [
        ("COD", "en", "Democratic Republic of the Congo"),
        ("COD", "ar", "جمهورية الكونغو الديمقراطية"),
        ("MMR", "en", "Myanmar"),
        ("PSE", "fr", "État de Palestine"),
        ("TUR", "en", "Türkiye"),
    ],
)
def test_a_country_is_called_as_the_united_nations_call_it(iso3, code, name):
    assert country_name(iso3, code) == name
