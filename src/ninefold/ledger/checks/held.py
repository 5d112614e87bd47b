"""The check of what is held to the letter (`held.py`): first every entry that says something of a row, then every row.

1. The entries, in their order, are noted on a sheet: who gave a row, what changed it, who ended it.
2. Each living row is compared with its note. A row without one was written by somebody past the program.
3. What was given, never ended and is not there was taken away.
"""

import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any
from uuid import UUID

from ninefold.clock import stamp
from ninefold.ledger import again, endings, stock
from ninefold.ledger.authors import SEALED
from ninefold.ledger.checks.findings import Findings
from ninefold.ledger.checks.sheet import Noted, Sheet, new_sheet
from ninefold.ledger.held import Act, Row, Said, Table, tables
from ninefold.ledger.models import Entry

_OWN = {stock.ROWS_SET_DOWN.name, stock.STOCK_TAKEN.name, again.DONE_AGAIN.name}

_NO_ENTRY = "No entry gave {name}: somebody wrote it into the database."
_LIVES = "The log ended {name}, and it lives: somebody wrote it into the database."
_OTHERWISE = "The entry that gave {name} says another thing than the database: {what}."
_FOUND = "An act found {name} otherwise than the log had left it: somebody had changed {what} in the database."
_TAKEN = "The log gave {name}, and the database does not hold it so long: somebody took it away."


def check_held(findings: Findings, now: datetime) -> None:
    """Hold every declared table against the entries."""
    endings.discover()
    with new_sheet() as sheet:
        holding = _Holding(findings, sheet, tables())
        try:
            holding.note_all()
        except (ValueError, KeyError, TypeError, AttributeError):
            if not findings:  # else its own check has named the text
                findings.add("grant", "", "A text of the log is damaged, so rows were not held against it.")
            return
        for table in holding.tables:
            holding.check(table, now)


@dataclass
class _Holding:
    """One check: where it finds, what it notes, and which tables had been set down when an entry was written."""

    findings: Findings
    sheet: Sheet
    tables: Sequence[Table]
    begun: set[str] = field(default_factory=set)

    # ---- Entries

    def note_all(self) -> None:
        """Note every entry that may say something of a row, in the order of the log."""
        kinds = {kind for table in self.tables for kind in table.says}
        entries = Entry.objects.filter(kind__in=kinds | _OWN).order_by("serial")
        for kind, subject, text in entries.values_list("kind", "subject_id", "body__text").iterator(chunk_size=1_000):
            if text:
                self._note(kind, subject, json.loads(bytes(text)))
            else:
                for table in self._told_by(kind):
                    self.sheet.leave_unsaid(table.name, str(subject))

    def _note(self, kind: str, subject: UUID, body: Mapping[str, Any]) -> None:
        if kind == stock.ROWS_SET_DOWN.name:
            for id_, told in body["rows"].items():
                self._set_down(body["table"], id_, told)
        elif kind == stock.STOCK_TAKEN.name:
            self.begun |= set(body["tables"])
        elif kind == again.DONE_AGAIN.name:
            for act in again.read(body):
                self._say(act.kind, Act(*endings.as_said(act)))
        else:
            self._say(kind, Act(subject, body))

    def _told_by(self, kind: str) -> Iterator[Table]:
        return (table for table in self.tables if kind in table.says)

    def _say(self, kind: str, act: Act) -> None:
        for table in self._told_by(kind):
            for said in table.says[kind](act):
                self._take(table.name, said)

    def _take(self, table: str, said: Said) -> None:
        if said.unsaid:
            self.sheet.leave_unsaid(table, said.id)
            return
        old = self.sheet.of(table, said.id) or Noted({})
        # What no entry has said of a table that is held is nothing: an act that finds something there found a forgery.
        left = dict.fromkeys(said.before, "") | dict(old.told) if table in self.begun else old.told
        other = _differences(said.before, left)
        if other and not self.sheet.is_unsaid(table, said.id):
            self.findings.add("grant", f"{table} {said.id}", _FOUND, what=", ".join(other))
        told = said.now if said.gives else {**old.told, **said.now}
        self.sheet.note(table, said.id, Noted(told, said.gives or old.given, said.ended))

    def _set_down(self, table: str, id_: str, told: Mapping[str, str]) -> None:
        """Stock adds what no entry said, and brings nothing back."""
        old = self.sheet.of(table, id_) or Noted({})
        self.sheet.note(table, id_, Noted({**told, **old.told}, given=True, ended=old.ended))

    # ---- Rows

    def check(self, table: Table, now: datetime) -> None:
        """Compare every living row, then look for what is missing."""
        for row in table.living(now):
            noted = self.sheet.of(table.name, row.id)
            if noted is not None and table.kept:
                self.sheet.meet(table.name, row.id)
            if not self.sheet.is_unsaid(table.name, row.subject):
                self._check_row(table.name, row, noted)
        if table.kept:
            self._check_missed(table.name, stamp(now))

    def _check_row(self, table: str, row: Row, noted: Noted | None) -> None:
        name = f"{table} {row.id}"
        if noted is not None and noted.ended:
            self.findings.add("grant", name, _LIVES)
        elif noted is not None and (other := _differences({**row.told, **row.apart}, noted.told)):
            self.findings.add("grant", name, _OTHERWISE, what=", ".join(other))
        elif noted is None or not noted.given or row.told.keys() - noted.told.keys():
            if table in self.begun:
                self.findings.add("grant", name, _NO_ENTRY)
            else:
                self.findings.older[table] += 1

    def _check_missed(self, table: str, now: str) -> None:
        for id_, told in self.sheet.missed(table):
            if ("ends" not in told or told["ends"] > now) and not self.sheet.is_unsaid(table, id_):
                self.findings.add("grant", f"{table} {id_}", _TAKEN)


def _differences(told: Mapping[str, str], said: Mapping[str, str]) -> list[str]:
    """The names of what both speak of and do not agree on; what was left sealed denies nothing."""
    return sorted(name for name in told.keys() & said.keys() if said[name] not in (told[name], SEALED))
