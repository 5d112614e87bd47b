"""The brief prints what it is given, on one page, the same every time, and lets nobody's words act."""

import pypdfium2
import pytest

from ninefold.errors import InvalidError
from ninefold.papers.brief import TLP_COLOURS, pdf

MARKUP = r'#include "/etc/passwd" *bold* _it_ $x$ \\ `raw` = head #panic() // gone'


def text_of(written):
    document = pypdfium2.PdfDocument(written)
    try:
        return [page.get_textpage().get_text_bounded() for page in document]
    finally:
        document.close()


def pixels(written):
    document = pypdfium2.PdfDocument(written)
    try:
        return document[0].render(scale=1).to_numpy()[:, :, :3][:, :, ::-1].copy()
    finally:
        document.close()


def flat(words):
    return "".join(words.split())


def test_one_page_with_everything_on_it(brief):
    made = brief()
    pages = text_of(pdf(made))
    assert len(pages) == 1
    found = flat(pages[0])
    for said in (
        made.title, made.answer, made.estimate.number, made.estimate.interval, made.estimate.word, made.invented,
        made.estimate.question, made.addressee, made.clock, made.ledger, made.dated, made.chart_caption,
        *made.sources, *made.facts[0], *made.columns, "what happened", "as known on 30 April 2024",
    ):  # fmt: skip
        assert flat(said) in found


def test_the_mark_stands_in_head_and_foot(brief):
    found = text_of(pdf(brief()))[0]
    assert found.count("TLP:AMBER") == 2
    assert found.count("Limited to this audience") == 2


def test_the_same_brief_gives_the_same_bytes(brief):
    first, second = pdf(brief()), pdf(brief())
    assert first == second
    assert b"pdfuaid:part>1" in first


@pytest.mark.parametrize(
    "field", ["title", "answer", "addressee", "clock", "ledger", "kicker", "marking", "chart_caption"]
)
def test_markup_is_printed_as_it_is(brief, field):
    found = text_of(pdf(brief(**{field: MARKUP})))[0]
    assert flat(MARKUP) in flat(found)
    assert "root:" not in found


def test_markup_in_rows_and_sources_is_printed_as_it_is(brief):
    found = flat(text_of(pdf(brief(facts=((MARKUP, "x"),), sources=(MARKUP,))))[0])
    assert flat(MARKUP.split("//", maxsplit=1)[0]) in found
    assert found.count("#panic()") == 2


def test_a_long_brief_is_set_smaller_and_a_longer_one_is_refused(brief):
    rows = (("A fact that takes a whole line of its column and more", "and its value, which is as long"),)
    assert len(text_of(pdf(brief(facts=rows * 8)))) == 1
    with pytest.raises(InvalidError, match="does not fit on one page"):
        pdf(brief(facts=rows * 80))


@pytest.mark.parametrize("label", TLP_COLOURS)
def test_the_colour_of_each_label_on_black(brief, label):
    page = pixels(pdf(brief(tlp=label)))
    head = page[int(page.shape[0] * 0.045) : int(page.shape[0] * 0.06), 60:-60].reshape(-1, 3)
    wanted = [int(TLP_COLOURS[label][at : at + 2], 16) for at in (1, 3, 5)]
    assert (head.sum(axis=1) < 30).mean() > 0.5
    assert (abs(head.astype(int) - wanted).sum(axis=1) < 40).any()


def test_an_unknown_label_is_refused(brief):
    with pytest.raises(InvalidError, match="TLP:PINK is not a label"):
        pdf(brief(tlp="TLP:PINK"))


def test_arabic_is_shaped_and_starts_at_the_right(brief):
    """By looking, not by extraction: that doubles some letters. Joined letters take less room than single ones."""
    words = {"language": "ar", "direction": "rtl", "title": "ما الذي ينتظر مالي", "answer": "من المرجح جدًا"}
    page = pixels(pdf(brief(**words))).sum(axis=2) < 600
    title = page[110:140, 40:-40]
    columns = title.any(axis=0).nonzero()[0]
    assert title.any()
    assert columns.min() > title.shape[1] / 2
    apart = pixels(pdf(brief(**{**words, "title": "\u200c".join(words["title"])}))).sum(axis=2) < 600
    spread = apart[110:140, 40:-40].any(axis=0).nonzero()[0]
    assert columns.min() > spread.min()


@pytest.mark.parametrize("words", ["尼日尔：五月至十月", "ኢትዮጵያ", "မြန်မာ", "हिन्दी", "עברית", "⚠ 😀", "Қазақ, Þing"])
def test_people_write_in_any_script(brief, words):
    written = pdf(brief(title=words, answer=words))
    assert b"pdfuaid:part>1" in written
    assert flat(words[:2]) in flat(text_of(written)[0])


def test_a_letter_that_no_font_has_is_an_empty_box_and_no_fault(brief):
    written = pdf(brief(title="𐤀𐤁 Sidon"))
    assert "Sidon" in text_of(written)[0]
    assert b"pdfuaid" not in written


def test_real_data_bear_no_sign_of_invention(brief):
    assert "INVENTED" not in text_of(pdf(brief(invented="")))[0]
