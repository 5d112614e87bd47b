"""Which codes name a country, and what it is called in the reader's language (Unicode CLDR, through Babel)."""

from functools import cache

from babel import Locale
from babel.core import get_global

from ninefold.words.languages import language as words_language

# In use, though ISO 3166 leaves it to its users.
_OWN = {"XKX": "XK"}
# CLDR's codes for groups of countries, for tests and for "unknown".
_NO_COUNTRY = frozenset({"EU", "EZ", "QO", "UN", "XA", "XB", "ZZ"})


def iso2(iso3: str) -> str | None:
    """The two-letter code, or None where the three letters name no single present country."""
    aliases = list(get_global("territory_aliases").get(iso3, ())) if len(iso3) == 3 and iso3.isalpha() else []
    found = _OWN.get(iso3) or (aliases[0] if len(aliases) == 1 else None)
    return found if found in names("en").keys() - _NO_COUNTRY else None


@cache
def names(language: str) -> dict[str, str]:
    """CLDR's names of territories by two-letter code; another language than the six raises `InvalidError`."""
    return dict(Locale.parse(words_language(language).locale).territories)


def country_name(iso3: str, language: str) -> str:
    """The country's name in this language; the code itself where no name is known."""
    code = iso2(iso3)
    return names(language).get(code, iso3) if code else iso3


def all_countries(language: str) -> list[tuple[str, str]]:
    """Every country as (three-letter code, name in this language), by name."""
    there = sorted({code for code in get_global("territory_aliases") if len(code) == 3 and code.isalpha()} | {*_OWN})
    named = [(code, country_name(code, language)) for code in there if iso2(code)]
    return sorted(named, key=lambda each: each[1])
