"""A policy is read strictly, every fault is named with its line, and a quorum is reached by enough witnesses alone."""

import itertools

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ninefold.errors import InvalidError
from ninefold.ledger.cosignatures import Cosigner
from ninefold.ledger.keys import Signer
from ninefold.ledger.quorum import LONGEST_POLICY, MOST, read_policy

LOG = Signer("example.org/log", bytes(range(32)))
OTHER_LOG = Signer("example.org/other", bytes(range(1, 33)))
W = [Cosigner(f"witness.example/{n}", 4, bytes([n]) * 32) for n in range(1, 8)]
PQ = Cosigner("witness.example/pq", 6, bytes(32))
KEYS = [str(each.verifier) for each in W]

EXAMPLE = f"""
# The example of the specification
log {LOG.verifier}

witness X1 {KEYS[0]}
witness X2 {KEYS[1]} https://x2.example/
witness X3 {KEYS[2]}
group X-witnesses 2 X1 X2 X3

witness Y1 {KEYS[3]}
witness Y2 {KEYS[4]}
witness Y3 {KEYS[5]}
group Y-witnesses any Y1 Y2 Y3

group X-and-Y all X-witnesses Y-witnesses
quorum X-and-Y
"""


def read(text):
    return read_policy(text.encode() if isinstance(text, str) else text)


def test_the_example_of_the_specification():
    policy = read(EXAMPLE)
    assert [log.key for log in policy.logs] == [LOG.verifier]
    assert [witness.name for witness in policy.witnesses] == ["X1", "X2", "X3", "Y1", "Y2", "Y3"]
    assert policy.witnesses[1].url == "https://x2.example/"
    assert [(group.name, group.least) for group in policy.groups] == [
        ("X-witnesses", 2),
        ("Y-witnesses", 1),
        ("X-and-Y", 2),
    ]
    names = [witness.name for witness in policy.witnesses]
    for count in range(7):
        for cosigned in itertools.combinations(names, count):
            enough = sum(name[0] == "X" for name in cosigned) >= 2 and any(name[0] == "Y" for name in cosigned)
            assert policy.reached(cosigned) == enough


def test_two_parties_and_neutrals():
    """2 of 3 of a party's witnesses, and 1 of 2 neutral ones."""
    policy = read(
        f"witness a1 {KEYS[0]}\nwitness a2 {KEYS[1]}\nwitness a3 {KEYS[2]}\ngroup parties 2 a1 a2 a3\n"
        f"witness n1 {KEYS[3]}\nwitness n2 {PQ.verifier}\ngroup neutral 1 n1 n2\n"
        "group both all parties neutral\nquorum both"
    )
    assert policy.reached({"a1", "a3", "n2"})
    assert not policy.reached({"a1", "a2", "a3"})
    assert not policy.reached({"a1", "n1", "n2"})
    assert not policy.reached({"both", "parties", "neutral"})


def test_a_single_witness_and_nobody():
    assert read(f"witness w {KEYS[0]}\nquorum w\n").reached({"w"})
    assert not read(f"witness w {KEYS[0]}\nquorum w\n").reached(set())
    nobody = read("quorum none\n")
    assert (nobody.logs, nobody.witnesses, nobody.groups, nobody.quorum) == ((), (), (), "none")
    assert not nobody.reached({"none"})
    assert not read(f"witness w {KEYS[0]}\nquorum none\n").reached({"w"})


def test_white_space_comments_and_a_missing_last_newline():
    policy = read(f"\n# one\n\t # two\n\twitness \t w1  {KEYS[0]}   https://w1.example.com/  \n\n  quorum\tw1")
    assert policy.witnesses[0].url == "https://w1.example.com/"
    assert policy.reached(["w1"])


def test_words_of_the_format_may_be_names():
    policy = read(f"witness all {KEYS[0]}\nwitness any {KEYS[1]}\ngroup group 2 all any\nquorum group\n")
    assert policy.reached(["all", "any"])
    assert not policy.reached(["all"])


