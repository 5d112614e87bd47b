"""Under the Chatham House Rule what was said may be used, and not who said it. Pure.

An act that a person does under that rule is written without him: the actor of its entry is `sealed`, and where its body
would name him there stands the same word. So neither page, proof file, export nor opening can tell, now or when the
marking is lowered, and anybody who may read it can still check its leaf. Nobody can prove afterwards that it was he,
not even he himself: whatever lets him prove it would let others make him.

Nor is it signed, since a signature names its key. An entry that was written before this rule was kept so names its
author for good; only he may open it (`names_author`).
"""

from collections.abc import Mapping
from typing import Any

from ninefold.ledger.writing import NewEntry

RULE = "tlp:ex:chr"
SEALED = "sealed"

_PERSON = ":person:"


def is_under_rule(marking: str) -> bool:
    """Whether who said it may not be told."""
    return RULE in marking.split(" ")


def names_author(*, actor: str, marking: str) -> bool:
    """Whether a person stands as the actor where none may be told."""
    return _PERSON in actor and is_under_rule(marking)


def without_author(act: NewEntry) -> NewEntry:
    """The act as it is written: unchanged, but for a person who acts under the rule."""
    if RULE not in act.marking or not names_author(actor=act.actor, marking=act.marking):
        return act
    body: Mapping[str, Any] = _without(act.actor, act.body)
    return act._replace(actor=SEALED, body=body)


def _without(actor: str, value: Any) -> Any:  # noqa: ANN401 (whatever JSON can say)
    """The value without the person: his name as the ledger writes him, and the id in it."""
    if isinstance(value, str):
        return value.replace(actor, SEALED).replace(actor.rpartition(":")[2], SEALED)
    if isinstance(value, Mapping):
        return {name: _without(actor, one) for name, one in value.items()}
    if isinstance(value, list | tuple):
        return [_without(actor, one) for one in value]
    return value
