"""A worker as a process of its own, with a mail server and a clock that the test sets. Run as a script, it is that."""

import os
import signal
import subprocess
import sys
from datetime import UTC, datetime
from pathlib import Path


class MailWorker:
    def __init__(self, folder, database, post):
        arguments = [database, str(folder / "clock"), str(post.port), str(post.roots)]
        self.process = subprocess.Popen([sys.executable, __file__, *arguments], env=dict(os.environ))

    def kill(self):
        if self.process.poll() is None:
            self.process.send_signal(signal.SIGKILL)
        self.process.wait()


def main(database, clock_file, port, roots):
    import django
    from django.conf import settings

    from ninefold.access.notices.post import Post

    settings.DATABASES["default"]["NAME"] = database
    settings.POST = Post(
        "localhost", int(port), "notices@talks.example", "starttls", "talks.example", None, Path(roots)
    )
    django.setup()
    from ninefold.jobs.schedule import declared, discover
    from ninefold.jobs.worker import Worker

    discover()
    acts = tuple(act for act in declared() if act.name == "access.notices")
    worker = Worker(clock=lambda: datetime.fromisoformat(Path(clock_file).read_text()).astimezone(UTC), acts=acts)
    worker.run(grace=0.5)


if __name__ == "__main__":
    main(*sys.argv[1:])
