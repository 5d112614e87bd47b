"""What the room answers: a `Decision`, and the words of every refusal that a policy may give."""

from dataclasses import dataclass

from ninefold.errors import RefusedError


@dataclass(frozen=True)
class Decision:
    """Yes, or no with the reason that the button's tooltip and the refusal both show."""

    allowed: bool
    reason: str

    def require(self) -> None:
        """Raise `RefusedError` with the reason unless allowed."""
        if not self.allowed:
            raise RefusedError(self.reason)


ALLOWED = Decision(True, "")
NOTHING_PERMITS = Decision(False, "No rule permits this.")

REFUSALS = {
    "administrators-run-accounts": Decision(
        False, "Only an administrator invites people, opens audiences and closes accounts."
    ),
    "administrators-agree-to-a-directory": Decision(False, "Only an administrator agrees to a directory."),
    "administrators-keep-no-audience": Decision(False, "An administrator cannot keep an audience; name somebody else."),
    "custodians-name-their-successors": Decision(
        False, "Only its custodian says who keeps an audience after him; where he has left, an administrator does."
    ),
    "custodians-add-members": Decision(False, "Only the custodian of an audience adds people to it."),
    "custodians-confirm-groups": Decision(False, "Only the custodian of an audience lets a directory's group into it."),
    "administrators-join-no-audience": Decision(
        False, "An administrator reads no record, so he cannot be in an audience."
    ),
    "custodians-end-memberships": Decision(False, "Only the custodian ends a membership, or the member his own."),
    "members-are-hidden": Decision(False, "The members of this audience are known only to its custodian."),
    "givers-decide": Decision(
        False, "Only who released a record, or the custodian of the audience that reads it, may change who reads it."
    ),
    "red-goes-no-further": Decision(
        False, "A TLP:RED record goes no further than its readers, unless who released it says so."
    ),
    "never-given-on-below": Decision(
        False,
        "A record is not given on under a milder marking than its own; lower its marking first, with a reason.",
    ),
    "red-is-lowered-by-its-giver": Decision(False, "A TLP:RED record is lowered only by who released it."),
    "administrators-keep-no-vault": Decision(
        False, "An administrator reads no record, so he keeps no share of a vault; name somebody else."
    ),
    "keepers-bring-vaults": Decision(False, "Only a registrar, or one of its custodians, brings a vault here."),
    "custodians-take-what-is-sealed": Decision(
        False, "Only a custodian of the vault takes what it holds, and he takes it sealed."
    ),
    "custodians-destroy-their-keys": Decision(
        False, "Only a custodian of the vault confirms that his key is destroyed."
    ),
    "lowering-lowers": Decision(
        False,
        "The new marking is not milder than the present one; release the record again to mark it more strictly.",
    ),
}
"""By the `@id` of the policy, in the order in which one is named when several say no."""
