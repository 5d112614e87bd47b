"""The board as a table of plain text, for a terminal."""

from datetime import date

from ninefold.warning.baseline import DRAWS
from ninefold.warning.board import Board, CountryForecast
from ninefold.warning.vintages import VintageCard
from ninefold.words.countries import country_name

_HEAD = f"{'country':<38}{'probability':>12}  {'90% interval':<14}{'word of estimate':<20}{'months':>8}{'median':>9}"


def board_table(board: Board, card: VintageCard, *, today: date, limit: int) -> str:
    """The first `limit` rows with what then happened, and below them source, licence and vintage."""
    shown = board.rows[:limit]
    told = any(row.outcome for row in shown)
    lines = [
        f"At least {board.threshold} {card.unit}.",
        f"As known on {board.as_known_on:%d %B %Y}{'; a replay, not today’s risk' if board.is_replay(today) else ''}.",
        f"Method: the last {DRAWS} months are the forecast of each month ahead ({board.method}).",
        "",
        _HEAD + ("   then" if told else ""),
        *(_line(row, board, told=told) for row in shown),
        *([f"and {len(board.rows) - limit} more; --limit shows them."] if len(board.rows) > limit else []),
        "",
        f"{card.attribution}. {card.vintage}.",
        card.caution,
    ]
    return "\n".join(lines)


def _line(row: CountryForecast, board: Board, *, told: bool) -> str:
    name = country_name(row.iso3, "en")
    label = f"{name[:33]} {row.iso3}"
    if row.estimate is None:
        return f"{label:<38}{'none':>12}  fewer than {DRAWS} months are known"
    low, high = round(row.estimate.low * 100), round(row.estimate.high * 100)
    return (
        f"{label:<38}{f'{row.estimate.probability * 100:.0f}%':>12}  {f'{low}-{high}%':<14}"
        f"{row.estimate.word.words:<20}{f'{row.months_over}/{DRAWS}':>8}{row.median:>9}"
        f"{_then(row, board) if told else ''}"
    )


def _then(row: CountryForecast, board: Board) -> str:
    known = [count for count in row.outcome or () if count is not None]
    over = sum(count >= board.threshold for count in known)
    return f"{f'{over}/{len(known)}':>7}" if known else ""
