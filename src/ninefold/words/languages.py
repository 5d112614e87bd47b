"""The six official languages of the United Nations: how they are written, named and fallen back from."""

from dataclasses import dataclass

from ninefold.errors import InvalidError


@dataclass(frozen=True)
class Language:
    """`code` is ours and Django's, `tag` goes into `lang` (BCP 47), `locale` is CLDR's name, `own_name` theirs."""

    code: str
    tag: str
    locale: str
    own_name: str
    direction: str
    fallback: tuple[str, ...]


# The order after a language is the order in which a reader is offered another one: first the languages that share
# its script or its meeting rooms, English early because most source texts are in it.
_ALL = (
    Language("ar", "ar", "ar", "العربية", "rtl", ("en", "fr", "es", "ru", "zh-hans")),
    Language("zh-hans", "zh-Hans", "zh_Hans", "中文", "ltr", ("en", "ru", "fr", "es", "ar")),
    Language("en", "en", "en_GB", "English", "ltr", ("fr", "es", "ru", "ar", "zh-hans")),
    Language("fr", "fr", "fr", "Français", "ltr", ("en", "es", "ar", "ru", "zh-hans")),
    Language("ru", "ru", "ru", "Русский", "ltr", ("en", "fr", "es", "zh-hans", "ar")),
    Language("es", "es", "es", "Español", "ltr", ("en", "fr", "ru", "ar", "zh-hans")),
)
_BY_CODE = {language.code: language for language in _ALL}

LANGUAGES = tuple(_BY_CODE)
"""The codes, in the alphabetical order of their English names, which the United Nations uses."""

SOURCE = "en"
"""The language that the pages are written in."""

COMPLETE = (SOURCE, "ar")
"""The languages in which every word of the pages must exist; the others are listed as missing what they miss."""


def language(code: str) -> Language:
    """The language of a code; another code raises `InvalidError`."""
    try:
        return _BY_CODE[code]
    except KeyError:
        raise InvalidError(
            "{code} is not one of the languages {codes}; use one of them.", code=repr(code), codes=", ".join(LANGUAGES)
        ) from None


def direction(code: str) -> str:
    """`rtl` or `ltr`."""
    return language(code).direction


def fallback_order(code: str) -> tuple[str, ...]:
    """The languages to try for a reader of this one, his own first."""
    return (code, *language(code).fallback)
