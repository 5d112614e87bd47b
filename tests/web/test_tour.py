"""The tour: every step leads to a page that its person can open, in English and in Arabic."""

import re

from ninefold.sample import tour


def test_a_stranger_reads_the_tour(stranger):
    page = stranger.get("/tour/").content.decode()
    assert page.count("<li>\n<h2>") == len(tour.steps("en"))
    assert "one-time links" in page


def test_each_step_opens_as_its_person(reader, sample):
    page = reader("teya-orvane", "ar").get("/tour/").content.decode()
    forms = re.findall(r'<input type="hidden" name="next" value="([^"]+)"><button name="person" value="([^"]+)"', page)
    people = {str(person.pk): key for key, person in sample.people.items()}
    assert forms
    for path, person in forms:
        assert reader(people[person]).get(path, follow=True).status_code == 200


def test_a_real_workspace_has_no_tour(stranger, settings):
    settings.SAMPLE = False
    assert stranger.get("/tour/").status_code == 404
