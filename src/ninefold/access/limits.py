"""Counters against guessing, in the memory of the process, under keyed hashes, for an hour at most.

The limiter counts by address and by e-mail; what it remembers is an HMAC under a key that dies with the process, so
that nobody who looks can tell whom it counted.
"""

import hashlib
import hmac
import secrets
import time

from django.core.cache import cache
from django.core.cache.backends.base import DEFAULT_TIMEOUT
from django.core.cache.backends.locmem import LocMemCache

HOUR = 3600
_KEY = secrets.token_bytes(32)


def keyed(key: str, prefix: str, version: int) -> str:
    """What the counter is remembered under."""
    return hmac.new(_KEY, f"{prefix}:{version}:{key}".encode(), hashlib.sha256).hexdigest()


class ForAnHour(LocMemCache):
    """Django's cache in memory, with an end for everything in it."""

    def get_backend_timeout(self, timeout: float | None = DEFAULT_TIMEOUT) -> float:
        """The end as Django asks for it, or an hour from now if that is sooner."""
        asked = super().get_backend_timeout(timeout)
        longest = time.time() + HOUR
        return longest if asked is None else min(asked, longest)


def count(what: str, *, most: int) -> bool:
    """Count one more of something in this hour; whether it is still within `most`."""
    cache.add(what, 0, HOUR)
    return cache.incr(what) <= most
