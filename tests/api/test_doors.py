"""The API is for holders of a living token; it refuses as pages do and in the same words."""

import uuid

import pytest


def ask(client, path, secret=None, method="get", **more):
    headers = {"Authorization": f"Bearer {secret}"} if secret else {}
    return getattr(client, method)(f"/api/v1{path}", headers=headers, **more)


def test_a_stranger_and_a_wrong_token_get_the_same_answer(client, prepared):
    answers = [ask(client, "/tracks/situations", secret) for secret in (None, "nf_" + "x" * 43, "nonsense")]
    assert {answer.status_code for answer in answers} == {401}
    assert len({answer.content for answer in answers}) == 1


def test_each_reader_gets_the_circle_of_his_own(client, token_of):
    ties = {}
    for key in ("teya-orvane", "velune-sarn", "hobren-tolvane"):
        secret = token_of(key)
        situation = ask(client, "/tracks/situations", secret).json()[0]["id"]
        circle = ask(client, f"/tracks/situations/{situation}/circle", secret).json()
        ties[key] = sum(chord["ties"] for chord in circle["chords"])
        assert len(circle["points"]) == 9
    assert ties["hobren-tolvane"] < min(ties["teya-orvane"], ties["velune-sarn"])


@pytest.mark.parametrize("path", ["/tracks/situations/{}/circle", "/warning/warnings/{}", "/ledger/entries/{}"])
def test_hidden_and_absent_have_the_same_words(client, token_of, prepared, path):
    secret = token_of("hobren-tolvane")
    hidden = next(iter(prepared.warnings.values()))
    answers = [ask(client, path.format(record), secret) for record in (hidden, uuid.uuid4())]
    assert [answer.status_code for answer in answers] == [404, 404]
    assert answers[0].content == answers[1].content


def test_a_token_that_reads_does_not_act(client, token_of, prepared):
    secret = token_of("teya-orvane", ("read",))
    warning = prepared.warnings["draft"]
    answer = ask(
        client, f"/warning/warnings/{warning}/withdraw", secret, "post", content_type="application/json", data={}
    )
    assert answer.status_code in {403, 404, 405}
    assert ask(client, f"/warning/warnings/{warning}", secret).status_code == 200


def test_an_address_that_is_none_answers_as_the_api_does(client, static_files, db):
    answer = client.get("/api/v1/no/such/thing")
    assert (answer.status_code, answer.json()["error"]) == (404, "not-there")


def test_a_member_that_the_description_does_not_know_is_refused(client, token_of, prepared):
    secret = token_of("teya-orvane")
    warning = prepared.warnings["draft"]
    version = ask(client, f"/warning/warnings/{warning}", secret).json()["version"]
    body = {"version": version, "x": 1}
    answer = ask(
        client, f"/warning/warnings/{warning}/withdraw", secret, "post", content_type="application/json", data=body
    )
    assert answer.status_code == 422
    assert answer.json()["message"] == "x is not a field of this call; leave it out."


RAISE = {
    "country": "KEN", "origin": "2023-10", "months": 3, "marking": "tlp:amber", "audiences": [str(uuid.uuid4())],
    "title": {"texts": {"en": "Kenya"}, "authoritative": "en"}, "summary": {},
}  # fmt: skip


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"country": None}, "country is not a text"),
        ({"country": "ken"}, "country is not spelled as the description"),
        ({"months": "many"}, "months is not a whole number."),
        ({"audiences": ["mine"]}, "audiences.0 is not an id; send a UUID"),
        ({"audiences": "mine"}, "audiences is not a list."),
        ({"title": 5}, "title is not an object."),
        ({"y" * 5000: 1}, "y" * 80 + " is not a field of this call"),
    ],
    ids=lambda value: str(value)[:30],
)
def test_a_call_of_another_shape_is_told_in_our_own_words(client, token_of, changes, words):
    secret = token_of("teya-orvane")
    for body, said in (({**RAISE, **changes}, words), ({}, "country is missing; send it.")):
        answer = ask(client, "/warning/warnings", secret, "post", content_type="application/json", data=body)
        assert (answer.status_code, answer.json()["error"]) == (422, "invalid")
        assert said in answer.json()["message"]
    headers = {"Authorization": f"Bearer {secret}", "Accept-Language": "ar"}
    arabic = client.post("/api/v1/warning/warnings", {}, content_type="application/json", headers=headers)
    assert arabic.json()["message"].endswith("country مفقود؛ أرسله.")
