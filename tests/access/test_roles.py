"""Roles are named in the reader's language, and a word of an older version stands as it is."""

from django.utils.translation import override

from ninefold.access.roles import ROLE_CHOICES, ROLE_NAMES, shown_roles


def test_roles_are_words_of_the_reader():
    for code, words in (("en", "Analyst and Registrar"), ("ar", "محلل ومسجِّل")):
        with override(code):
            assert shown_roles(["analyst", "registrar"]) == words
            assert shown_roles(["verifier"]) == "verifier"
            assert shown_roles([]) == ""


def test_each_role_can_be_chosen():
    assert [role for role, _ in ROLE_CHOICES] == list(ROLE_NAMES)
