"""What is wrong with the shape of a call, in our own words: the validator's are English, whatever the reader asks for.

The types of fault are those of pydantic (https://docs.pydantic.dev/latest/errors/validation_errors/); one that is not
in the table gets the sentence for all others.
"""

from collections.abc import Mapping
from typing import Any

from ninefold.errors import InvalidError

# The part of a call's address in it; people know the field.
_AROUND = 2
_LONGEST_ITEM = 80
_PLACES = ("path", "query", "body")
_SHAPE_WORDS = {
    "missing": "{item} is missing; send it.",
    "extra_forbidden": "{item} is not a field of this call; leave it out.",
    "string_type": "{item} is not a text; send it in quotation marks.",
    "string_pattern_mismatch": "{item} is not spelled as the description of the API says.",
    "string_too_long": "{item} is too long; shorten it to {most} characters.",
    "string_too_short": "{item} is too short; write {least} characters or more.",
    "int_type": "{item} is not a whole number.",
    "int_parsing": "{item} is not a whole number.",
    "int_from_float": "{item} is not a whole number.",
    "greater_than_equal": "{item} is too small; send {least} or more.",
    "less_than_equal": "{item} is too large; send {most} or less.",
    "bool_type": "{item} is neither true nor false.",
    "bool_parsing": "{item} is neither true nor false.",
    "uuid_type": "{item} is not an id; send a UUID such as 2904e34a-734d-44ff-bba1-4a283104a463.",
    "uuid_parsing": "{item} is not an id; send a UUID such as 2904e34a-734d-44ff-bba1-4a283104a463.",
    "date_parsing": "{item} is not a day; write it as 2026-11-21.",
    "date_from_datetime_parsing": "{item} is not a day; write it as 2026-11-21.",
    "datetime_parsing": "{item} is not a moment; write it as 2026-11-21T14:05:00Z.",
    "datetime_from_date_parsing": "{item} is not a moment; write it as 2026-11-21T14:05:00Z.",
    "list_type": "{item} is not a list.",
    "dict_type": "{item} is not an object.",
    "model_attributes_type": "{item} is not an object.",
    "model_type": "{item} is not an object.",
}
_OTHER_WORDS = "{item} is not what the description of the API says; look at /api/v1/openapi.json."


def fault_in(fault: Mapping[str, Any]) -> InvalidError:
    """The error that names the field of pydantic's `fault` and what to do."""
    about: Mapping[str, Any] = fault.get("ctx") or {}
    values = {
        "item": _item([str(part) for part in fault["loc"]]),
        "least": about.get("min_length", about.get("ge", "")),
        "most": about.get("max_length", about.get("le", "")),
    }
    return InvalidError(_SHAPE_WORDS.get(fault["type"], _OTHER_WORDS), **values)


def _item(place: list[str]) -> str:
    """`country` of `body.draft.country`: where it was sent and the name that the program gives it are left out."""
    inner = place[_AROUND:] if place[0] == "body" else place[1:] if place[0] in _PLACES else place
    return ".".join(inner or place[-1:])[:_LONGEST_ITEM]
