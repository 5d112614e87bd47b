"""The pages of the room, as each reader gets them."""

import html
import re

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from world import REASON, build, version

from ninefold import clock
from ninefold.decisions import actions as decisions
from ninefold.ledger.models import Entry
from ninefold.warning import actions
from ninefold.warning.models import EarlyWarning, Vintage
from ninefold.words.text import in_one

pytestmark = pytest.mark.django_db
BOARD = "/warning/?origin=2023-04"


@pytest.fixture
def present(db):
    """The world an hour ago, so that pages, which ask the clock, find it running."""
    return build(clock.now())


@pytest.fixture
def opened(client, static_files):
    """Open an address as a person (or a stranger), or send a form to it; the answer with its plain words."""

    def open_it(address, who=None, *, post=None, language="en"):
        client.logout()
        client.cookies.clear()
        if who is not None:
            client.force_login(who)
        headers = {"accept-language": language}
        answer = client.get(address, headers=headers) if post is None else client.post(address, post, headers=headers)
        if "html" in answer.headers.get("Content-Type", ""):
            answer.words = re.sub(r"\s+", " ", html.unescape(re.sub(r"<[^>]+>", " ", answer.content.decode())))
        return answer

    return open_it


def address(warning, act=""):
    return f"/warning/warnings/{warning.pk}/{act}"


def test_a_stranger_opens_the_board(opened):
    answer = opened(BOARD)
    assert answer.status_code == 200
    for words in ("30 April 2023", "not today’s risk", "Ukraine", "almost certain, 82–100%", "12 of 12", "CC BY 4.0"):
        assert words in answer.words
    assert "style=" not in answer.content.decode()


def test_months_of_the_data_are_words(opened):
    for page in (BOARD, "/warning/NER/", "/sources/"):
        words = opened(page).words
        assert "up to October 2016; GED 24 and candidate events from November 2016 to April 2024" in words, page
        assert "2016-10" not in words
        arabic = opened(page, language="ar").words
        assert "أكتوبر 2016" in arabic, page
        assert "2016-10" not in arabic


def test_the_board_speaks_the_readers_language(opened):
    text = opened(BOARD, language="ar").content.decode()
    assert 'dir="rtl"' in text
    assert "أوكرانيا" in text


def test_the_last_origin_tells_no_outcome(opened):
    answer = opened("/warning/")
    assert "30 April 2024" in answer.words
    assert "not known" in answer.words
    assert "What then happened, by word" not in answer.words


def test_the_list_goes_on_over_pages_without_losing_a_country(opened):
    names = []
    for page in range(1, 9):
        rows = re.findall(
            r'<th scope="row"><a href="/warning/([A-Z]{3})/', opened(f"{BOARD}&page={page}").content.decode()
        )
        names += rows
    assert len(names) == len(set(names)) == 191


@pytest.mark.parametrize(
    ("wrong", "status"),
    [
        ("/warning/?origin=2031-01", 422),
        ("/warning/?origin=April", 422),
        ("/warning/?data=none", 404),
        ("/warning/XXX/", 404),
        ("/warning/sdn/", 404),
        ("/warning/warnings/?after=junk", 422),
    ],
)
def test_a_wrong_address_is_told_so(opened, wrong, status):
    assert opened(wrong).status_code == status


def test_a_country_has_sentence_picture_table_and_source(opened):
    answer = opened("/warning/SDN/?origin=2023-04")
    for words in (
        "very unlikely, 8% (interval 2–30%), as known on 30 April 2023",
        "What then happened: 12 of the 12 months",
        "April 2023 453",
        "May 2023 ahead 1,449",
        "UCDP GED, Uppsala University",
        "Sign in to raise a warning",
    ):
        assert words in answer.words
    assert answer.content.decode().count("<svg") >= 2


def test_a_country_without_an_estimate_says_so(opened, present):
    answer = opened("/warning/SSD/?origin=2011-12", present.analyst)
    assert "fewer than twelve months are known" in answer.words
    assert "nothing to warn from" in answer.words


def test_files_hold_the_same_figures(opened):
    board = opened("/warning/board.json?origin=2023-04").json()
    assert board["rows"][0]["iso3"] == "UKR"
    assert opened("/warning/board.csv?origin=2023-04").content.decode().splitlines()[1].startswith("UKR,1.0,0.816019")
    assert opened("/warning/SDN/forecast.json?origin=2023-04").json()["row"]["outcome"][0] == 1449
    lines = opened("/warning/SDN/forecast.csv?origin=2023-04").content.decode().splitlines()
    assert lines[12].startswith("SDN,2023-04,453,,")
    assert lines[13].startswith("SDN,2023-05,,1449,")


def test_the_reason_stands_beside_the_button_and_in_the_refusal(opened, present):
    words = "Only an analyst raises warnings; ask one of them."
    assert words in opened("/warning/SDN/", present.head).words
    refused = opened("/warning/SDN/raise/", present.head)
    assert refused.status_code == 403
    assert words in refused.words
    assert opened("/warning/SDN/raise/", present.analyst).status_code == 200


