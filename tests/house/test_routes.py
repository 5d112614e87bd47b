"""Every address is guarded, and one that is not would be caught."""

from django.http import HttpResponse
from django.urls import URLPattern, get_resolver, path

GUARDS = {"open", "open to all", "signed in", "token"}


def views(patterns, prefix=""):
    """Every (address, view) below some patterns."""
    for pattern in patterns:
        address = prefix + str(pattern.pattern)
        if isinstance(pattern, URLPattern):
            yield address, pattern.callback
        else:
            yield from views(pattern.url_patterns, address)


def unguarded(patterns):
    """The addresses whose view bears no guard."""
    return [address for address, view in views(patterns) if getattr(view, "guard", None) not in GUARDS]


def test_every_address_is_guarded():
    patterns = get_resolver().url_patterns
    assert len(list(views(patterns))) > 30
    assert unguarded(patterns) == []


def test_an_open_door_is_caught():
    assert unguarded([path("planted/", lambda _request: HttpResponse())]) == ["planted/"]
