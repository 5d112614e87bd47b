"""Which witnesses are asked for, and how many of them are enough (C2SP tlog-policy). Bytes in, an answer out.

    log     KEY [URL]                   a log, by the text of its key
    witness NAME KEY [URL]              a witness; NAME counts in this file only
    group   NAME all|any|K MEMBER...    so many of these witnesses and groups
    quorum  NAME|none                   what must have cosigned a checkpoint

Empty lines and lines that begin with # are skipped. A name is defined before it is used, so groups form no circle.
"""

import re
from collections.abc import Iterable, Sequence, Sized
from dataclasses import dataclass

from ninefold.errors import InvalidError
from ninefold.ledger.cosignatures import ML_DSA_44, CosignatureVerifier, read_verifier
from ninefold.ledger.keys import ED25519, NoteVerifier

LONGEST_POLICY = 1 << 19
# The specification asks for 32 of each; a note may bear a hundred signatures.
MOST = 90
NONE = "none"
_FORBIDDEN = re.compile(rb"[\x00-\x08\x0b-\x1f\x7f]")
_COUNT = re.compile(r"[1-9][0-9]{0,3}", re.ASCII)


@dataclass(frozen=True, slots=True)
class Log:
    """A log whose checkpoints are accepted. The name of its key is its origin."""

    key: NoteVerifier
    url: str = ""


@dataclass(frozen=True, slots=True)
class Witness:
    """A witness under its name in the policy; `url` is where it takes checkpoints."""

    name: str
    key: CosignatureVerifier
    url: str = ""


@dataclass(frozen=True, slots=True)
class Group:
    """It has witnessed once `least` of its members have."""

    name: str
    least: int
    members: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Policy:
    """A policy that was read. `quorum` names a witness or a group, or is `none`."""

    logs: tuple[Log, ...]
    witnesses: tuple[Witness, ...]
    groups: tuple[Group, ...]
    quorum: str

    def reached(self, cosigned: Iterable[str]) -> bool:
        """Whether these witnesses, by their names here, are enough. Where none is asked for, nothing was reached."""
        reached = {witness.name for witness in self.witnesses} & set(cosigned)
        for group in self.groups:  # in the order of the file: a member stands before its group
            if sum(member in reached for member in group.members) >= group.least:
                reached.add(group.name)
        return self.quorum in reached

    def fewest(self) -> int:
        """How many witnesses at least a quorum takes; 0 where none is asked for."""
        need = {witness.name: 1 for witness in self.witnesses}
        for group in self.groups:
            # A member that cannot be reached, because its witness was taken out, needs more than there are.
            each = sorted(need.get(member, len(self.witnesses) + 1) for member in group.members)
            need[group.name] = sum(each[: group.least])
        return need.get(self.quorum, 0)


_Lines = Sequence[Log] | Sequence[Witness]


def read_policy(data: bytes) -> Policy:
    """The policy in a file; `InvalidError` names the first line that is wrong and says what to write there."""
    if len(data) > LONGEST_POLICY:
        raise InvalidError("The policy is longer than {longest} bytes.", longest=LONGEST_POLICY)
    if found := _FORBIDDEN.search(data):
        raise InvalidError(
            "Line {line} of the policy holds the control character {sign}; save it as plain text with Unix line ends.",
            line=data.count(b"\n", 0, found.start()) + 1,
            sign=f"0x{found[0].hex()}",
        )
    draft = _Draft()
    for number, line in enumerate(data.split(b"\n"), 1):
        # Names are octets: whatever is not UTF-8 survives as it is, and never equals anything else.
        words = line.replace(b"\t", b" ").strip(b" ").decode("utf-8", "surrogateescape")
        if words and not words.startswith("#"):
            draft.take(number, [word for word in words.split(" ") if word])
    return draft.policy()