def raised(world, **changes):
    told = {
        "title_en": "Fighting may reach the grain corridor",
        "title_authoritative": "en",
        "summary_en": "The harvest begins in six weeks.",
        "summary_authoritative": "en",
        "months": "3",
        "marking": "tlp:amber",
        "audiences": [str(world.audience.pk)],
    }
    return told | changes


def test_an_analyst_raises_a_warning_on_the_page(opened, present):
    answer = opened("/warning/SDN/raise/?origin=2024-03", present.analyst, post=raised(present))
    warning = EarlyWarning.objects.get()
    assert answer.status_code == 302
    assert answer.headers["Location"] == address(warning)
    assert (warning.first, warning.last, warning.state) == ("2024-04", "2024-06", "draft")
    assert "A draft reaches nobody" in opened(address(warning), present.analyst).words


@pytest.mark.parametrize(
    ("wrong", "words"),
    [
        ({"audiences": []}, "This is needed; fill it in."),
        ({"title_en": ""}, "Write the text in at least one language"),
        ({"title_en": "x" * 201}, "shorten it to 200"),
        ({"marking": "tlp:white"}, "not one of the available choices"),
        ({"months": "13"}, "not one of the available choices"),
    ],
)
def test_a_form_with_a_fault_comes_back_and_saves_nothing(opened, present, wrong, words):
    answer = opened("/warning/SDN/raise/", present.analyst, post=raised(present, **wrong))
    assert answer.status_code == 422
    assert words in answer.words
    assert EarlyWarning.objects.count() == 0


def test_a_warning_to_nobody_stays_a_draft_and_says_why(opened, present):
    warning = present.raised()
    answer = opened(address(warning, "send/"), present.analyst, post={"version": "1", "hours": "4"})
    assert answer.status_code == 422
    assert "A warning cannot be sent to nobody" in answer.words
    for right in present.rights:
        decisions.end_right(by=present.analyst, now=clock.now(), right=right)
    assert "Nobody who may act on a warning" in opened(address(warning), present.analyst).words
    office = str(present.offices[0].pk)
    refused = opened(address(warning, "send/"), present.analyst, post={"version": "1", "hours": "4", "office": office})
    assert refused.status_code == 403
    assert "Nobody who may act on a warning" in refused.words
    assert EarlyWarning.objects.get().state == "draft"


def test_from_the_draft_to_the_act(opened, present):
    warning = present.raised()
    office = str(present.offices[0].pk)
    opened(address(warning, "send/"), present.analyst, post={"version": "1", "hours": "4", "office": office})
    waiting = opened("/warning/warnings/", present.head)
    assert "Waiting for you" in waiting.words
    assert "Head of the Crisis Desk" in waiting.words
    assert "Waiting for you" not in opened("/warning/warnings/", present.envoy).words
    unfit = opened(address(warning, "decline/"), present.head, post={"version": "2", "reason": ""})
    assert unfit.status_code == 422
    opened(address(warning, "decline/"), present.head, post={"version": "2", "reason": REASON})
    page = opened(address(warning), present.envoy).words
    assert REASON in page
    assert "it goes back to the one who raised it" in page
    assert opened(address(warning, "acknowledge/"), present.head, post={"version": "3"}).status_code == 403
    opened(address(warning, "acknowledge/"), present.envoy, post={"version": "3"})
    done = opened(address(warning), present.analyst).words
    assert "acknowledged a warning" in done
    assert "after it was sent" in done
    assert "nothing is left to do with it here" in done


def test_an_old_page_is_told_that_somebody_was_faster(opened, present):
    warning = present.sent()
    assert opened(address(warning, "acknowledge/"), present.head, post={"version": "1"}).status_code == 409
    assert opened(address(warning, "acknowledge/"), present.head, post={"version": ""}).status_code == 422
    assert opened(address(warning, "acknowledge/"), present.head, post={"version": "2"}).status_code == 302


def test_acts_come_by_post_only(opened, present):
    warning = present.sent()
    for act in ("send/", "acknowledge/", "decline/", "withdraw/"):
        assert opened(address(warning, act), present.head).status_code == 405


@pytest.mark.parametrize("who", ["outsider", "administrator", None])
def test_outside_the_audience_there_is_no_warning(opened, present, who):
    warning = present.sent()
    person = getattr(present, who) if who else None
    hidden, absent = opened(address(warning), person), opened(f"/warning/warnings/{present.offices[0].pk}/", person)
    assert hidden.status_code == absent.status_code == 404
    assert hidden.words.replace(str(warning.pk), "") == absent.words.replace(str(present.offices[0].pk), "")
    assert opened(address(warning, "brief.pdf"), person).status_code == 404
    for listing in ("/warning/warnings/", "/warning/SDN/"):
        assert "grain corridor" not in opened(listing, person).words
    if person:
        for act, more in {"acknowledge/": {}, "withdraw/": {}, "decline/": {"reason": REASON}, "send/": {}}.items():
            assert opened(address(warning, act), person, post={"version": "2"} | more).status_code == 404
    assert opened(address(warning), present.head).status_code == 200


