"""Jobs and acts that leave a trace in a file, so that another process's work can be counted."""

import os
import time
from datetime import timedelta
from pathlib import Path

from django.db import connection

from ninefold.errors import RefusedError
from ninefold.jobs.queue import job
from ninefold.jobs.schedule import recurring

TRACE = "NINEFOLD_TEST_TRACE"


def trace(line):
    with Path(os.environ[TRACE]).open("a", encoding="utf-8") as file:
        file.write(line + "\n")


@job()
def note(now, text):
    trace(f"{now.isoformat()} {text}")


@job(attempts=3, wait=timedelta(seconds=10))
def stumble(now, secret):
    trace("stumble")
    raise KeyError(secret)


@job()
def refuse(now, name):
    trace("refuse")
    raise RefusedError("The office {name} is closed.", name=name)


@job()
def dawdle(now, gate):
    """Say that it began, then wait until the gate file is there."""
    trace(f"began {os.getpid()}")
    while not Path(gate).exists():
        time.sleep(0.02)
    trace("ended")


@job()
def ask(now, gate):
    """Ask the database again and again until the gate file is there."""
    trace("asking")
    while not Path(gate).exists():
        with connection.cursor() as cursor:
            cursor.execute("SELECT 1")
        time.sleep(0.02)
    trace("asked")


@recurring("tests.chime", every=timedelta(minutes=1))
def chime(now):
    trace(f"chime {now.isoformat()}")
