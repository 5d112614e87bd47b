"""Error pages say what happened, to which item and what to do; the hidden and the absent get the same words."""

import logging
import re
import sys
from uuid import uuid4

import django.db
import pytest
from django.db import connection
from django.test import Client, RequestFactory

from ninefold.errors import (
    ConflictError,
    InvalidError,
    NotThereError,
    RefusedError,
    UnavailableError,
)
from ninefold.web import faults, outage
from ninefold.web.middleware import Refusals

ERRORS = [
    (
        InvalidError("The name {name} is taken; choose another.", name="Kesh <1>"),
        422,
        "The name Kesh &lt;1&gt; is taken",
    ),
    (RefusedError("Only a registrar enters ties; ask one."), 403, "Only a registrar enters ties"),
    (NotThereError(), 404, "There is nothing here that you may see."),
    (ConflictError("Somebody changed it first."), 409, "Somebody changed it first."),
    (UnavailableError("The log has no key."), 503, "The log has no key."),
]


@pytest.mark.parametrize(("error", "status", "words"), ERRORS, ids=lambda value: type(value).__name__)
def test_an_error_is_a_page_with_its_status_and_its_sentence(stranger, error, status, words):
    request = stranger.get("/never/").wsgi_request
    page = Refusals(lambda _request: None).process_exception(request, error)
    assert page.status_code == status
    assert words in page.content.decode()
    assert page.content.decode().count("<h1>") == 1


def test_another_mistake_is_not_swallowed():
    assert Refusals(lambda _request: None).process_exception(RequestFactory().get("/"), ValueError("secret")) is None


def words_of(page):
    """The page without what names its own address or differs by chance."""
    text = re.sub(
        r'(name="csrfmiddlewaretoken" value="|name="next" value="|\?next=)[^"]*', r"\1", page.content.decode()
    )
    return re.sub(r"[0-9a-f]{8}-[0-9a-f-]{27}|%[0-9A-F]{2}", "", text)


def test_hidden_and_absent_are_the_same_page(stranger, sealed_entry):
    hidden = stranger.get(f"/ledger/{sealed_entry}/")
    absent = stranger.get(f"/ledger/{uuid4()}/")
    nowhere = stranger.get("/no/such/page/")
    assert hidden.status_code == absent.status_code == nowhere.status_code == 404
    assert words_of(hidden) == words_of(absent)
    main = [re.search(r"<main.*?</main>", page.content.decode(), re.DOTALL)[0] for page in (hidden, nowhere)]
    assert main[0] == main[1]


def test_a_stale_form_says_so(sample, db):
    got = Client(enforce_csrf_checks=True).post("/language/", {"language": "ar"}, headers={"accept-language": "en"})
    assert got.status_code == 403
    assert "The form was open too long" in got.content.decode()


def test_a_mistake_of_ours_needs_no_database():
    page = faults.broken(RequestFactory().get("/"))
    assert page.status_code == 500
    assert "A mistake of ours" in page.content.decode()


def test_the_page_of_a_mistake_tells_no_more(stranger, settings):
    settings.ROOT_URLCONF = __name__
    stranger.raise_request_exception = False
    got = stranger.get("/broken/")
    assert got.status_code == 500
    assert "secret" not in got.content.decode()


def test_a_question_that_the_database_cannot_answer_is_a_mistake_of_ours_and_no_outage(stranger, settings, db):
    settings.ROOT_URLCONF = __name__
    stranger.raise_request_exception = False
    assert stranger.get("/wrong/").status_code == 500


def test_while_the_database_is_away_every_door_says_so_and_when_to_come_back(stranger, settings):
    settings.ROOT_URLCONF = __name__
    stranger.raise_request_exception = False
    page, api = stranger.get("/away/"), stranger.get("/api/away/")
    for got in (page, api):
        assert (got.status_code, got["Retry-After"], got["Cache-Control"]) == (503, "5", "no-store")
    assert "The database does not answer." in page.content.decode()
    assert page.content.decode().count("<h1>") == 1
    assert api.json()["error"] == "unavailable"


def test_the_operator_reads_of_an_outage_in_one_line(db):
    try:
        _away(None)
    except django.db.Error:
        record = logging.LogRecord("x", logging.ERROR, "", 1, "%s", ("/secret/",), sys.exc_info())
    assert outage.InOneLine().filter(record)
    assert (record.getMessage(), record.exc_info) == ("The database does not answer.", None)


def _broken(_request):
    raise ValueError("secret")


def _wrong(_request):
    with connection.cursor() as cursor:
        cursor.execute("SELECT 1 FROM no_such_table")


def _away(_request):
    """A connection of its own, to a database that is not there."""
    away = connection.copy()
    away.settings_dict = connection.settings_dict | {"NAME": "/no/such/place/at/all", "HOST": "/no/such/place"}
    away.ensure_connection()


handler500 = "ninefold.web.faults.broken"


def _urls():
    from django.urls import include, path

    return [
        path("broken/", _broken),
        path("wrong/", _wrong),
        path("away/", _away),
        path("api/away/", _away),
        path("", include("ninefold.web.urls")),
    ]


urlpatterns = _urls()