def test_a_warning_marked_clear_is_read_by_a_stranger_without_buttons(opened, present):
    amber, clear = present.raised(), present.raised(marking="tlp:clear")
    assert opened(address(amber)).status_code == 404
    answer = opened(address(clear))
    assert answer.status_code == 200
    assert "Acknowledge" not in answer.words


@pytest.mark.parametrize("language", ["en", "ar"])
def test_the_brief_is_a_pdf_of_one_page(opened, present, language):
    import pypdfium2

    warning = present.sent()
    answer = opened(address(warning, f"brief.pdf?language={language}"), present.head)
    assert answer.status_code == 200
    assert answer.headers["Content-Type"] == "application/pdf"
    document = pypdfium2.PdfDocument(answer.content)
    assert len(document) == 1
    # Arabic text comes out of a PDF in visual order, so that only the English one is read here.
    text = document[0].get_textpage().get_text_range()
    assert language == "ar" or ("TLP:AMBER" in text and "Sudan" in text)
    document.close()


def test_a_brief_in_an_unwritten_language_is_refused(opened, present):
    answer = opened(address(present.sent(), "brief.pdf?language=tlh"), present.head)
    assert answer.status_code == 422
    assert "not written in 'tlh'" in answer.words


OWN = "unit,month,value\n" + "".join(f"KEN,2026-{month:02},{month}\n" for month in range(1, 11))
OWN += "KEN,2025-11,0\nKEN,2025-12,0\n"


def loaded(world, content=OWN, **changes):
    told = {
        "file": SimpleUploadedFile("own.csv", content.encode()),
        "name": "Own count",
        "attribution": "Early-warning cell",
        "licence": "internal",
        "marking": "tlp:amber",
        "audiences": [str(world.audience.pk)],
    }
    return told | changes


def test_newer_data_are_loaded_beside_the_old(opened, present):
    actions.load_bundled(now=present.now)
    answer = opened("/warning/data/", present.analyst, post=loaded(present))
    assert answer.status_code == 302
    mine = opened(answer.headers["Location"], present.head)
    assert "Kenya" in mine.words
    assert "TLP:AMBER" in mine.words
    assert "Source: Early-warning cell" in mine.words
    assert opened(answer.headers["Location"], present.outsider).status_code == 404
    assert "Vintage: November 2025 to October 2026" in mine.words
    assert "Own count (November 2025 to October 2026)" in mine.words
    assert "Own count" not in opened("/warning/data/", present.outsider).words
    assert "30 April 2024" in opened("/warning/", present.outsider).words


def test_wrong_cells_are_listed_and_nothing_is_loaded(opened, present):
    content = OWN.replace("2026-03", "March").replace("KEN,2026-05,5", "KEN,2026-05,-5")
    answer = opened("/warning/data/", present.analyst, post=loaded(present, content))
    assert answer.status_code == 422
    assert "4 month March Write the month as year and month" in answer.words
    assert "6 value -5 Write a whole number" in answer.words
    assert Vintage.objects.count() == 0


def test_only_an_analyst_loads_data(opened, present):
    assert "Only an analyst loads data" in opened("/warning/data/", present.head).words
    assert opened("/warning/data/", present.head, post=loaded(present)).status_code == 403
    assert opened("/warning/data/").status_code == 302


def test_the_list_of_warnings_goes_on_over_pages(opened, present):
    for at in range(27):
        present.raised(title=in_one("en", f"Warning {at}"))
    first = opened("/warning/warnings/", present.head)
    assert first.words.count("TLP:AMBER") >= 25
    following = re.search(r'href="(\?after=[^"]+)"', first.content.decode())[1]
    second = opened("/warning/warnings/" + html.unescape(following), present.head)
    seen = [re.findall(r"Warning \d+", answer.words) for answer in (first, second)]
    assert len(set(seen[0] + seen[1])) == 27
    assert not set(seen[0]) & set(seen[1])


def test_pages_ask_the_database_little(client, static_files, present, django_assert_max_num_queries):
    """Session and person included; what the base page asks of its own is four of these."""
    actions.load_bundled(now=present.now)
    warning = present.sent()
    client.force_login(present.analyst)
    for path, most in (("/warning/", 11), ("/warning/SDN/", 12), ("/warning/warnings/", 15), (address(warning), 35)):
        client.get(path)
        with django_assert_max_num_queries(most):
            assert client.get(path).status_code == 200


def test_the_page_says_whether_a_name_goes_into_the_ledger(opened, present):
    rule = "the Chatham House Rule holds here"
    plain, nameless = present.sent(), present.sent(marking="tlp:amber tlp:ex:chr")
    assert "your name, your office and the time go into the ledger" in opened(address(plain), present.head).words
    words = opened(address(nameless), present.head).words
    assert rule in words
    assert "your name, your office" not in words
    opened(address(nameless, "acknowledge/"), present.head, post={"version": version(nameless)})
    entry = Entry.objects.get(kind="warning.acknowledged", subject_id=nameless.pk)
    assert entry.actor == "sealed", "what the page said is what was done"
