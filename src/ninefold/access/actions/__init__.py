"""Every change of who may see: people, audiences, releases, keys. One act, one transaction, one entry."""

from ninefold.access.actions import concerned
from ninefold.access.actions.announcing import announce
from ninefold.access.actions.audiences import (
    add_member,
    end_membership,
    open_audience,
    require_span,
    require_taken_up,
)
from ninefold.access.actions.by_office import hold_by_office, pass_on_by_office
from ninefold.access.actions.channels import (
    NewFeed,
    ask_by_mail,
    code_of,
    confirm_mail,
    end_channel,
    hush_audience,
    open_feed,
    open_push,
    set_terms,
)
from ninefold.access.actions.custody import name_successor, pass_custody, take_custody
from ninefold.access.actions.departing import Swept, close_account, close_due, set_departure, withdraw_departure
from ninefold.access.actions.directory import (
    confirm_group,
    hear_once,
    link_directory,
    seen_in_directory,
    unlink_directory,
    withdraw_group,
)
from ninefold.access.actions.filing import file_entries, take_down_what_ended
from ninefold.access.actions.holding import hold_open
from ninefold.access.actions.keys import NewToken, issue_token, revoke_token
from ninefold.access.actions.naming import agree_directory, note_directory
from ninefold.access.actions.offers import keep_offer, offer_audience, withdraw_offer
from ninefold.access.actions.outbox import concerns, gather, settle, still_concerns
from ninefold.access.actions.people import (
    Handover,
    change_language,
    factor_added,
    factor_removed,
    found,
    invite,
    invite_again,
    open_imported,
    password_stored,
    sample_link,
    take_link,
    withdraw_invitation,
)
from ninefold.access.actions.recovering import ask_recovery
from ninefold.access.actions.releases import (
    NewRelease,
    end_release,
    let_in,
    lower_marking,
    mark_of,
    new_releases,
    place,
    place_all,
    release,
)
from ninefold.access.actions.signing_keys import (
    Possession,
    end_key,
    enrol_key,
    enrol_passkey,
    passkey_removed,
)
from ninefold.access.actions.upkeep import forget_what_ended
from ninefold.access.actions.vault_endings import confirm_destroyed, erase_due_vaults
from ninefold.access.actions.vault_items import deposit, keep_apart, seal_into
from ninefold.access.actions.vaults import end_custodian_key, publish_custodian_key, register_vault

__all__ = [
    "Handover",
    "NewFeed",
    "NewRelease",
    "NewToken",
    "Possession",
    "Swept",
    "add_member",
    "agree_directory",
    "announce",
    "ask_by_mail",
    "ask_recovery",
    "change_language",
    "close_account",
    "close_due",
    "code_of",
    "concerned",
    "concerns",
    "confirm_destroyed",
    "confirm_group",
    "confirm_mail",
    "deposit",
    "end_channel",
    "end_custodian_key",
    "end_key",
    "end_membership",
    "end_release",
    "enrol_key",
    "enrol_passkey",
    "erase_due_vaults",
    "factor_added",
    "factor_removed",
    "file_entries",
    "forget_what_ended",
    "found",
    "gather",
    "hear_once",
    "hold_by_office",
    "hold_open",
    "hush_audience",
    "invite",
    "invite_again",
    "issue_token",
    "keep_apart",
    "keep_offer",
    "let_in",
    "link_directory",
    "lower_marking",
    "mark_of",
    "name_successor",
    "new_releases",
    "note_directory",
    "offer_audience",
    "open_audience",
    "open_feed",
    "open_imported",
    "open_push",
    "pass_custody",
    "pass_on_by_office",
    "passkey_removed",
    "password_stored",
    "place",
    "place_all",
    "publish_custodian_key",
    "register_vault",
    "release",
    "require_span",
    "require_taken_up",
    "revoke_token",
    "sample_link",
    "seal_into",
    "seen_in_directory",
    "set_departure",
    "set_terms",
    "settle",
    "still_concerns",
    "take_custody",
    "take_down_what_ended",
    "take_link",
    "unlink_directory",
    "withdraw_departure",
    "withdraw_group",
    "withdraw_invitation",
    "withdraw_offer",
]
