"""The check of what is held to the letter (`held.py`): first every entry that says something of a row, then every row.

1. The entries, in their order, are noted on a sheet: who gave a row, what changed it, who ended it.
2. Each living row is compared with its note. A row without one was written by somebody past the program.
3. What was given, never ended and is not there was taken away.
"""

import json
from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import TypeAlias
from uuid import UUID

from ninefold.clock import stamp
from ninefold.ledger import again, endings, stock
from ninefold.ledger.authors import SEALED
from ninefold.ledger.checks.findings import Findings
from ninefold.ledger.checks.sheet import Noted, Sheet, new_sheet
from ninefold.ledger.held import Act, Reader, Row, Said, Table, tables
from ninefold.ledger.models import Entry

_Readers: TypeAlias = Mapping[str, Sequence[tuple[str, Reader]]]

_NO_ENTRY = "No entry gave {name}: somebody wrote it into the database."
_LIVES = "The log ended {name}, and it lives: somebody wrote it into the database."
_OTHERWISE = "The entry that gave {name} says another thing than the database: {what}."
_FOUND = "An act found {name} otherwise than the log had left it: somebody had changed {what} in the database."
_TAKEN = "The log gave {name}, and the database does not hold it so long: somebody took it away."


def check_held(findings: Findings, now: datetime) -> None:
    """Hold every declared table against the entries."""
    endings.discover()
    declared = tables()
    with new_sheet() as sheet:
        try:
            _note_all(declared, sheet, findings)
            begun = stock.begun()
        except (ValueError, KeyError, TypeError, AttributeError):
            if not findings:  # else its own check has named the text
                findings.add("grant", "", "A text of the log is damaged, so rows were not held against it.")
            return
        for table in declared:
            _check_table(table, sheet, findings, now, held=table.name in begun)


# ---- Entries


def _note_all(declared: Sequence[Table], sheet: Sheet, findings: Findings) -> None:
    """Note every entry that may say something of a row, in the order of the log."""
    kinds = {kind for table in declared for kind in table.says}
    readers = {kind: [(table.name, table.says[kind]) for table in declared if kind in table.says] for kind in kinds}
    more = (stock.ROWS_SET_DOWN.name, again.DONE_AGAIN.name)
    entries = Entry.objects.filter(kind__in=[*kinds, *more]).order_by("serial")
    for kind, subject, text in entries.values_list("kind", "subject_id", "body__text").iterator(chunk_size=1_000):
        _note(readers, sheet, findings, kind, subject, text)


def _note(
    readers: _Readers, sheet: Sheet, findings: Findings, kind: str, subject: UUID, text: bytes | memoryview | None
) -> None:
    if text is None:
        sheet.leave_unsaid(str(subject))
        return
    body = json.loads(bytes(text))
    if kind == stock.ROWS_SET_DOWN.name:
        for id_, told in body["rows"].items():
            _set_down(sheet, body["table"], id_, told)
    elif kind == again.DONE_AGAIN.name:
        for act in again.read(body):
            _say(readers, sheet, findings, act.kind, Act(*endings.as_said(act)))
    else:
        _say(readers, sheet, findings, kind, Act(subject, body))


def _say(readers: _Readers, sheet: Sheet, findings: Findings, kind: str, act: Act) -> None:
    for table, reader in readers.get(kind, ()):
        for said in reader(act):
            _take(sheet, findings, table, said)


def _take(sheet: Sheet, findings: Findings, table: str, said: Said) -> None:
    old = sheet.of(table, said.id) or Noted({})
    other = _differences(said.before, old.told)
    if other and not sheet.is_unsaid(said.id):
        findings.add("grant", f"{table} {said.id}", _FOUND, what=", ".join(other))
    told = dict(said.now) if said.gives else {**old.told, **said.now}
    sheet.note(table, said.id, Noted(told, said.gives or old.given, said.ended))


def _set_down(sheet: Sheet, table: str, id_: str, told: Mapping[str, str]) -> None:
    """Stock adds what no entry said, and brings nothing back."""
    old = sheet.of(table, id_)
    sheet.note(table, id_, Noted({**told, **old.told}, given=True, ended=old.ended) if old else Noted(told, given=True))


def _differences(told: Mapping[str, str], said: Mapping[str, str]) -> list[str]:
    return sorted(name for name in told.keys() & said.keys() if said[name] not in (told[name], SEALED))


# ---- Rows


def _check_table(table: Table, sheet: Sheet, findings: Findings, now: datetime, *, held: bool) -> None:
    for row in table.living(now):
        name = f"{table.name} {row.id}"
        noted = sheet.of(table.name, row.id)
        if noted is not None:
            sheet.meet(table.name, row.id)
        if sheet.is_unsaid(row.subject):
            continue
        if noted is None or not (noted.given or noted.ended):
            _without_entry(table, row, findings, held=held)
        elif noted.ended:
            findings.add("grant", name, _LIVES)
        elif other := _differences({**row.told, **row.apart}, noted.told):
            findings.add("grant", name, _OTHERWISE, what=", ".join(other))
        elif row.told.keys() - noted.told.keys():
            _without_entry(table, row, findings, held=held)
    if table.kept:
        _check_missed(table, sheet, findings, stamp(now))


def _without_entry(table: Table, row: Row, findings: Findings, *, held: bool) -> None:
    if held:
        findings.add("grant", f"{table.name} {row.id}", _NO_ENTRY)
    else:
        findings.older[table.name] += 1


def _check_missed(table: Table, sheet: Sheet, findings: Findings, now: str) -> None:
    for id_, told in sheet.missed(table.name):
        if told.get("ends", now + "~") > now and not sheet.is_unsaid(id_):
            findings.add("grant", f"{table.name} {id_}", _TAKEN)
