"""Every word that stands in a template stands in the catalogue."""

import re

import pytest

from ninefold.words import extract

TEMPLATES = sorted(path for path in extract.PACKAGE.rglob("templates/**/*") if path.suffix in {".html", ".txt"})

# Names and notations that are the same in every language.
SAME = {"Ninefold", "SHA", "HMAC", "PDF", "CHR", "PAP", "nbsp", "amp"}
_TRANSLATED = re.compile(
    r"{%\s*comment.*?endcomment\s*%}|{%\s*blocktranslate.*?endblocktranslate\s*%}|{%.*?%}|{{.*?}}", re.DOTALL
)
_SAID = re.compile(r"""(?:aria-label|title|alt|placeholder|data-label|data-words)=("[^"]*"|'[^']*')""")
# What reads from left to right in every language: hashes, commands, formulas.
_NOTATION = re.compile(
    r'<(p|li|dd|dt) class="hash">.*?</\1>|<pre.*?</pre>|<script.*?</script>|<!doctype[^>]*>|data-live="[^"]*"',
    re.DOTALL,
)


def bare_words(source):
    """The words of a template that no translation reaches."""
    rest = _TRANSLATED.sub(" ", source)
    said = " ".join(_SAID.findall(rest))
    shown = re.sub(r"<[^>]*>", " ", _NOTATION.sub(" ", rest))
    return [word for word in re.findall(r"[A-Za-z]{2,}", f"{shown} {said}") if word not in SAME]


@pytest.mark.parametrize("template", TEMPLATES, ids=lambda path: f"{path.parent.name}/{path.name}")
def test_every_word_of_a_template_can_be_translated(template):
    assert bare_words(template.read_text(encoding="utf-8")) == []


@pytest.mark.parametrize(
    "planted", ["<p>Hello there</p>", '<a aria-label="Close">×</a>', "<td>{{ a }} of {{ b }}</td>"]
)
def test_a_bare_word_is_caught(planted):
    assert bare_words(planted) != []
