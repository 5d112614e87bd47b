"""The log on the wire (C2SP tlog-tiles): what anybody may fetch, and what never tells who acted, about what or when.

Tiles and bundles never change, so they may be kept for ever; a checkpoint is as new as the last beat.
"""

import json
from collections.abc import Callable

from django.http import HttpRequest, HttpResponse
from django.views.decorators.http import require_safe

from ninefold.errors import InvalidError, NotThereError
from ninefold.ledger import keeping, reads
from ninefold.ledger.tiles import read_path

_FOR_EVER = "public, max-age=31536000, immutable"
_ASK_AGAIN = "public, no-cache"
_TEXT, _BYTES, _JSON = "text/plain; charset=utf-8", "application/octet-stream", "application/json"
View = Callable[..., HttpResponse]


def _published(view: View) -> View:
    """Open to strangers; what is not there is said in one plain line, also to a badly spelled address."""

    def answer(request: HttpRequest, **named: object) -> HttpResponse:
        try:
            return view(request, **named)
        except (NotThereError, InvalidError):
            response = HttpResponse(f"{NotThereError()}\n", status=404, content_type=_TEXT)
            response["Cache-Control"] = _ASK_AGAIN
            return response

    guarded = require_safe(answer)
    guarded.guard = "open to all"  # type: ignore[attr-defined]
    return guarded


@_published
def checkpoint(request: HttpRequest) -> HttpResponse:
    """The last signed checkpoint."""
    return _answer(reads.checkpoint_note().encode(), _TEXT, _ASK_AGAIN)


@_published
def key(request: HttpRequest) -> HttpResponse:
    """The key that verifies the checkpoints. Compare it with what the log's keeper says."""
    return _answer(f"{keeping.log_signer().verifier}\n".encode(), _TEXT, _ASK_AGAIN)


@_published
def keys(request: HttpRequest) -> HttpResponse:
    """How the key came down from the first one: each older key signed for the next."""
    return _answer(reads.key_chain().encode(), _TEXT, _ASK_AGAIN)


@_published
def tile(request: HttpRequest, *, path: str) -> HttpResponse:
    """A tile of hashes, or the bundle of leaves below it."""
    name, entries = read_path(f"tile/{path}")
    return _answer(reads.bundle(name) if entries else reads.tile(name), _BYTES, _FOR_EVER)


@_published
def clear(request: HttpRequest, *, index: int) -> HttpResponse:
    """The opening of a leaf whose entry is TLP:CLEAR; without its body once that is erased."""
    return _answer(reads.clear_opening(index).canonical(), _JSON, _ASK_AGAIN)


@_published
def clear_list(request: HttpRequest) -> HttpResponse:
    """Which leaves are open to everybody, from `?from=` on; `next` is where to go on, or null."""
    start = request.GET.get("from", "0")
    if not (start.isascii() and start.isdigit() and len(start) <= 18):
        raise NotThereError
    indexes = reads.clear_indexes(int(start))
    following = indexes[-1] + 1 if len(indexes) == reads.MOST_CLEAR else None
    return _answer(json.dumps({"indexes": indexes, "next": following}).encode(), _JSON, _ASK_AGAIN)


def _answer(content: bytes, kind: str, keep: str) -> HttpResponse:
    response = HttpResponse(content, content_type=kind)
    response["Cache-Control"] = keep
    # A browser-based monitor on another site may read what anybody may read.
    response["Access-Control-Allow-Origin"] = "*"
    return response