def test_names_are_octets():
    text = f"witness K {KEYS[0]}\nwitness \u212a {KEYS[1]}\n".encode() + b"witness w\x80 " + KEYS[2].encode() + b"\n"
    policy = read(text + b"group g 3 K \xe2\x84\xaa w\x80\nquorum g\n")
    assert len({witness.name for witness in policy.witnesses}) == 3
    with pytest.raises(InvalidError, match=r"'w\\udc81'"):
        read(text + b"quorum w\x81\n")


def test_a_log_may_sign_with_ml_dsa_and_have_several_keys():
    log = Cosigner("example.org/log", 6, bytes(range(32)))
    policy = read(f"log {log.verifier} https://log.example/\nlog {LOG.verifier}\nquorum none\n")
    assert [each.key.name for each in policy.logs] == ["example.org/log"] * 2


HEAD = f"log {LOG.verifier}\nwitness w1 {KEYS[0]}\nwitness w2 {KEYS[1]}\n"
SAME_KEY = Cosigner("another.example/name", 4, W[0].seed)
LOG_AS_WITNESS = Cosigner("witness.example/l", 4, LOG.private)
NAMED_AS_LOG = Cosigner(LOG.name, 4, bytes([99]) * 32)


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("", "no quorum line"),
        (HEAD, "no quorum line"),
        (HEAD + "quorum w1\nquorum w1\n", "Line 5 .* second quorum"),
        (HEAD + "quorum w1 w2\n", "Line 4 .* must read: quorum NAME"),
        (HEAD + "quorum\n", "Line 4 .* must read: quorum NAME"),
        (HEAD + "quorum w3\n", "Line 4 .* 'w3', which no line before it defines"),
        (f"quorum w1\nwitness w1 {KEYS[0]}\n", "Line 1 .* 'w1', which no line before it defines"),
        (HEAD + "quibble w1\n", "Line 4 .* begins with 'quibble'"),
        (HEAD + "Quorum w1\n", "Line 4 .* begins with 'Quorum'"),
        (f"witness w {KEYS[0]} https://w.example/ # why\nquorum w\n", "Line 1 .* must read: witness NAME KEY"),
        ("log\nquorum none\n", "Line 1 .* must read: log KEY"),
        (f"log {LOG.verifier} url url\nquorum none\n", "Line 1 .* must read: log KEY"),
        ("log garbage\nquorum none\n", "Line 1 .* 'garbage' is not a key"),
        (f"log {KEYS[0]}\nquorum none\n", "Line 1 .* gives a log the key of a witness"),
        (f"log {LOG.verifier}\nlog {LOG.verifier}\nquorum none\n", "Line 2 .* repeats the key of example.org/log"),
        ("witness w\nquorum none\n", "Line 1 .* must read: witness NAME KEY"),
        (f"witness w {OTHER_LOG.verifier}\nquorum w\n", "Line 1 .* a key of type 1"),
        (f"witness w {KEYS[0][:-2]}\nquorum w\n", "Line 1 .* base64"),
        (f"witness w {KEYS[0].replace('example', 'exemple')}\nquorum w\n", "Line 1 .* does not match its own hash"),
        (f"witness none {KEYS[0]}\nquorum none\n", "Line 1 .* 'none', which has a meaning already"),
        (HEAD + f"witness w1 {KEYS[2]}\nquorum w1\n", "Line 4 .* 'w1', which has a meaning already"),
        (HEAD + "group w1 any w2\nquorum w1\n", "Line 4 .* 'w1', which has a meaning already"),
        (HEAD + "group none any w2\nquorum none\n", "Line 4 .* 'none', which has a meaning already"),
        (HEAD + f"witness w3 {SAME_KEY.verifier}\nquorum w3\n", "Line 4 .* repeats the key of another.example/name"),
        (HEAD + "group g\nquorum w1\n", "Line 4 .* must read: group NAME"),
        (HEAD + "group g any\nquorum w1\n", "Line 4 .* must read: group NAME"),
        (HEAD + "group g 0 w1 w2\nquorum g\n", "Line 4 .* asks for '0' of 2"),
        (HEAD + "group g 3 w1 w2\nquorum g\n", "Line 4 .* asks for '3' of 2"),
        (HEAD + "group g -1 w1\nquorum g\n", "Line 4 .* asks for '-1' of 1"),
        (HEAD + "group g +1 w1\nquorum g\n", r"Line 4 .* asks for '\+1' of 1"),
        (HEAD + "group g 01 w1\nquorum g\n", "Line 4 .* asks for '01' of 1"),
        (HEAD + "group g ١ w1\nquorum g\n", "Line 4 .* asks for"),
        (HEAD + "group g most w1\nquorum g\n", "Line 4 .* asks for 'most' of 1"),
        (HEAD + "group g any w3\nquorum g\n", "Line 4 .* 'w3', which no line before it defines"),
        (HEAD + "group g any g\nquorum g\n", "Line 4 .* 'g', which no line before it defines"),
        (HEAD + "group g any none w1\nquorum g\n", "Line 4 .* 'none', which no line before it defines"),
        (HEAD + "group g all w1 w1\nquorum g\n", "Line 4 .* 'w1' into a group a second time"),
        (HEAD + "group g any w1\ngroup h any w1\nquorum g\n", "Line 5 .* 'w1' into a group a second time"),
        (HEAD + f"witness l {LOG_AS_WITNESS.verifier}\nquorum l\n", "Line 4 .* its own witness"),
        (f"witness l {LOG_AS_WITNESS.verifier}\nlog {LOG.verifier}\nquorum l\n", "Line 2 .* its own witness"),
        (HEAD + f"witness l {NAMED_AS_LOG.verifier}\nquorum l\n", "Line 4 .* its own witness"),
        (HEAD + "quorum w1\r\n", "Line 4 .* control character 0x0d"),
        (HEAD + "quorum w1\x00\n", "Line 4 .* control character 0x00"),
        (HEAD + "quorum w1\x7f\n", "Line 4 .* control character 0x7f"),
        (HEAD + "# \x1b[31m\nquorum w1\n", "Line 4 .* control character 0x1b"),
        ("#" * (LONGEST_POLICY + 1), "longer than"),
    ],
    ids=lambda value: repr(value)[-50:],
)
def test_every_fault_is_named_with_its_line(text, reason):
    with pytest.raises(InvalidError, match=reason):
        read(text)


