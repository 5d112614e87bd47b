"""The real server process on the database of a test, impatient enough to be tested. Run as a script."""

import os
import sys


def main(database, port):
    os.environ["NINEFOLD_PORT"] = port
    import django
    from django.conf import settings

    settings.DATABASES["default"]["NAME"] = database
    django.setup()
    from ninefold.web import server
    from ninefold.web.events import hub

    hub.RECHECK_SECONDS = 0.5
    hub.HEARTBEAT_SECONDS = 0.5
    server.main()


if __name__ == "__main__":
    main(*sys.argv[1:])
