"""The worker as a process: `python -m ninefold.jobs`, on the workspace that the environment names."""

import django

from ninefold import clock
from ninefold.jobs import lifeline


def main() -> None:
    """Work until told to stop."""
    django.setup()
    # Rooms declare their clocks when they are imported, which Django must be ready for.
    from ninefold.jobs.schedule import declared, discover, watches  # noqa: PLC0415
    from ninefold.jobs.worker import Worker  # noqa: PLC0415

    discover()
    worker = Worker(clock=clock.now, acts=declared(), watches=watches())
    lifeline.hold(worker.stop)
    worker.run(grace=3.0)


if __name__ == "__main__":
    main()