class _Draft:
    """A policy as far as it has been read. Each line is checked against those before it."""

    def __init__(self) -> None:
        self._logs: list[Log] = []
        self._witnesses: list[Witness] = []
        self._groups: list[Group] = []
        self._members: set[str] = set()
        self._quorum: str | None = None

    def take(self, line: int, words: list[str]) -> None:
        """One line that says something."""
        takers = {"log": self._log, "witness": self._witness, "group": self._group, "quorum": self._set_quorum}
        if words[0] not in takers:
            raise InvalidError(
                "Line {line} of the policy begins with {word}; begin it with log, witness, group, quorum or #.",
                line=line,
                word=_shown(words[0]),
            )
        takers[words[0]](line, words[1:])

    def policy(self) -> Policy:
        """The whole, once every line was taken."""
        if self._quorum is None:
            raise InvalidError("The policy has no quorum line; end it with quorum and a name, or with quorum none.")
        return Policy(tuple(self._logs), tuple(self._witnesses), tuple(self._groups), self._quorum)

    def _log(self, line: int, words: list[str]) -> None:
        if len(words) not in (1, 2):
            raise InvalidError("Line {line} of the policy must read: log KEY, or log KEY URL.", line=line)
        key = _key(line, words[0])
        # A log signs as itself (type 1) or with ML-DSA-44 (type 6); type 4 is for witnesses alone.
        if isinstance(key, CosignatureVerifier) and key.algorithm != ML_DSA_44:
            raise InvalidError("Line {line} of the policy gives a log the key of a witness.", line=line)
        self._require_room(line, self._logs)
        self._require_new_key(line, key, mine=self._logs, others=self._witnesses)
        self._logs.append(Log(key, "".join(words[1:])))

    def _witness(self, line: int, words: list[str]) -> None:
        if len(words) not in (2, 3):
            raise InvalidError(
                "Line {line} of the policy must read: witness NAME KEY, or witness NAME KEY URL.", line=line
            )
        self._require_new_name(line, words[0])
        key = _key(line, words[1])
        if not isinstance(key, CosignatureVerifier):
            raise InvalidError(
                "Line {line} of the policy gives a witness a key of type {algorithm}; its own is of type 4 or 6.",
                line=line,
                algorithm=ED25519,
            )
        self._require_room(line, self._witnesses)
        self._require_new_key(line, key, mine=self._witnesses, others=self._logs)
        self._witnesses.append(Witness(words[0], key, "".join(words[2:])))

    def _group(self, line: int, words: list[str]) -> None:
        if len(words) < 3:
            raise InvalidError(
                "Line {line} of the policy must read: group NAME, then all, any or a number, then its members.",
                line=line,
            )
        name, count, *members = words
        self._require_new_name(line, name)
        least = self._least(line, count, len(members))
        for member in members:
            self._require_defined(line, member)
            if member in self._members:
                raise InvalidError(
                    "Line {line} of the policy takes {name} into a group a second time; it may count once.",
                    line=line,
                    name=_shown(member),
                )
            self._members.add(member)
        self._require_room(line, self._groups)
        self._groups.append(Group(name, least, tuple(members)))

    def _set_quorum(self, line: int, words: list[str]) -> None:
        if len(words) != 1:
            raise InvalidError("Line {line} of the policy must read: quorum NAME, or quorum none.", line=line)
        if self._quorum is not None:
            raise InvalidError("Line {line} of the policy sets a second quorum; leave one.", line=line)
        if words[0] != NONE:
            self._require_defined(line, words[0])
        self._quorum = words[0]

    def _least(self, line: int, count: str, members: int) -> int:
        least = {"any": 1, "all": members}.get(count) or (int(count) if _COUNT.fullmatch(count) else 0)
        if not 1 <= least <= members:
            raise InvalidError(
                "Line {line} of the policy asks for {count} of {members}; write all, any or a number up to {members}.",
                line=line,
                count=_shown(count),
                members=members,
            )
        return least

    def _require_room(self, line: int, held: Sized) -> None:
        if len(held) >= MOST:
            raise InvalidError("Line {line} of the policy is too many: at most {most} of a kind.", line=line, most=MOST)

    def _require_new_name(self, line: int, name: str) -> None:
        if name == NONE or name in self._names():
            raise InvalidError(
                "Line {line} of the policy defines {name}, which has a meaning already; choose another name.",
                line=line,
                name=_shown(name),
            )

    def _require_defined(self, line: int, name: str) -> None:
        if name not in self._names():
            raise InvalidError(
                "Line {line} of the policy speaks of {name}, which no line before it defines.",
                line=line,
                name=_shown(name),
            )

    def _require_new_key(self, line: int, key: NoteVerifier, *, mine: _Lines, others: _Lines) -> None:
        """A key stands once, and a log is never its own witness, neither by its key nor by its name."""
        if any(key.public == other.key.public for other in mine):
            raise InvalidError("Line {line} of the policy repeats the key of {name}.", line=line, name=key.name)
        if any(key.public == other.key.public or key.name == other.key.name for other in others):
            raise InvalidError(
                "Line {line} of the policy makes the log {name} its own witness; a log never counts as one.",
                line=line,
                name=key.name,
            )

    def _names(self) -> set[str]:
        return {witness.name for witness in self._witnesses} | {group.name for group in self._groups}


def _key(line: int, text: str) -> NoteVerifier:
    try:
        return read_verifier(text)
    except InvalidError as error:
        raise InvalidError("Line {line} of the policy: {why}", line=line, why=str(error)) from None


def _shown(word: str) -> str:
    """A word of the file as a sentence may carry it, whatever octets it holds."""
    return ascii(word[:80])
