"""The circle says what it is told, to the eye, to the keyboard and to a screen reader; nothing lies on anything."""

from dataclasses import replace
from itertools import combinations
from math import cos, dist, hypot, pi, sin

import pytest

from ninefold.errors import InvalidError
from ninefold.papers.circle import Chord, draw
from ninefold.papers.circle_layout import COMPACT, POINTS, WIDE, label, on_curve, place, spoke, tie

from .conftest import HOSTILE, LABELS, NOTES, SLUGS, WAYS

FRAMES = {"wide": WIDE, "compact": COMPACT}


@pytest.fixture(params=[(form, language) for form in FRAMES for language in LABELS], ids=str)
def laid(request):
    """A frame, a direction, and the places and labels of all eight points, at each start of the circle."""
    form, language = request.param
    frame, way = FRAMES[form], WAYS[language]

    def at(start):
        places = [place(index, start, frame, way) for index in range(POINTS)]
        words = zip(LABELS[language][:POINTS], places, strict=True)
        return places, [label(text, NOTES[language], where, frame) for text, where in words]

    return frame, way, at


@pytest.mark.parametrize("start", range(POINTS))
def test_no_label_touches_a_ring(laid, start):
    frame, _, at = laid
    places, labels = at(start)
    for one in labels:
        assert all(one.box.distance(point) > frame.reach + 3 for point in places)
        assert one.box.distance((0, 0)) > frame.hub_reach + 3


@pytest.mark.parametrize("start", range(POINTS))
def test_no_label_touches_another(laid, start):
    _, _, at = laid
    for a, b in combinations([one.box for one in at(start)[1]], 2):
        assert a.x1 <= b.x0 or b.x1 <= a.x0 or a.y1 <= b.y0 or b.y1 <= a.y0


@pytest.mark.parametrize("start", range(POINTS))
def test_no_label_touches_a_tie_or_a_spoke(laid, start):
    frame, way, at = laid
    places, labels = at(start)
    half = 4.5 if frame.beside else 2.8
    lines = [
        [on_curve(tie(a, b, start, frame, way), step / 60) for step in range(61)]
        for a, b in combinations(range(POINTS), 2)
    ]
    lines += [[*spoke(where, aside, frame)] for where in places for aside in (-8, 8)]
    for one in labels:
        assert min(one.box.distance(point) for line in lines for point in line) > half


@pytest.mark.parametrize("frame", FRAMES.values(), ids=FRAMES)
@pytest.mark.parametrize("way", ["ltr", "rtl"])
def test_no_tie_crosses_a_third_point_or_the_ninth(frame, way):
    for a, b in combinations(range(POINTS), 2):
        curve = tie(a, b, 0, frame, way)
        others = [place(index, 0, frame, way) for index in range(POINTS) if index not in {a, b}]
        for step in range(61):
            point = on_curve(curve, step / 60)
            assert all(dist(point, other) > frame.reach + 2 for other in others)
            assert hypot(*point) > frame.hub_reach + 2


@pytest.mark.parametrize("frame", FRAMES.values(), ids=FRAMES)
def test_eight_equal_points_and_none_on_top(frame):
    places = [place(index, 0, frame, "ltr") for index in range(POINTS)]
    highest = min(y for _, y in places)
    assert sum(abs(y - highest) < 1e-6 for _, y in places) == 2
    for index, (x, y) in enumerate(places):
        angle = (index + 0.5) * pi / 4
        assert (x / frame.across, -y / frame.down) == pytest.approx((sin(angle), cos(angle)))


@pytest.mark.parametrize("start", range(POINTS))
def test_arabic_is_the_mirror_image(start):
    for index in range(POINTS):
        x, y = place(index, start, WIDE, "ltr")
        assert place(index, start, WIDE, "rtl") == pytest.approx((-x, y))


@pytest.mark.parametrize("start", [0, 3, 7])
def test_tab_goes_round_the_circle_from_its_start_and_ends_in_the_middle(circle, read, start):
    drawn = read(draw(circle(start=start), direction="ltr"))
    slugs = [one.get("href").split("/")[2] for one in drawn.all("a")]
    assert slugs == [*SLUGS[start:], *SLUGS[:start], "communication"]
    assert drawn.root.get("role") == "group"


def test_every_point_says_its_summary(circle, read):
    drawn = read(draw(circle(), direction="ltr"))
    assert [one[0].text for one in drawn.all("a")] == [*(f"{name}: 12" for name in LABELS["en"][:8]), "Communication"]


