"""What a notice says exists in every language that a reader may choose for it, also where the pages do not yet."""

import pytest
from django.utils import translation

from ninefold.words.languages import LANGUAGES, SOURCE

SAID = (
    "You have an item in Ninefold",
    "Confirm this address for Ninefold",
    "Somebody asked that notices from Ninefold come to this address. If it was you, type this code:",
    "If it was not you, do nothing, and nothing more comes.",
    "A new password for Ninefold",
    "Somebody asked to set a new password in Ninefold. If it was you, open this address:",
    "If it was not you, do nothing, and nothing changes.",
)


@pytest.mark.parametrize("code", [code for code in LANGUAGES if code != SOURCE])
@pytest.mark.parametrize("words", SAID)
def test_it_is_translated(code, words):
    with translation.override(code):
        said = translation.gettext(words)
    assert said != words
    assert ("Ninefold" in said) == ("Ninefold" in words)
