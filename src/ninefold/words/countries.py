"""Which codes name a country, and what it is called in the reader's language (CLDR and UNTERM)."""

from functools import cache

from babel import Locale
from babel.core import get_global

from ninefold.words.languages import language as words_language

# In use, though ISO 3166 leaves it to its users.
_OWN = {"XKX": "XK"}
# The United Nations' short names (UNTERM) where CLDR's is a makeshift or an older, disputed one.
_UNITED_NATIONS: dict[str, dict[str, str]] = {
    "CD": {
        "ar": "جمهورية الكونغو الديمقراطية",
        "zh-hans": "刚果民主共和国",
        "en": "Democratic Republic of the Congo",
        "fr": "République démocratique du Congo",
        "ru": "Демократическая Республика Конго",
        "es": "República Democrática del Congo",
    },
    "CG": {"ar": "الكونغو", "zh-hans": "刚果", "en": "Congo", "fr": "Congo", "ru": "Конго", "es": "Congo"},
    "MM": {"ar": "ميانمار", "zh-hans": "缅甸", "en": "Myanmar", "fr": "Myanmar", "ru": "Мьянма", "es": "Myanmar"},
    "PS": {
        "ar": "دولة فلسطين",
        "zh-hans": "巴勒斯坦国",
        "en": "State of Palestine",
        "fr": "État de Palestine",
        "ru": "Государство Палестина",
        "es": "Estado de Palestina",
    },
}
# CLDR's codes for groups of countries, for tests and for "unknown".
_NO_COUNTRY = frozenset({"EU", "EZ", "QO", "UN", "XA", "XB", "ZZ"})


def iso2(iso3: str) -> str | None:
    """The two-letter code, or None where the three letters name no single present country."""
    aliases = list(get_global("territory_aliases").get(iso3, ())) if len(iso3) == 3 and iso3.isalpha() else []
    found = _OWN.get(iso3) or (aliases[0] if len(aliases) == 1 else None)
    return found if found in names("en").keys() - _NO_COUNTRY else None


@cache
def names(language: str) -> dict[str, str]:
    """Names of territories by two-letter code; another language than the six raises `InvalidError`."""
    known = words_language(language)
    return {
        **Locale.parse(known.locale).territories,
        **{code: said[known.code] for code, said in _UNITED_NATIONS.items()},
    }


def country_name(iso3: str, language: str) -> str:
    """The country's name in this language; the code itself where no name is known."""
    code = iso2(iso3)
    return names(language).get(code, iso3) if code else iso3


def all_countries(language: str) -> list[tuple[str, str]]:
    """Every country as (three-letter code, name in this language), by name."""
    there = sorted({code for code in get_global("territory_aliases") if len(code) == 3 and code.isalpha()} | {*_OWN})
    named = [(code, country_name(code, language)) for code in there if iso2(code)]
    return sorted(named, key=lambda each: each[1])
