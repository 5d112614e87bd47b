"""When the database is away: everybody gets a sentence and a time to come back, on a page, in the API and on stderr.

An act that was being committed when the connection broke may have been kept or not, and nobody here can know which;
so the sentence does not say that nothing was changed.
"""

import logging
from typing import Any

from django.db import InterfaceError, OperationalError, connection

from ninefold.errors import UnavailableError

RETRY_SECONDS = 5
"""When to come back: a server that was restarted answers again within a few seconds."""

# Of SQLite's many troubles those that pass: busy, locked, input or output, full, cannot be opened
# (https://www.sqlite.org/rescode.html); the lowest byte is the code without its finer distinctions.
_PASSING = {5, 6, 10, 13, 14}


def is_outage(error: BaseException | None) -> bool:
    """Whether the database did not answer, or has no room; a mistake in a question to it is ours."""
    if connection.vendor == "sqlite":
        cause: Any = error.__cause__ if isinstance(error, OperationalError) else None
        return (getattr(cause, "sqlite_errorcode", None) or 0) & 0xFF in _PASSING
    return isinstance(error, OperationalError | InterfaceError)


def answer() -> UnavailableError:
    """What a person is told."""
    return UnavailableError(
        "The database does not answer. Wait a few seconds, and look whether your last act was kept before you do it "
        "again."
    )


class InOneLine(logging.Filter):
    """Who runs the machine reads that the database was away: one line, not a trace and not what was asked for."""

    def filter(self, record: logging.LogRecord) -> bool:
        """Every record passes; that of an outage in other words."""
        error = record.exc_info[1] if record.exc_info else None
        if is_outage(error):
            record.msg, record.args, record.exc_info = "The database does not answer.", (), None
        return True
