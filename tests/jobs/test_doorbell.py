import threading

import pytest
from django.db import connection, transaction

from ninefold.jobs import doorbell


@pytest.fixture
def rings():
    heard = []
    stop = doorbell.listen(lambda: heard.append(threading.current_thread().name))
    yield heard
    stop()


@pytest.mark.django_db(transaction=True)
def test_the_bell_rings_after_the_commit_and_not_before(rings):
    with transaction.atomic():
        doorbell.ring()
        assert rings == []
    assert len(rings) == 1


@pytest.mark.django_db(transaction=True)
def test_a_rollback_rings_nobody(rings):
    with transaction.atomic():
        doorbell.ring()
        transaction.set_rollback(True)
    assert rings == []


@pytest.mark.django_db(transaction=True)
def test_a_listener_that_stopped_is_left_alone():
    heard = []
    doorbell.listen(lambda: heard.append(1))()
    doorbell.ring()
    assert heard == []


@pytest.mark.django_db(transaction=True)
def test_on_postgresql_a_ring_of_another_connection_is_heard(rings):
    if connection.vendor != "postgresql":
        pytest.skip("SQLite has no NOTIFY; the poll is its backstop")
    rung = threading.Event()
    stop = doorbell.listen(rung.set)
    ear = doorbell.Ear()
    ear.start()
    try:
        # NOTIFY alone, as it arrives from another process: nothing here tells the listeners but the ear.
        while not rung.wait(0.05):
            with connection.cursor() as cursor:
                cursor.execute(f"NOTIFY {doorbell.CHANNEL}")
    finally:
        ear.stop()
        ear.join(2)
        stop()
    assert not ear.is_alive()
    assert set(rings) == {"doorbell"}


@pytest.mark.django_db(transaction=True)
def test_on_sqlite_the_ear_has_nothing_to_hear():
    if connection.vendor != "sqlite":
        pytest.skip("PostgreSQL has NOTIFY")
    ear = doorbell.Ear()
    ear.start()
    ear.join(2)
    assert not ear.is_alive()
