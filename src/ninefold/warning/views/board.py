"""The board and a country's page, with their table, CSV and JSON twins."""

from typing import Any

from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import render
from django.utils.translation import get_language
from django.views.decorators.http import require_safe

from ninefold.access.guards import open_to_all
from ninefold.warning import board_files, pictures, reads, showing
from ninefold.warning.asking import Asked, asked_for, row_of
from ninefold.warning.rules import may_raise
from ninefold.words.countries import country_name

PAGE = 25


@open_to_all
@require_safe
def board(request: HttpRequest) -> HttpResponse:
    """What is coming: map and list, as known at an origin, with what then happened where the data tell."""
    asked, code = asked_for(request), get_language() or "en"
    pages = Paginator(asked.board.rows, PAGE)
    page = pages.get_page(request.GET.get("page"))
    context = shared(asked) | {
        "answer": showing.board_answer(asked.board, code),
        "map": pictures.world_map(asked.board, code, query=asked.query),
        "page": page,
        "rows": showing.rows(asked.board, page.object_list, code, query=asked.query),
        "kept": showing.kept(asked.board),
        "vintages": showing.choices(reads.vintages(asked.person, asked.now)[:20], code),
    }
    return render(request, "warning/board.html", context)


@open_to_all
@require_safe
def country(request: HttpRequest, iso3: str) -> HttpResponse:
    """One country: the fan, the sentence, the table, and the step to a warning."""
    asked, code = asked_for(request), get_language() or "en"
    row = row_of(asked.board, iso3)
    answer = showing.country_answer(asked.board, row, code)
    person, subject = asked.person, pictures.subject_of(asked.series.panel, asked.board, row)
    context = shared(asked) | {
        "row": row,
        "name": country_name(iso3, code),
        "answer": answer,
        "fan": pictures.country_fan(subject, code, desc=" ".join(answer)),
        "months": showing.months(asked.board, row),
        "then": showing.then(asked.board, row),
        "raising": may_raise(person.roles if person else (), estimated=row.estimate is not None),
        "warnings": list(reads.warnings(person, asked.now).filter(country=iso3)[:5]),
    }
    return render(request, "warning/country.html", context)


@open_to_all
@require_safe
def board_csv(request: HttpRequest) -> HttpResponse:
    """The board as CSV."""
    asked = asked_for(request)
    text = board_files.board_csv(asked.board, asked.series.card)
    return _file(asked, text, f"board-{asked.board.origin}")


@open_to_all
@require_safe
def board_json(request: HttpRequest) -> HttpResponse:
    """The board as JSON: its marking, then the same as the command prints."""
    asked = asked_for(request)
    told = board_files.board_json(asked.board, asked.series.card, today=asked.now.date())
    return JsonResponse({"marking": str(asked.marking), **told})


@open_to_all
@require_safe
def country_csv(request: HttpRequest, iso3: str) -> HttpResponse:
    """A country's months as CSV: known, and what then happened."""
    asked = asked_for(request)
    text = board_files.country_csv(asked.board, row_of(asked.board, iso3), asked.series.card)
    return _file(asked, text, f"{iso3}-{asked.board.origin}")


@open_to_all
@require_safe
def country_json(request: HttpRequest, iso3: str) -> HttpResponse:
    """A country's row of the board as JSON."""
    asked = asked_for(request)
    head = board_files.board_head(asked.board, asked.series.card, today=asked.now.date())
    return JsonResponse({"marking": str(asked.marking), **head, "row": board_files.row_json(row_of(asked.board, iso3))})


@open_to_all
@require_safe
def panel_csv(request: HttpRequest) -> HttpResponse:
    """The series itself in the format in which own data are loaded: unit, month, value."""
    asked = asked_for(request)
    return _file(asked, board_files.panel_csv(asked.series.panel), "panel")


def shared(asked: Asked) -> dict[str, Any]:
    """What board and country pages have in common."""
    return {
        "asked": asked,
        "board": asked.board,
        "series": asked.series,
        "replay": asked.board.is_replay(asked.now.date()),
        "caption": showing.caption(asked.series.card, get_language() or "en"),
        "marks": asked.marks(),
        "query": asked.query,
    }


def _file(asked: Asked, text: str, name: str) -> HttpResponse:
    """A table to save. It has no room for its marking, so the name bears it, unless everybody may read it."""
    tlp = f".tlp-{asked.marking.tlp}" if asked.marking.rank else ""
    headers = {"Content-Disposition": f'attachment; filename="{name}{tlp}.csv"'}
    return HttpResponse(text, content_type="text/csv; charset=utf-8", headers=headers)
