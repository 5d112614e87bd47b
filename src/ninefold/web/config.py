"""Every setting of an installation: name, default and what it does. The manual's table is printed from this list."""

import os
from pathlib import Path
from typing import NamedTuple

from ninefold.errors import InvalidError


class Setting(NamedTuple):
    """One environment variable."""

    name: str
    default: str
    help: str


SETTINGS = (
    Setting("NINEFOLD_WORKSPACE", "workspaces/main", "The folder that holds the database and the keys."),
    Setting("NINEFOLD_WORKSPACES", "workspaces", "The folder below which `run` and the commands look for workspaces."),
    Setting("NINEFOLD_DATABASE", "", "A postgresql:// address; empty means SQLite inside the workspace."),
    Setting("NINEFOLD_PORT", "8009", "The port on this machine at which pages are served."),
    Setting("NINEFOLD_HOST", "localhost", "The address at which to listen; beyond this machine with TLS only."),
    Setting("NINEFOLD_SITE", "localhost", "The name of the site as readers type it; the certificate must bear it."),
    Setting("NINEFOLD_CERT", "", "The certificate of the site with its chain (PEM); empty means no TLS here."),
    Setting("NINEFOLD_CERT_KEY", "", "The private key of that certificate (PEM), readable by this account only."),
    Setting("NINEFOLD_PROXY", "", "The name of the site if a proxy on this machine holds its certificate."),
    Setting(
        "NINEFOLD_PROCESSES",
        "1",
        "How many processes serve pages behind a proxy, each at the next port.",
    ),
    Setting("NINEFOLD_BEAT_SECONDS", "60", "How often the log is published, whether or not anything happened."),
    Setting(
        "NINEFOLD_BEAT_LEAVES", "8", "How many leaves each publication adds; acts beyond it wait for the next one."
    ),
    Setting(
        "NINEFOLD_TIME_AUTHORITIES",
        "",
        "A TOML file (below the workspace, or with its whole path) that names the authorities which time-stamp "
        "checkpoints; empty means none.",
    ),
    Setting("NINEFOLD_TIME_STAMP_MINUTES", "60", "How often the last checkpoint is time-stamped."),
    Setting(
        "NINEFOLD_WITNESS_POLICY",
        "witness-policy",
        "The file that names the witnesses to ask after each publication, and their quorum: a whole path, or one "
        "below the workspace's folder. Without the file nobody is asked; one that is named here must be there.",
    ),
    Setting(
        "NINEFOLD_DIRECTORY",
        "",
        "A TOML file (below the workspace, or with its whole path) that names the directory (OpenID Connect or "
        "SAML) through which people may sign in; empty means none.",
    ),
    Setting("NINEFOLD_SESSION_HOURS", "12", "After how many hours a sign-in ends, used or not."),
    Setting("NINEFOLD_TOKEN_DAYS", "90", "For how many days at most a personal token may be made."),
    Setting("NINEFOLD_INVITATION_HOURS", "72", "After how many hours an invitation ends."),
    Setting(
        "NINEFOLD_BACKUP_HOURS", "0", "How often a copy is added to each backup of the workspace; 0: only by command."
    ),
    Setting("NINEFOLD_BACKUP_KEEP", "30", "How many copies stay in a backup to which copies are added by themselves."),
    Setting(
        "NINEFOLD_MAIL_HOST",
        "",
        "The mail server by which notices go, and letters for a new password; empty means that none go.",
    ),
    Setting("NINEFOLD_MAIL_PORT", "587", "The port of the mail server."),
    Setting("NINEFOLD_MAIL_FROM", "", "The address from which notices come."),
    Setting(
        "NINEFOLD_MAIL_TLS",
        "starttls",
        "How the way to the mail server is secured: starttls, implicit, or none for a server on this machine.",
    ),
    Setting(
        "NINEFOLD_MAIL_CREDENTIALS",
        "",
        "A file (below the workspace, or with its whole path; mode 0600) with two lines: name and password at the mail "
        "server; empty means that it asks for none.",
    ),
    Setting(
        "NINEFOLD_MAIL_ROOTS",
        "",
        "Certificates (PEM) that the mail server's must lead to; empty means those of this machine.",
    ),
    Setting(
        "NINEFOLD_PUSH_CONTACT",
        "",
        "An address (mailto: or https:) by which the makers of browsers reach you; empty means that no browser is sent "
        "messages.",
    ),
    Setting(
        "NINEFOLD_PUSH_NEAR",
        "",
        "Set to 1 where browsers take their messages from a server of your own: then it may lie in a private network.",
    ),
    Setting("NINEFOLD_DEBUG", "", "Set to 1 to see tracebacks on error pages; never on a machine that others reach."),
)
_KNOWN = {setting.name: setting for setting in SETTINGS}


def given(name: str) -> bool:
    """Whether a setting has a value from outside."""
    return bool(os.environ.get(name))


def text(name: str) -> str:
    """The value of a setting, or its default."""
    return os.environ.get(name) or _KNOWN[name].default


def path(name: str, *, below: Path) -> Path | None:
    """The file that a setting names, with its whole path or below a folder; None where it names none."""
    given = text(name)
    return below / given if given else None


def number(name: str, *, least: int, most: int) -> int:
    """A whole number within bounds; anything else raises `InvalidError` and names the setting."""
    given = text(name)
    if not (given.isascii() and given.isdigit() and least <= int(given) <= most):
        raise InvalidError(
            "The setting {name} is {given}; set it to a whole number from {least} to {most}.",
            name=name,
            given=repr(given),
            least=least,
            most=most,
        )
    return int(given)
