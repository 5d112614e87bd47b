"""A panel as bytes for a table, and back; the form is NumPy's own, without pickles."""

import io
import zipfile

import numpy as np

from ninefold.errors import InvalidError
from ninefold.warning.months import Month
from ninefold.warning.panel import Panel


def pack(panel: Panel) -> bytes:
    """The panel as a compressed archive of plain arrays."""
    file = io.BytesIO()
    units = np.array(panel.units, dtype=np.str_)
    np.savez_compressed(file, units=units, first=np.int64(panel.first.ordinal), values=panel.values)
    return file.getvalue()


def unpack(packed: bytes) -> Panel:
    """The panel that `pack` wrote; anything else raises `InvalidError`."""
    try:
        with np.load(io.BytesIO(packed), allow_pickle=False) as held:
            return Panel(tuple(held["units"].tolist()), Month(int(held["first"])), held["values"])
    except (KeyError, OSError, ValueError, zipfile.BadZipFile):
        raise InvalidError("The stored series cannot be read; load its file again.") from None
