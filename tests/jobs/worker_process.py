"""A worker as a process of its own, with a clock that the test sets. Run as a script, it is that process."""

import os
import signal
import subprocess
import sys
import time
from datetime import UTC, datetime
from pathlib import Path

HERE = Path(__file__).parent


class WorkerProcess:
    def __init__(self, *, folder, database, acts=True):
        self.folder = folder
        environment = os.environ | {"NINEFOLD_TEST_TRACE": str(folder / "trace"), "PYTHONPATH": str(HERE)}
        arguments = [database, str(folder / "clock"), "acts" if acts else "no acts"]
        self.process = subprocess.Popen([sys.executable, __file__, *arguments], env=environment)

    def kill(self):
        self.process.send_signal(signal.SIGKILL)
        self.process.wait()

    def stop(self):
        self.process.send_signal(signal.SIGTERM)
        return self.process.wait(timeout=10)

    def end(self):
        if self.process.poll() is None:
            self.kill()


def set_clock(folder, moment):
    (folder / "clock.new").write_text(moment.isoformat())
    (folder / "clock.new").replace(folder / "clock")


def traces(folder):
    file = folder / "trace"
    return file.read_text().splitlines() if file.exists() else []


def until(condition, seconds=60):
    end = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < end, "it did not happen in time"
        time.sleep(0.02)


def main(database, clock_file, acts):
    import django
    from django.conf import settings

    settings.DATABASES["default"]["NAME"] = database
    django.setup()
    import sample_jobs

    from ninefold.jobs.schedule import declared
    from ninefold.jobs.worker import Worker

    mine = tuple(act for act in declared() if act.act is sample_jobs.chime) if acts == "acts" else ()
    worker = Worker(clock=lambda: datetime.fromisoformat(Path(clock_file).read_text()).astimezone(UTC), acts=mine)
    signal.signal(signal.SIGTERM, lambda *_: worker.stop())
    worker.run(grace=0.5)


if __name__ == "__main__":
    main(*sys.argv[1:])
