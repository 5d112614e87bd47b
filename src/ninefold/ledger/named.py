"""The time authorities that the operator of this workspace named, from the file that the setting names."""

from pathlib import Path

from django.conf import settings

from ninefold.errors import InvalidError, NotThereError
from ninefold.ledger.authorities import Authority, read_authorities

_LONGEST_FILE = 1 << 20


def authorities() -> tuple[Authority, ...]:
    """The time authorities that the operator named; none is the usual case."""
    if not settings.TIME_AUTHORITIES:
        return ()
    path = settings.WORKSPACE / Path(settings.TIME_AUTHORITIES)
    try:
        with path.open("rb") as file:
            text = file.read(_LONGEST_FILE).decode()
    except OSError:
        raise NotThereError("There is no file of time authorities {path} that you may read.", path=path) from None
    except UnicodeDecodeError:
        raise InvalidError("The file of time authorities {path} is not text in UTF-8.", path=path) from None
    return read_authorities(text)
