"""Small panels and a small world stand beside these tests."""

import sys
from pathlib import Path

import pytest

sys.path.insert(0, str(Path(__file__).parent))


@pytest.fixture
def world(db):
    """The world of `world.py`, in the test's own transaction."""
    from world import build

    return build()
