"""The jobs of these tests stand in a module that a worker process can import too."""

import sys
from pathlib import Path

import pytest
from django.db import connection

sys.path.insert(0, str(Path(__file__).parent))

from worker_process import WorkerProcess


@pytest.fixture
def workers(tmp_path, transactional_db):
    """Start real worker processes on this test's database; whatever still runs is killed at the end."""
    started = []

    def start(**settings):
        database = connection.settings_dict["NAME"]
        started.append(WorkerProcess(folder=tmp_path, database=str(database), **settings))
        return started[-1]

    yield start
    for worker in started:
        worker.end()
