import http.client
import sys
import time
from pathlib import Path

import pytest
from django.db import connection

sys.path.insert(0, str(Path(__file__).parent))

import server_process
from board_client import Board


@pytest.fixture(scope="module")
def echo_port():
    process = server_process.start("echo_server.py")
    yield process.port
    server_process.end(process)


@pytest.fixture
def echo(echo_port):
    connection = http.client.HTTPConnection("127.0.0.1", echo_port, timeout=10)
    yield connection
    connection.close()


def _start():
    return server_process.start("events_server.py", str(connection.settings_dict["NAME"]))


@pytest.fixture(scope="module")
def server(django_db_setup):
    """The real server on the tests' database."""
    process = _start()
    yield process
    server_process.end(process)


@pytest.fixture
def another_server(transactional_db):
    """One that the test may end."""
    process = _start()
    yield process
    server_process.end(process)


@pytest.fixture
def board(server):
    """Open boards on the server; all are closed at the end."""
    opened = []

    def open_board(*, port=server.port, **headers):
        opened.append(Board(port, **headers))
        return opened[-1]

    yield open_board
    for one in opened:
        one.close()
    # The server forgets where the log stood once nobody looks; the next test begins with an empty one.
    time.sleep(0.5)
