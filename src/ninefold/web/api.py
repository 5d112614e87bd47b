"""The API's root: the rooms' routers under `/api/v1/`, the same actions and the same refusals as on pages."""

from dataclasses import asdict

from django.http import HttpRequest, HttpResponse
from django.urls import URLPattern, URLResolver
from django.utils.translation import gettext
from ninja import NinjaAPI
from ninja.errors import AuthenticationError, HttpError, ValidationError
from ninja.openapi.schema import OpenAPISchema
from ninja.types import DictStrAny

from ninefold.access.api import router as access
from ninefold.access.api_leaving import router as leaving
from ninefold.access.api_notices import router as notices
from ninefold.access.api_vaults import router as vaults
from ninefold.access.signing import ToSign
from ninefold.access.tokens import TokenAuth
from ninefold.decisions.api import router as decisions
from ninefold.errors import InvalidError, NinefoldError, answer_to
from ninefold.tracks.api import router as tracks
from ninefold.tracks.api_changes import router as changes
from ninefold.tracks.api_offers import router as offers
from ninefold.warning.api import router as warning
from ninefold.web.ledger.api import router as ledger
from ninefold.web.shapes import fault_in

_REFUSAL = {
    "type": "object",
    "properties": {"error": {"type": "string"}, "message": {"type": "string"}},
    "required": ["error", "message"],
}
_REFUSALS = {
    401: "Not signed in",
    403: "Refused",
    404: "Not there",
    409: "Conflict",
    422: "Invalid",
    503: "Unavailable",
}


class HouseAPI(NinjaAPI):
    """An API whose description names, for every operation, the answers that the table of errors can give."""

    def get_openapi_schema(
        self, *, path_prefix: str | None = None, path_params: DictStrAny | None = None
    ) -> OpenAPISchema:
        """The OpenAPI description, refusals included."""
        schema = super().get_openapi_schema(path_prefix=path_prefix, path_params=path_params)
        content = {"application/json": {"schema": _REFUSAL}}
        for operations in schema["paths"].values():
            for operation in operations.values():
                for status, words in _REFUSALS.items():
                    operation["responses"].setdefault(status, {"description": words, "content": content})
        return schema


api = HouseAPI(title="Ninefold", version="1", auth=TokenAuth(), docs_url=None, urls_namespace="api")
api.add_router("/access", access)
api.add_router("/access", leaving)
api.add_router("/access/notices", notices)
api.add_router("/access/vaults", vaults)
api.add_router("/decisions", decisions)
api.add_router("/ledger", ledger)
api.add_router("/tracks", tracks)
api.add_router("/tracks", changes)
api.add_router("/tracks", offers)
api.add_router("/warning", warning)


def _answer(request: HttpRequest, status: int, name: str, message: str) -> HttpResponse:
    return api.create_response(request, {"error": name, "message": message}, status=status)


@api.exception_handler(NinefoldError)
def refused(request: HttpRequest, error: NinefoldError) -> HttpResponse:
    """Any error for a person, with the status of its row in the table."""
    answer = answer_to(error)
    return _answer(request, answer.status, answer.name, gettext(error.text).format(**error.values))


@api.exception_handler(ToSign)
def to_sign(request: HttpRequest, waiting: ToSign) -> HttpResponse:
    """Nothing is done yet: what the act would write, for its actor to sign."""
    return api.create_response(request, asdict(waiting.signable), status=202)


@api.exception_handler(ValidationError)
def invalid(request: HttpRequest, error: ValidationError) -> HttpResponse:
    """A field that is missing or of another shape than the description says."""
    return refused(request, fault_in(error.errors[0]))


@api.exception_handler(HttpError)
def unreadable(request: HttpRequest, error: HttpError) -> HttpResponse:
    """A body that is no JSON, or one nested too deeply to be read."""
    return refused(request, InvalidError("The body cannot be read; send one JSON object in UTF-8."))


@api.exception_handler(AuthenticationError)
def unknown(request: HttpRequest, error: AuthenticationError) -> HttpResponse:
    """No token, or one that has ended."""
    return _answer(request, 401, "not-signed-in", gettext("Send a personal token that has not ended."))


def mounted() -> tuple[list[URLResolver | URLPattern], str, str]:
    """The addresses of the API, each marked as guarded by a token."""
    addresses = api.urls
    for pattern in addresses[0]:
        pattern.callback.guard = "token"  # type: ignore[union-attr]
    return addresses
