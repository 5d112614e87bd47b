"""A workspace in which nothing has been entered yet."""

import pytest

pytestmark = pytest.mark.usefixtures("static_files")


@pytest.mark.django_db
def test_an_empty_workspace_says_what_to_do_first(client):
    got = client.get("/", headers={"accept-language": "en"})
    assert got.status_code == 200
    assert "There is no situation here that you may see." in got.content.decode()


@pytest.mark.django_db
def test_an_empty_log_says_that_it_waits(client):
    page = client.get("/ledger/", headers={"accept-language": "en"}).content.decode()
    assert "The log has not been published yet" in page
    assert "There is no public act yet." in page


@pytest.mark.django_db
def test_an_empty_tour_still_opens(client):
    assert client.get("/tour/").status_code == 200
