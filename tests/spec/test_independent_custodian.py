"""The formats of a vault are enough: a stranger's program opens what the house made."""

import sys
from datetime import date
from pathlib import Path
from uuid import uuid4

import pytest

from ninefold.access.vaults import ceremony, items
from ninefold.access.vaults.age_keys import Identity

sys.path.insert(0, str(Path(__file__).parent))
import vault_stranger


@pytest.mark.parametrize(("k", "n"), [(1, 2), (2, 3), (3, 5)])
def test_a_stranger_opens_a_vault(k, n):
    identities = [Identity.new() for _ in range(n)]
    invited = [ceremony.Invited(f"C{at}", one.recipient) for at, one in enumerate(identities)]
    vault = ceremony.found(name="Talks", k=k, custodians=invited, day=date(2026, 11, 24))
    sealed = items.seal(items.Item(vault.id, uuid4(), "Note", "text/plain", b"what was said"), vault.recipient)
    key = vault_stranger.vault_key(vault.text(), [one.text() for one in identities[-k:]])
    header, content, commitment = vault_stranger.open_item(sealed.age, key)
    assert (header["name"], content, commitment) == ("Note", b"what was said", sealed.commitment.hex())


def test_the_stranger_imports_nothing_of_ours():
    assert "ninefold." not in Path(vault_stranger.__file__).read_text(encoding="utf-8")
