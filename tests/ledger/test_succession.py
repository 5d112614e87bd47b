"""One key names the next; whoever trusts the old one is led to the new one, unless a thief could have led him."""

import pytest

from ninefold.errors import InvalidError, RefusedError
from ninefold.ledger.checkpoints import Checkpoint, sign_checkpoint
from ninefold.ledger.keys import Signer
from ninefold.ledger.notes import sign_note, split_note, write_note
from ninefold.ledger.succession import KeyLine, follow, open_link, read_chain, require_not_ended, sign_link, write_chain

NAME = "ninefold.node/0123456789abcdef"
KEYS = [Signer.generate(NAME) for _ in range(4)]
A, B, C, D = (key.verifier for key in KEYS)


def chain(*sizes, stolen=()):
    """The notes by which each key names the next, at these sizes."""
    pairs = zip(KEYS, KEYS[1:], sizes, strict=False)
    return [sign_link(size, old, new, stolen=size in stolen) for old, new, size in pairs]


LINE = KeyLine.of(C, chain(300, 500))


def test_a_link_reads_back():
    (note,) = chain(264)
    link = open_link(note)
    assert (link.size, link.old, link.new, link.stolen) == (264, A, B, False)
    assert open_link(chain(264, stolen=[264])[0]).stolen


def lies():
    text = split_note(chain(264)[0]).text
    other = Signer.generate("another.log/1")
    yield "signed by the old key alone", sign_note(text, KEYS[0]), RefusedError, "by the old key and the new one"
    yield "signed by the new key alone", sign_note(text, KEYS[1]), RefusedError, "by the old key and the new one"
    yield "signed by a third too", sign_note(text, KEYS[:3]), RefusedError, "and no other"
    yield "signed for another text", chain(264)[0].replace("\n264\n", "\n265\n"), RefusedError, "does not match"
    yield (
        "of another log",
        sign_note(text.replace(str(B), str(other.verifier)), [KEYS[0], other]),
        InvalidError,
        "not ab",
    )
    yield "with a size of 0", sign_note(text.replace("264", "0"), KEYS[:2]), InvalidError, "not about a change"
    yield "with a size in another spelling", sign_note(text.replace("264", "0264"), KEYS[:2]), InvalidError, "not about"
    yield "of the same key", sign_note(text.replace(str(B), str(A)), KEYS[:2]), InvalidError, "not about a change"
    yield "with another end", sign_note(text.replace("ended", "lost"), KEYS[:2]), InvalidError, "not about a change"
    yield "with one more line", sign_note(f"{text}and more\n", KEYS[:2]), InvalidError, "not about a change"
    yield "a checkpoint", sign_checkpoint(Checkpoint(NAME, 1, bytes(32)), KEYS[0]), InvalidError, "not about a change"


@pytest.mark.parametrize(("note", "error", "reason"), [lie[1:] for lie in lies()], ids=[lie[0] for lie in lies()])
def test_another_note_is_no_link(note, error, reason):
    with pytest.raises(error, match=reason):
        open_link(note)


def test_a_chain_reads_back():
    for sizes in ((), (264,), (264, 300, 500)):
        assert read_chain(write_chain(chain(*sizes))) == chain(*sizes)
    for text in ("x", write_chain(chain(264))[:-1], write_chain(chain(264)) + "\nmore\n", "\n"):
        with pytest.raises(InvalidError):
            [open_link(note) for note in read_chain(text)]
    with pytest.raises(InvalidError, match="longer than"):
        read_chain("x" * (1 << 21))


@pytest.mark.parametrize(
    ("size", "keys"), [(1, (A,)), (299, (A,)), (300, (B, A)), (301, (B,)), (499, (B,)), (500, (C, B)), (9**9, (C,))]
)
def test_each_checkpoint_is_signed_by_the_key_of_its_size(size, keys):
    assert LINE.at(size) == keys
    signers = dict(zip((A, B, C, D), KEYS, strict=True))
    checkpoint = Checkpoint(NAME, size, bytes(32))
    assert LINE.open(sign_checkpoint(checkpoint, *[signers[key] for key in keys]))[0] == checkpoint
    for wrong in {A, B, C, D} - set(keys):
        with pytest.raises(RefusedError):
            LINE.open(sign_checkpoint(checkpoint, signers[wrong]))
    if len(keys) == 2:
        for alone in keys:
            with pytest.raises(RefusedError, match="not signed by every key"):
                LINE.open(sign_checkpoint(checkpoint, signers[alone]))


@pytest.mark.parametrize(
    ("current", "notes", "reason"),
    [
        (B, chain(300, 500), "do not lead to the key that signs now"),
        (C, chain(300, 500)[::-1], "do not lead"),
        (C, chain(300, 500)[1:] * 2, "do not lead"),
        (C, chain(500, 300), "not in their order"),
        (D, [chain(300)[0], chain(1, 2, 500)[2]], "do not lead"),
    ],
)
def test_links_that_make_no_line_are_refused(current, notes, reason):
    with pytest.raises(RefusedError, match=reason):
        KeyLine.of(current, notes)


def test_the_signature_of_an_ended_key_can_be_left_out():
    both = sign_checkpoint(Checkpoint(NAME, 500, bytes(32)), KEYS[1], KEYS[2])
    alone = sign_checkpoint(Checkpoint(NAME, 500, bytes(32)), KEYS[2])
    assert LINE.without_old(both) == LINE.without_old(alone) == alone
    witness = split_note(sign_note(Checkpoint(NAME, 500, bytes(32)).text(), Signer.generate("a.witness"))).unverified
    with_witness = write_note(split_note(both).text, [*split_note(both).unverified, *witness])
    assert LINE.without_old(with_witness) == write_note(
        split_note(alone).text, [*split_note(alone).unverified, *witness]
    )


def test_trust_follows_the_links():
    links = [open_link(note) for note in chain(300, 500, 700)]
    assert follow([A], links, D) == [A, B, C, D]
    assert follow([C], links, D) == [C, D]
    assert follow([D], links, A) == [D], "not backwards"
    assert follow([], links, D) == []
    assert follow([A], links[1:], D) == [A], "not over a gap"


def test_trust_does_not_follow_over_a_stolen_key():
    links = [open_link(note) for note in chain(300, 500, 700, stolen=[500])]
    assert follow([A], links, B) == [A, B]
    for to in (C, D):
        with pytest.raises(RefusedError, match="A thief could have named the next one as well"):
            follow([A], links, to)
    assert follow([A, D], links, D)
    assert follow([C], links, D) == [C, D]


def test_a_key_signs_nothing_after_its_end():
    links = [open_link(note) for note in chain(300, 500, stolen=[500])]
    require_not_ended(links, A, 299)
    require_not_ended(links, C, 9_999)
    with pytest.raises(RefusedError, match="had ended before, at size 300; this is of size 300"):
        require_not_ended(links, A, 300)
    with pytest.raises(RefusedError, match="was stolen; only what its log signs with the next key"):
        require_not_ended(links, B, 400)