def test_so_many_of_each_kind_and_no_more():
    def many(count):
        seeds = [n.to_bytes(32, "big") for n in range(1, count + 1)]
        lines = [f"witness w{n} {Cosigner('w', 4, seed).verifier}" for n, seed in enumerate(seeds)]
        lines += [f"group g{n} any w{n}" for n in range(min(count, 32))]
        lines += [f"log {Signer('l', b'l' * 31 + bytes([n])).verifier}" for n in range(32)]
        return read("\n".join([*lines, "quorum g0"]))

    assert len(many(MOST).witnesses) == MOST >= 32
    with pytest.raises(InvalidError, match=f"at most {MOST}"):
        many(MOST + 1)


@given(st.data())
def test_one_witness_more_never_unmakes_a_quorum(data):
    """Any tree of groups, against counting by hand."""
    lines = [f"witness w{n} {key}" for n, key in enumerate(KEYS)]
    free, made = [f"w{n}" for n in range(len(KEYS))], {}
    for number in range(data.draw(st.integers(1, 4))):
        if not free:
            break
        members = data.draw(st.lists(st.sampled_from(free), min_size=1, unique=True))
        least = data.draw(st.integers(1, len(members)))
        name = f"g{number}"
        lines.append(f"group {name} {least} {' '.join(members)}")
        made[name] = (least, members)
        free = [each for each in free if each not in members] + [name]
    quorum = data.draw(st.sampled_from([*made, *(name for name in free if name.startswith("w"))]))
    policy = read("\n".join([*lines, f"quorum {quorum}"]))

    def holds(name, cosigned):
        if name not in made:
            return name in cosigned
        least, members = made[name]
        return sum(holds(member, cosigned) for member in members) >= least

    cosigned = data.draw(st.sets(st.sampled_from([f"w{n}" for n in range(len(KEYS))])))
    assert policy.reached(cosigned) == holds(quorum, cosigned)
    if policy.reached(cosigned):
        assert policy.reached(cosigned | {"w0"})