def test_the_sign_of_each_state(circle, read):
    """Full, dashed, hollow: told apart without colour."""
    points = list(circle().points)
    points[2] = replace(points[2], isolated=True, levels=frozenset({"local"}))
    points[5] = replace(points[5], absent=True, count=0, levels=frozenset())
    drawn = read(draw(circle(points=tuple(points), chords=()), direction="ltr"))
    tied, alone, missing = (drawn.all("a")[at] for at in (0, 2, 5))

    def edges(point):
        return [one.get("stroke-dasharray") for one in point if "marked" in one.get("class", "")]

    def discs(point):
        return [one for one in point if one.get("class") == "f-accent"]

    def rings(point):
        return sum(one.get("class") == "s-ring" for one in point.iter())

    assert (edges(tied), edges(alone), edges(missing)) == ([None], ["4 4"], [None])
    assert (len(discs(tied)), len(discs(alone)), len(discs(missing))) == (1, 1, 0)
    assert (rings(tied), rings(alone), rings(missing)) == (3, 1, 0)


def test_a_stronger_tie_is_wider_and_lies_below(circle, read):
    chords = (Chord("government", "religion", 0.1, 1, "weak"), Chord("business", "funding", 0.9, 9, "strong"))
    drawn = read(draw(circle(chords=chords), direction="ltr"))
    ties = [(one.find("./{*}title").text, float(one.findall("./{*}path")[1].get("stroke-width")))
            for one in drawn.all("g", "ties")[0]]  # fmt: skip
    assert [name for name, _ in ties] == ["strong", "weak"]
    assert ties[0][1] > 3 * ties[1][1]


@pytest.mark.parametrize(
    ("heard", "answered", "arrows"), [(True, True, 2), (True, False, 1), (False, True, 1), (False, False, 0)]
)
def test_arrows_show_what_reaches_the_public_and_what_comes_back(circle, read, heard, answered, arrows):
    points = tuple(replace(point, heard=False, answered=False) for point in circle().points)
    changed = (replace(points[0], heard=heard, answered=answered), *points[1:])
    drawn = read(draw(circle(points=changed, chords=()), direction="ltr"))
    spokes = drawn.all("g", "spokes")[0]
    assert sum(one.get("class") == "f-muted" for one in spokes) == arrows
    assert sum(one.get("stroke-dasharray") is not None for one in spokes) == (8 if not arrows else 7)


def test_what_reaches_the_public_points_to_the_middle(circle, read):
    points = tuple(replace(point, heard=False, answered=False) for point in circle().points)
    for heard in (True, False):
        changed = (replace(points[0], heard=heard, answered=not heard), *points[1:])
        drawn = read(draw(circle(points=changed, chords=()), direction="ltr"))
        tip = next(one for one in drawn.all("g", "spokes")[0] if one.get("class") == "f-muted").get("d")
        x, y = map(float, tip[1:].split("L")[0].split())
        assert (hypot(x, y) < WIDE.hub_reach + 20) is heard


@pytest.mark.parametrize("compact", [False, True])
def test_hostile_words_stay_words_inside_the_picture(circle, read, compact):
    points = tuple(replace(point, label=HOSTILE * 5, note=HOSTILE, summary=HOSTILE) for point in circle().points)
    text = draw(circle(points=points, title=HOSTILE, desc=HOSTILE), direction="rtl", compact=compact)
    drawn = read(text)
    left, _, wide, _ = map(float, drawn.root.get("viewBox").split())
    assert not drawn.all("script")
    assert all(left <= float(one.get("x")) <= left + wide for one in drawn.all("text"))


def test_the_same_circle_gives_the_same_bytes(circle):
    assert draw(circle(), direction="ltr") == draw(circle(), direction="ltr")


def test_a_circle_without_addresses_is_an_image(circle, read):
    points = tuple(replace(point, href="") for point in circle().points)
    drawn = read(draw(circle(points=points, hub=replace(circle().hub, href="")), direction="ltr"))
    assert drawn.root.get("role") == "img"
    assert not drawn.all("a")


def test_what_is_no_circle_is_refused(circle):
    seven = circle().points[:7]
    with pytest.raises(InvalidError, match="eight different points"):
        draw(circle(points=seven), direction="ltr")
    with pytest.raises(InvalidError, match="eight different points"):
        draw(circle(points=(*seven, seven[0])), direction="ltr")
    for a, b in (("government", "government"), ("government", "army")):
        with pytest.raises(InvalidError, match="does not join two tracks"):
            draw(circle(chords=(Chord(a, b, 0.5, 1, ""),)), direction="ltr")
