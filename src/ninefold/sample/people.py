"""The five people to act as. None of them exists."""

from dataclasses import dataclass

from ninefold.sample.intake import tables
from ninefold.words.text import Text

# RFC 2606 keeps this name free, so that no letter of the sample reaches anybody.
_HOST = "kesh.example"


@dataclass(frozen=True)
class SamplePerson:
    """One of the five: `who` is a sentence in the first person; `email` tells the account in the workspace."""

    key: str
    email: str
    name: Text
    who: Text
    language: str
    roles: tuple[str, ...]


def people() -> tuple[SamplePerson, ...]:
    """The five, in the order of the tour."""
    return tuple(
        SamplePerson(
            key,
            email_of(key),
            item.text("name"),
            item.text("who"),
            item.word("language"),
            item.words("roles"),
        )
        for key, item in tables("people.toml").items()
        if item.only({"name", "who", "language", "roles"})
    )


def email_of(key: str) -> str:
    """The address of the account of a person, by his key in the sample's files."""
    return f"{key.replace('-', '.')}@{_HOST}"
