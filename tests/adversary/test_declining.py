"""A reason that is not what it looks like."""

import pytest

from ninefold.warning.models import EarlyWarning

from .enrolling import bearer

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize("char", ["\x00", "\x1b", "\u202e"])
def test_a_reason_hides_no_character(sample, visitor, char):
    """U+0000 stops PostgreSQL, and turned round a refusal can read as its contrary."""
    warning = EarlyWarning.objects.get(
        passages__office__holdings__person=sample.people["daro-helmin"], state="sent", version=2
    )
    answer = visitor().post(
        f"/api/v1/warning/warnings/{warning.pk}/decline",
        {"version": 2, "reason": f"A reason of more than twenty{char} characters."},
        content_type="application/json",
        headers=bearer(sample.people["daro-helmin"]),
    )
    assert answer.status_code == 422
    assert f"U+{ord(char):04X}" in answer.json()["message"]
    warning.refresh_from_db()
    assert warning.state == "sent"
