"""Acts that run at the same moment, each in a thread and database connection of its own."""

import threading

from django.db import connection

from ninefold.errors import NinefoldError


def at_once(*acts):
    """Each act in a thread and connection of its own, all let go together; results or errors, in order."""
    gate, results = threading.Barrier(len(acts)), [None] * len(acts)

    def run(place, act):
        try:
            connection.ensure_connection()
            gate.wait(timeout=10)
            results[place] = act()
        except NinefoldError as error:
            results[place] = error
        finally:
            connection.close()

    threads = [threading.Thread(target=run, args=pair) for pair in enumerate(acts)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(timeout=60)
    return results
