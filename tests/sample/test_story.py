"""What the sample tells: complete in two languages, invented throughout, and a circle worth looking at."""

import re
from uuid import NAMESPACE_URL, uuid5

import pytest
from babel import Locale
from circles import PresenceOf, TieOf, drawn

from ninefold.errors import InvalidError
from ninefold.sample import intake, story
from ninefold.sample.intake import DATA, as_text
from ninefold.tracks.rules import RING, TIE_KINDS, TRACKS

STORY = story.read()
ARABIC = re.compile(r"[\u0600-\u06ff]")
LATIN = re.compile(r"[A-Za-z]")
# What an Arabic text may keep in Latin letters: the names of markings and what one types.
AS_TYPED = re.compile(r"TLP:[A-Z+]+|ninefold verify FILE")


def every_text():
    """Each text of every file, with the place where it stands."""
    for path in sorted(DATA.rglob("*.toml")):
        yield from _texts_in(intake.load(str(path.relative_to(DATA))), path.name)


def _texts_in(value, where):
    if isinstance(value, dict) and "en" in value:
        yield where, as_text(where, value)
    elif isinstance(value, dict):
        for key, inner in value.items():
            yield from _texts_in(inner, f"{where}: {key}")
    elif isinstance(value, list):
        for at, inner in enumerate(value, start=1):
            yield from _texts_in(inner, f"{where} {at}")


def every_name():
    """The names of all that is invented."""
    situation = STORY.situation
    named = [*STORY.actors, *STORY.audiences, *STORY.people]
    return [situation.name, *situation.sides, *situation.communities, *(one.name for one in named)]


def circle_of(reader):
    """The circle as a person (by key; None for a stranger) would see it, from the files alone."""
    audiences = {audience.key for audience in STORY.audiences if reader in audience.members}
    actors = [actor for actor in STORY.actors if not actor.seen_by or audiences & set(actor.seen_by)]
    keys = {actor.key for actor in actors}
    ties = [tie for tie in STORY.ties if tie.seen_by in {"", *audiences} and {tie.source, tie.target} <= keys]
    return drawn(
        RING,
        [PresenceOf(_id(actor.key), actor.track, actor.level) for actor in actors],
        [TieOf(_id(tie.source), _id(tie.target), tie.kind, tie.strength) for tie in ties],
    )


def _id(key):
    return uuid5(NAMESPACE_URL, key)


def test_the_story_has_the_size_that_is_promised():
    assert len(STORY.situation.sides) == 2
    assert len(STORY.situation.communities) == 6
    assert len(STORY.people) == 5
    assert 55 <= len(STORY.actors) <= 65
    assert 145 <= len(STORY.ties) <= 160
    assert {actor.track for actor in STORY.actors} == set(TRACKS)
    assert {actor.level for actor in STORY.actors} == {"local", "national", "international"}
    assert {tie.kind for tie in STORY.ties} <= set(TIE_KINDS)
    assert len({tie.kind for tie in STORY.ties}) >= 10


def test_every_text_is_written_in_both_scripts():
    texts = list(every_text())
    assert len(texts) > 150
    for where, text in texts:
        english, arabic = text.version("en").text, AS_TYPED.sub("", text.version("ar").text)
        assert not ARABIC.search(english), where
        assert ARABIC.search(arabic), where
        assert not LATIN.search(arabic), where


def test_every_tie_is_told_once():
    told = [(tie.source, tie.kind, tie.target) for tie in STORY.ties]
    assert len(set(told)) == len(told)
    assert len({actor.key for actor in STORY.actors}) == len(STORY.actors)


@pytest.mark.parametrize("language", ["en", "ar"])
def test_no_two_names_are_the_same(language):
    names = [actor.name.version(language).text for actor in STORY.actors]
    assert len(set(names)) == len(names)


@pytest.mark.parametrize("language", ["en", "ar"])
def test_no_name_holds_a_real_country(language):
    """CLDR's territories, country by country; regions of the world (three digits) are no countries."""
    countries = {
        name.casefold() for code, name in Locale(language).territories.items() if len(code) == 2 and code != "ZZ"
    }
    assert len(countries) > 240
    pattern = re.compile(r"(?<!\w)(?:" + "|".join(map(re.escape, sorted(countries))) + r")(?!\w)")
    assert pattern.search("a chamber in chad" if language == "en" else "غرفة تجارة تشاد")
    for name in every_name():
        assert not pattern.search(name.version(language).text.casefold()), name


def test_no_community_weighs_more_than_another():
    """Each has one committee, each committee the same seat in the council, and no person is said to be of one."""
    communities = [community.version("en").text for community in STORY.situation.communities]
    seats = {
        tie.source: tie.strength for tie in STORY.ties if (tie.kind, tie.target) == ("member-of", "elders-council")
    }
    assert len(seats) == len(communities)
    assert set(seats.values()) == {2}
    assert not any(name in person.who.version("en").text for person in STORY.people for name in communities)


def test_a_stranger_sees_activism_alone_and_business_on_one_tie():
    circle = circle_of(None)
    assert circle.actors >= 50
    assert circle.ties >= 90
    assert circle.point("activism").isolated
    assert circle.point("business").hangs_on_one_tie
    assert circle.point("funding").actors == 1
    assert not any(point.absent for point in circle.points)
    assert [point.track for point in circle.points if point.isolated] == ["activism"]


def test_the_circle_changes_with_the_reader():
    stranger, analyst, head, envoy, convenor, administrator = (
        circle_of(reader) for reader in (None, *(person.key for person in STORY.people))
    )
    assert administrator == stranger
    assert analyst.point("activism").ties > 0
    assert convenor.point("activism").ties > 0
    assert head.point("funding").actors == 5
    assert envoy.point("funding").actors == convenor.point("funding").actors == 2
    assert len({(one.actors, one.ties) for one in (stranger, analyst, head, envoy, convenor)}) == 5
    assert all(one.ties < len(STORY.ties) for one in (stranger, analyst, head, envoy, convenor))


def test_business_hangs_on_one_tie_for_everybody():
    for reader in (None, *(person.key for person in STORY.people)):
        assert circle_of(reader).point("business").hangs_on_one_tie
        assert circle_of(reader).point("business").reaches_public == 0


@pytest.mark.parametrize(
    ("value", "reason"),
    [
        ({"en": "Weir"}, "no words in ar"),
        ({"en": "Weir", "ar": " "}, "language and text"),
        ({"en": "Weir", "ar": "سد", "xx": "?"}, "xx"),
        ("Weir", "language and text"),
    ],
)
def test_a_text_that_is_not_complete_is_refused(value, reason):
    as_text("here", {"en": "Weir", "ar": "سد"})
    with pytest.raises(InvalidError, match=reason):
        as_text("here", value)


@pytest.mark.parametrize(
    ("row", "reason"),
    [
        (["weir", "funds", "mill", 3], "is not"),
        (["weir", "funds", "dam", 3, STORY.situation.since], "'dam'"),
        (["weir", "ranks", "mill", 3, STORY.situation.since], "'ranks'"),
        (["weir", "funds", "mill", 4, STORY.situation.since], "'?4'?"),
    ],
)
def test_a_tie_that_leads_nowhere_is_refused(row, reason):
    story.tie_from("here", ["weir", "funds", "mill", 3, STORY.situation.since], {"weir", "mill"}, "")
    with pytest.raises(InvalidError, match=reason):
        story.tie_from("here", row, {"weir", "mill"}, "")
