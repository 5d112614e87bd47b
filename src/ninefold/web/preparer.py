"""The process that prepares a workspace: `python -m ninefold.web.preparer EMAIL NAME`, on the environment's workspace.

It says a line when pages can be served, then fills a new sample, and says how to get in. A process of its own, because
what it loads is not needed afterwards, and because the server can start while it still works.
"""

import os
import sys

import django
import django.db

from ninefold import clock
from ninefold.errors import NinefoldError, answer_to
from ninefold.jobs import lifeline

READY = "pages can be served"


def main(email: str, name: str) -> None:
    """Prepare; an error for a person goes to stderr in its own words."""
    # Whatever is half done stands in a transaction, which ends with the process.
    lifeline.hold(lambda: os._exit(1))
    try:
        _prepared(email, name)
    except NinefoldError as error:
        sys.stderr.write(f"{error}\n")
        sys.stderr.flush()
        os._exit(answer_to(error).exit_code)


def _prepared(email: str, name: str) -> None:
    django.setup()
    from ninefold.web import outage  # noqa: PLC0415

    try:
        _prepare(email, name)
    except django.db.Error as error:
        if outage.is_outage(error):
            raise outage.answer() from None
        raise


def _prepare(email: str, name: str) -> None:
    # Rooms are imported when Django is ready, which is only now.
    from ninefold.web import preparing, welcome  # noqa: PLC0415

    preparing.prepare_database()
    preparing.require_witness_policy()
    preparing.note_directory(clock.now())
    preparing.prepare_assets()
    print(READY, flush=True)
    preparing.fill_sample(clock.now())
    preparing.load_series(clock.now())
    print(welcome.words(clock.now(), email=email, name=name), flush=True)


if __name__ == "__main__":
    main(*sys.argv[1:])
