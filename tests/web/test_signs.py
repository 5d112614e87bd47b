"""The signs: words beside every colour, never a bare percentage, never a blank."""

from datetime import UTC, date, datetime, timedelta

import pytest
from django.template import RequestContext
from django.template.loader import get_template
from django.test import RequestFactory

from ninefold.access import markings
from ninefold.access.markings import PAP, TLP, Marking
from ninefold.access.reads import Mark
from ninefold.words.text import in_one

NOON = datetime(2026, 11, 21, 12, tzinfo=UTC)


def sign(name, **context):
    request = RequestFactory().get("/")
    return get_template(f"web/signs/{name}.html").template.render(RequestContext(request, context))


@pytest.mark.parametrize("tlp", TLP)
def test_a_marking_is_named_in_words_and_explained(tlp):
    shown = sign("marking", marking=Marking(tlp, pap=PAP[1]))
    assert f"TLP:{tlp.upper()}" in shown
    assert "PAP:GREEN" in shown
    assert "title=" in shown
    assert f"tlp-{tlp.replace('+', '')}" in shown


def test_a_marking_comes_as_a_mark_a_marking_or_its_text():
    mark = Mark(markings.read("tlp:amber tlp:ex:chr"), in_one("en", "Crisis desk"), NOON)
    assert "Crisis desk" in sign("marking", marking=mark)
    assert "CHR" in sign("marking", marking=mark)
    assert "TLP:RED" in sign("marking", marking="tlp:red")


def test_a_clock_says_who_by_when_and_what_silence_does():
    shown = sign(
        "clock", who="Duty envoy", due=NOON, now=NOON - timedelta(hours=2), on_silence="it passes on", running=True
    )
    assert "Duty envoy, by" in shown
    assert 'datetime="2026-11-21T12:00Z"' in shown
    assert "(in 2 hours)" in shown
    assert "if silent: it passes on" in shown
    assert "still" in sign("clock", who="Duty envoy", due=NOON, running=False)


def test_an_estimate_is_a_word_with_its_interval():
    shown = sign("estimate", words="likely", low=0.55, high=0.8, basis="from twelve months")
    assert 'likely, <bdi dir="ltr">55–80%</bdi>' in shown
    assert "from twelve months" in shown


def test_provenance_opens_the_proof():
    entry = "12345678-1234-4234-8234-123456789012"
    shown = sign("provenance", entry=entry, actor="Teya Orvane", leaf=7)
    assert f'href="/ledger/{entry}/"' in shown
    assert "by Teya Orvane" in shown
    assert "leaf <bdi" in shown
    assert "witnessed by 0 of 0" in shown
    assert "waits for the next publication" in sign("provenance", entry=entry, actor="", leaf=None)


def test_what_is_sealed_names_its_custodian_and_rule():
    shown = sign("sealed", custodian="the crisis desk", rule="Opens on 1 March.")
    assert "Kept by the crisis desk." in shown
    assert "Opens on 1 March." in shown


def test_a_status_without_evidence_is_hollow_and_says_so():
    told = {"words": "open", "day": date(2026, 11, 1)}
    shown = sign("triple", official=told, evidence={"words": ""}, schedule=told)
    assert shown.count("hollow") == 1
    assert "no evidence yet" in shown


@pytest.mark.parametrize(("name", "words"), [("machine", "Machine-made"), ("invented", "INVENTED")])
def test_origin_is_said(name, words):
    assert words in sign(name)


def test_names_are_escaped():
    assert "<b>" not in sign("clock", who="<b>", due=NOON, running=True)
    assert "<b>" not in sign("sealed", custodian="<b>", rule="<b>")
