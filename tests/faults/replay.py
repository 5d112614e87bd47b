"""A disk that forgets: what a process wrote, read from its system calls, and what of it had reached the disk.

`strace` tells every write and every sync in order. Writes are held back until their file is synced, so at any moment
`durable` is what a machine would find after losing its power then. Nothing about SQLite is assumed.
"""

import re
from dataclasses import dataclass, field

_CALL = re.compile(
    r"^(?P<call>\w+)\((?P<fd>\d+)<(?P<path>[^>]*)>"
    r'(?:, "(?P<data>(?:\\x[0-9a-f]{2})*)", \d+(?:, (?P<at>\d+))?|, (?P<size>\d+))?\)\s+= (?P<result>-?\d+)'
)
CALLS = "pwrite64,write,fsync,fdatasync,ftruncate"


@dataclass
class Disk:
    """Files by name: their durable bytes, and what was written since the last sync."""

    durable: dict[str, bytes]
    pending: dict[str, list[tuple[int, bytes | None]]] = field(default_factory=dict)

    def write(self, name, at, data):
        """`data` None: the file ends at `at`."""
        self.pending.setdefault(name, []).append((at, data))

    def sync(self, name):
        self.durable[name] = applied(self.durable.get(name, b""), self.pending.pop(name, []))

    def after_power_loss(self, survives=lambda: False):
        """The files as found then; each write that was not synced survives by chance, and never by default."""
        names = self.durable.keys() | self.pending.keys()
        kept = {name: [each for each in self.pending.get(name, []) if survives()] for name in names}
        found = {name: applied(self.durable.get(name, b""), kept[name]) for name in names}
        return {name: content for name, content in found.items() if name in self.durable or kept[name]}


def applied(content, changes):
    for at, data in changes:
        if data is None:
            content = content[:at].ljust(at, b"\0")
        else:
            content = content.ljust(at, b"\0")
            content = content[:at] + data + content[at + len(data) :]
    return content


def replay(lines, disk, folder):
    """Walk the calls. Yields after each: what happened ("said" with the text, or "synced" with the file's name)."""
    for line in lines:
        call = _CALL.match(line)
        if call is None or int(call["result"]) < 0:
            continue
        path = unescaped(call["path"]).decode()
        if path.startswith("pipe:"):
            yield "said", unescaped(call["data"])[: int(call["result"])].decode()
        if not path.startswith(f"{folder}/") or path.endswith("-shm"):
            continue
        name = path.removeprefix(f"{folder}/")
        if call["call"] == "pwrite64":
            disk.write(name, int(call["at"]), unescaped(call["data"])[: int(call["result"])])
        elif call["call"] == "ftruncate":
            disk.write(name, int(call["size"]), None)
        elif call["call"] in ("fsync", "fdatasync"):
            disk.sync(name)
            yield "synced", name


def unescaped(text):
    r"""`\x41\x42` as bytes; a text without escapes as it is."""
    return bytes.fromhex(text.replace("\\x", "")) if text.startswith("\\x") else text.encode()
