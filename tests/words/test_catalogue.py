"""The catalogue holds every word that the source shows; a stale file, a lost placeholder or a gap is named."""

import gettext
import shutil

import pytest

from ninefold.words import catalogue, extract
from ninefold.words.languages import LANGUAGES

PYTHON = """
from django.utils.translation import gettext as _, ngettext, pgettext
class OddError(Exception):
    def __init__(self, text="Nothing here."): ...
raise InvalidError("The name {name} "
    "is taken.", name=1)
Decision(False, "Not yet.")
Decision(True, "") if a else Decision(False, "Closed." if b else "Ended.")
entry_kind("warning.raised", "raised a warning")
_REACH_WORDS = {"clear": "For everybody.", "key": 7}
ONE_WORDS = "Only one."
OTHERS = {"no": "Never shown."}
_("Hello"); ngettext("one", "many", 2); pgettext("verb", "Open")
"""
TEMPLATE = """{% load i18n %}{% translate "Front's page" %}{% translate 'Open' context "verb" %}
{% blocktranslate trimmed with name=x %}
  Dear {{ name }}
{% endblocktranslate %}{% blocktranslate count n=3 %}{{ n }} tie{% plural %}{{ n }} ties{% endblocktranslate %}
{{ _("later")|title }}"""


def test_python_is_read_by_its_syntax():
    found = [(m.singular, m.plural, m.context) for m in extract.in_python(PYTHON, "a.py")]
    assert set(found) == {
        ("Nothing here.", "", ""),
        ("The name {name} is taken.", "", ""),
        ("Not yet.", "", ""),
        ("Closed.", "", ""),
        ("Ended.", "", ""),
        ("raised a warning", "", ""),
        ("For everybody.", "", ""),
        ("Only one.", "", ""),
        ("Hello", "", ""),
        ("one", "many", ""),
        ("Open", "", "verb"),
    }


def test_templates_are_read_as_django_reads_them():
    found = {(m.singular, m.plural, m.context) for m in extract.in_template(TEMPLATE, "a.html")}
    assert found == {
        ("Front's page", "", ""),
        ("Open", "", "verb"),
        ("Dear %(name)s", "", ""),
        ("%(n)s tie", "%(n)s ties", ""),
        ("later", "", ""),
    }


@pytest.mark.parametrize(
    "call", ['InvalidError(f"{a} is odd")', 'RefusedError("a" + b)', 'Decision(False, "{}".format(a))', '_(f"{a}")']
)
def test_a_sentence_made_at_run_time_is_caught(call):
    assert extract.untranslatable(call, "a.py") == ["a.py:1"]


def test_the_house_makes_no_sentence_at_run_time():
    faults = []
    for file in sorted(extract.PACKAGE.rglob("*.py")):
        faults += extract.untranslatable(file.read_text(encoding="utf-8"), str(file))
    assert faults == []


@pytest.fixture
def locale(tmp_path):
    """A copy of the catalogues, brought up to date."""
    shutil.copytree(catalogue.LOCALE, tmp_path / "locale")
    catalogue.update(locale=tmp_path / "locale")
    catalogue.compile_all(locale=tmp_path / "locale")
    return tmp_path / "locale"


def stale(locale):
    return [fault for fault in catalogue.faults(locale=locale) if "lacks" not in fault]


def test_two_runs_write_the_same_bytes(locale):
    before = {file: file.read_bytes() for file in locale.rglob("*.?o")}
    catalogue.update(locale=locale)
    catalogue.compile_all(locale=locale)
    assert len(before) == 2 * (len(LANGUAGES) - 1)
    assert {file: file.read_bytes() for file in locale.rglob("*.?o")} == before
    assert stale(locale) == []


def test_a_stale_compiled_file_is_named(locale):
    file = locale / "ar" / "LC_MESSAGES" / "django.mo"
    file.write_bytes(file.read_bytes()[:-1] + b"?")
    assert stale(locale) == ["django.mo of ar is not what django.po says; run compile."]


def test_a_stale_source_is_named(locale):
    file = locale / "fr" / "LC_MESSAGES" / "django.po"
    file.write_text(file.read_text(encoding="utf-8") + '\nmsgid "Gone"\nmsgstr "Parti"\n', encoding="utf-8")
    assert stale(locale) == ["django.po of fr is not what the source says; run update."]


def translate(locale, code, source, words):
    file = locale / code / "LC_MESSAGES" / "django.po"
    asked = f'msgid "{source}"\nmsgstr ""'
    text = file.read_text(encoding="utf-8")
    assert asked in text
    file.write_text(text.replace(asked, f'msgid "{source}"\nmsgstr "{words}"'), encoding="utf-8")
    catalogue.compile_all(locale=locale)


def test_a_translation_survives_an_update_and_is_compiled(locale):
    lacking = catalogue.missing("es", locale=locale)
    translate(locale, "es", "Machine-made", "Hecho por una máquina")
    catalogue.update(locale=locale)
    with (locale / "es" / "LC_MESSAGES" / "django.mo").open("rb") as file:
        assert gettext.GNUTranslations(file).gettext("Machine-made") == "Hecho por una máquina"
    assert catalogue.missing("es", locale=locale) == [words for words in lacking if words != "Machine-made"]


def test_a_lost_placeholder_is_named(locale):
    translate(locale, "es", "in {language}", "en {idioma}")
    assert [fault for fault in stale(locale) if "placeholder" in fault] == ["es lost a placeholder: in {language}"]


def test_english_is_complete_by_being_the_source():
    assert catalogue.missing("en") == []


def test_another_verb_is_refused(capsys):
    assert catalogue.main(["translate"]) == 2
    assert "update, compile or check" in capsys.readouterr().err


def test_the_catalogues_are_fresh_and_arabic_is_complete():
    assert catalogue.faults() == []


@pytest.mark.parametrize(
    ("count", "words"),
    [
        (0, "لا صلات"),
        (1, "صلة واحدة"),
        (2, "صلتان"),
        (7, "7 صلات"),
        (41, "41 صلة"),
        (100, "100 صلة"),
        (141, "141 صلة"),
    ],
)
def test_arabic_counts_in_six_ways(count, words):
    with (catalogue.LOCALE / "ar" / "LC_MESSAGES" / "django.mo").open("rb") as file:
        said = gettext.GNUTranslations(file).ngettext("%(count)s tie", "%(count)s ties", count)
    assert said % {"count": count} == words


def test_every_plural_is_given_in_every_way_that_arabic_counts():
    for message in catalogue.merged("ar"):
        if isinstance(message.id, tuple):
            assert len(message.string) == 6, message.id
