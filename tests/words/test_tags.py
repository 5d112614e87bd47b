"""What templates show of texts, dates and numbers: in the reader's language, isolated, with honest notes."""

from datetime import UTC, date, datetime, timedelta

from django.template import Context, Template
from django.utils.translation import override

from ninefold.words.text import parse, written

NOON = datetime(2026, 11, 21, 14, 5, tzinfo=UTC)
KESH = written({"en": "Kesh <valley>", "ar": "وادي كيش"}, authoritative="en")


def page(source, code="en", **context):
    with override(code):
        return Template("{% load words %}" + source).render(Context(context)).strip()


def test_his_own_language_needs_no_note():
    assert page("{% said text %}", text=KESH) == "<bdi>Kesh &lt;valley&gt;</bdi>"
    assert page("{% said text %}", "ar", text=KESH) == "<bdi>وادي كيش</bdi>"


def test_another_language_is_named_and_its_direction_kept():
    said = page("{% said text %}", "ar", text=written({"en": "Kesh"}, authoritative="en"))
    assert said.startswith('<bdi lang="en" dir="ltr">Kesh</bdi>')
    assert "English" in said
    assert page("{% named text %}", "fr", text=KESH) == '<bdi lang="en" dir="ltr">Kesh &lt;valley&gt;</bdi>'


def test_a_machines_words_say_so():
    text = parse({"texts": {"en": "Water", "fr": "Eau"}, "authoritative": "en", "machine_made": ["fr"]})
    assert "Machine-made" not in page("{% said text %}", text=text)
    with override("fr"):
        assert 'class="sign machine"' in Template("{% load words %}{% said text %}").render(Context({"text": text}))


def test_a_passage_shows_the_original_beneath():
    text = written({"en": "Water", "ar": "ماء"}, authoritative="ar", by="x")
    shown = page("{% passage text %}", text=text)
    assert "<p>Water</p>" in shown
    assert "authoritative text is below" in shown
    assert '<section lang="ar" dir="rtl">' in shown


def test_nothing_shows_as_nothing():
    assert page("{% said text %}{% named text %}{% passage text %}{{ text|plainly }}", text=None) == ""
    assert page("{{ a|day }}{{ a|month }}{{ a|moment }}{{ a|number }}{{ a|percent }}{{ a|duration }}", a=None) == ""


def test_figures_are_isolated_and_read_from_left_to_right():
    assert page("{{ 0.001|percent }}", "ar").startswith('<bdi dir="ltr">&lt;1')
    assert page("{{ 1234|number }}") == '<bdi dir="ltr">1,234</bdi>'
    assert page("{% percent_range 0.55 0.8 %}") == '<bdi dir="ltr">55–80%</bdi>'
    assert page("{% number_range 12 340 %}") == '<bdi dir="ltr">12–340</bdi>'
    assert page("{{ mark|figure }}", mark="TLP:<b>") == '<bdi dir="ltr">TLP:&lt;b&gt;</bdi>'


def test_times_carry_their_machine_form():
    assert (
        page("{{ when|moment }}", when=NOON) == '<time datetime="2026-11-21T14:05Z">21 November 2026, 14:05 UTC</time>'
    )
    assert page("{{ when|day }}", when=date(2026, 11, 21)) == '<time datetime="2026-11-21">21 November 2026</time>'
    assert page("{{ when|month }}", when=NOON) == '<time datetime="2026-11">November 2026</time>'
    beside = page("{% beside when now %}", when=NOON + timedelta(hours=3), now=NOON)
    assert beside == '<span class="beside">(in 3 hours)</span>'
    assert page("{{ long|duration }}", long=timedelta(hours=2)) == "2 hours"
