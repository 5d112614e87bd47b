"""The directory that the operator names, in a file of TOML, read strictly.

`protocol = "saml"` says that it speaks SAML (`saml/file.py`); without it, it speaks OpenID Connect (`openid.py`).
"""

import tomllib
from pathlib import Path

from ninefold.access.directory import openid
from ninefold.access.directory.openid import OpenIdDirectory
from ninefold.access.directory.saml import file as saml
from ninefold.access.directory.saml.file import SamlDirectory
from ninefold.access.directory.saml.own import own_certificates, require_key
from ninefold.errors import InvalidError, NotThereError

Directory = OpenIdDirectory | SamlDirectory
"""Either has an issuer, a name for pages, an origin to which a form may lead, and mappings of groups."""

_LONGEST_FILE = 1 << 18


def from_file(named: str, workspace: Path) -> Directory | None:
    """The directory of the file that a setting names, below the workspace or by its whole path; none if unset."""
    if not named:
        return None
    path = workspace / Path(named)
    try:
        with path.open("rb") as file:
            text = file.read(_LONGEST_FILE).decode()
    except OSError:
        raise NotThereError("There is no directory file {path} that this account may read.", path=path) from None
    except UnicodeDecodeError:
        raise InvalidError("The directory file {path} is not text in UTF-8.", path=path) from None
    directory = read_directory(text, path.parent)
    if isinstance(directory, SamlDirectory):
        saml.require_extra()
        saml.certificates_of(directory)
        own_certificates(workspace)
        if directory.sign_requests:
            require_key(workspace)
    else:
        openid.secret_of(directory)
    return directory


def read_directory(text: str, folder: Path) -> Directory:
    """The directory of a file; `InvalidError` names what does not fit."""
    try:
        told = tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        raise InvalidError("The directory file is not TOML: {why}.", why=error) from None
    match told.get("protocol", "openid"):
        case "openid":
            return openid.read(told, folder)
        case "saml":
            return saml.read(told, folder)
    raise InvalidError("The protocol of the directory file must be openid or saml.")
