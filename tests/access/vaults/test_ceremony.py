"""Custodians open a vault with a colleague's share; a wrong, mixed, doubled or missing one is named."""

from dataclasses import replace
from itertools import combinations

import pytest

from ninefold.access.vaults import ceremony
from ninefold.access.vaults.age_keys import Identity, encrypt
from ninefold.access.vaults.vault_file import VaultFile
from ninefold.errors import InvalidError, RefusedError

from .conftest import Kept


def test_any_three_of_five_open_it(kept):
    for chosen in combinations(range(1, 6), 3):
        assert ceremony.key_from(kept.file, kept.shares(*chosen)).recipient == kept.file.recipient


@pytest.mark.parametrize(("k", "n"), [(1, 2), (2, 2), (20, 20)])
def test_the_smallest_and_the_largest_quorum(k, n):
    kept = Kept(k, n)
    assert ceremony.key_from(kept.file, kept.shares(*range(1, k + 1))).recipient == kept.file.recipient


def test_a_share_travels_encrypted_to_the_colleague_who_opens(kept):
    ada, bero, chloe, *_ = kept.identities
    passed = [ceremony.pass_on(kept.file, one, to=ada.recipient) for one in (bero, chloe)]
    for one in passed:
        assert kept.shares(2)[0].value.hex().encode() not in one
        with pytest.raises(RefusedError, match="not encrypted to this key"):
            ceremony.passed_share(kept.file, one, kept.identities[3])
    gathered = [ceremony.own_share(kept.file, ada), *(ceremony.passed_share(kept.file, one, ada) for one in passed)]
    assert ceremony.key_from(kept.file, gathered).recipient == kept.file.recipient


def test_a_passed_share_may_have_come_by_mail(kept):
    ada, bero, *_ = kept.identities
    passed = ceremony.pass_on(kept.file, bero, to=ada.recipient).replace(b"\n", b"\r\n")
    assert ceremony.passed_share(kept.file, b"\r\n " + passed, ada).index == 2


def test_too_few_or_the_same_share_twice_do_not_open_it(kept):
    for chosen in ((), (1,), (1, 2), (2, 2, 2)):
        with pytest.raises(RefusedError, match=f"3 different shares; here are {len(set(chosen))}"):
            ceremony.key_from(kept.file, kept.shares(*chosen))


def test_a_wrong_share_is_named(kept):
    share = kept.shares(3)[0]
    wrong = replace(share, value=bytes([share.value[0] ^ 1]) + share.value[1:])
    with pytest.raises(RefusedError, match="share of Chloé is not the one"):
        ceremony.key_from(kept.file, [*kept.shares(1, 2), wrong])
    with pytest.raises(RefusedError, match="share of Ada is not the one"):
        ceremony.require_share(kept.file, replace(share, index=1))
    with pytest.raises(RefusedError, match="no share 6"):
        ceremony.require_share(kept.file, replace(share, index=6))


def test_a_share_of_another_vault_is_named(kept):
    with pytest.raises(RefusedError, match="belongs to another vault"):
        ceremony.key_from(kept.file, [*kept.shares(1, 2), *Kept().shares(3)])


def test_a_vault_that_was_founded_wrongly_is_found_out(kept):
    with pytest.raises(RefusedError, match="founded wrongly"):
        ceremony.key_from(replace(kept.file, recipient=Identity.new().recipient), kept.shares(1, 2, 3))
    ada, bero, *rest = kept.file.custodians
    swapped = replace(kept.file, custodians=(replace(ada, share=bero.share), bero, *rest))
    with pytest.raises(RefusedError, match="not encrypted to this key"):
        ceremony.own_share(swapped, kept.identities[0])
    given = encrypt(kept.shares(2)[0].text(), ada.recipient, armored=True).decode()
    with pytest.raises(RefusedError, match="gives Ada the share of somebody else"):
        ceremony.own_share(replace(kept.file, custodians=(replace(ada, share=given), bero, *rest)), kept.identities[0])


def test_a_share_goes_to_custodians_only(kept):
    with pytest.raises(RefusedError, match="goes to none other"):
        ceremony.pass_on(kept.file, kept.identities[0], to=Identity.new().recipient)
    with pytest.raises(RefusedError, match="not one of the custodians"):
        ceremony.own_share(kept.file, Identity.new())


def test_the_file_holds_no_secret_in_the_clear(kept):
    text = kept.file.text()
    key = ceremony.key_from(kept.file, kept.shares(1, 2, 3))
    assert key.text().encode() not in text
    assert key.secret.hex().encode() not in text
    assert all(share.value.hex().encode() not in text for share in kept.shares(1, 2, 3, 4, 5))


@pytest.mark.parametrize(
    ("custodians", "reason"),
    [
        (
            lambda ids: [ceremony.Invited("A", ids[0]), ceremony.Invited("B", ids[0])],
            "Two custodians have the same key",
        ),
        (lambda ids: [ceremony.Invited("", ids[0]), ceremony.Invited("B", ids[1])], "name of one line"),
        (lambda ids: [ceremony.Invited("A\nB", ids[0]), ceremony.Invited("B", ids[1])], "name of one line"),
        (lambda ids: [ceremony.Invited("A", "age1qq"), ceremony.Invited("B", ids[1])], "spelled as age"),
        (lambda ids: [ceremony.Invited("A", ids[0])], "from 2 to 20"),
    ],
)
def test_a_founding_that_does_not_fit_is_refused(kept, custodians, reason):
    invited = custodians([one.recipient for one in kept.identities])
    with pytest.raises(InvalidError, match=reason):
        ceremony.found(name="Talks", k=1, custodians=invited, day=kept.file.founded)


def test_the_file_reads_back(kept):
    assert VaultFile.parse(kept.file.text()) == kept.file
