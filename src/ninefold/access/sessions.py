"""Sessions that end at a fixed moment, used or not, and of whose keys the database holds only the hash.

Django's session engine with three differences: the row bears the hash of the cookie, the person and the start, so
that he can see and end his sessions; the end never moves; and a request that waits for a renewed sign-in is not kept,
because it would bring the address and the browser's name of its sender with it.
"""

import hashlib
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from django.conf import settings
from django.contrib.auth import SESSION_KEY
from django.contrib.sessions.backends.db import SessionStore as DatabaseStore

from ninefold.access.models import Session
from ninefold.clock import now, read_stamp, stamp

_STARTS = "starts"
_WAITING_REQUEST = "account_reauthentication_state"


class SessionStore(DatabaseStore):
    """What `SESSION_ENGINE` names."""

    @classmethod
    def get_model_class(cls) -> type[Session]:
        """Our table instead of Django's."""
        return Session

    def ends(self) -> datetime:
        """The moment at which this session ends: fixed when it began."""
        started = self.get(_STARTS)
        return (read_stamp(started) if started else now()) + timedelta(seconds=settings.SESSION_COOKIE_AGE)

    def get_expiry_age(self, **kwargs: object) -> int:
        """Seconds until the end; what a caller would set instead is not heard."""
        return max(0, int((self.ends() - now()).total_seconds()))

    def get_expiry_date(self, **kwargs: object) -> datetime:
        """The same moment for the row."""
        return self.ends()

    def get_expire_at_browser_close(self) -> bool:
        """The cookie bears the end."""
        return False

    def create_model_instance(self, data: dict[str, Any]) -> Session:
        """The row for these data, without a request that waits."""
        data.setdefault(_STARTS, stamp(now()))
        if "request" in data.get(_WAITING_REQUEST, {}):
            del data[_WAITING_REQUEST]
        person = data.get(SESSION_KEY)
        return Session(
            session_key=hashed(self._get_or_create_session_key()),  # type: ignore[attr-defined]
            session_data=self.encode(data),
            expire_date=self.ends(),
            person_id=UUID(person) if person else None,
            starts=read_stamp(data[_STARTS]),
        )

    def exists(self, session_key: str) -> bool:
        """Whether a row answers to this cookie."""
        return super().exists(hashed(session_key))

    def delete(self, session_key: str | None = None) -> None:
        """Forget the session of this cookie, by default its own."""
        key = session_key or self.session_key
        if key:
            Session.objects.filter(session_key=hashed(key)).delete()

    def cycle_key(self) -> None:
        """A new cookie at sign-in, and a new start: a life begins when the person does."""
        self[_STARTS] = stamp(now())
        super().cycle_key()

    def _get_session_from_db(self) -> Session | None:
        row = None
        if self.session_key:
            row = Session.objects.filter(session_key=hashed(self.session_key), expire_date__gt=now()).first()
        if row is None:
            self._session_key = None
        return row


def hashed(key: str) -> str:
    """What the database keeps of a cookie: 40 hex digits of its SHA-256."""
    return hashlib.sha256(key.encode("utf-8")).hexdigest()[:40]
