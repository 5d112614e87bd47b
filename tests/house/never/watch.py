"""What these tests look for, as functions from source to findings, so that a planted violation can be shown to them."""

import ast
import re
from pathlib import Path

ROOT = Path(__file__).resolve().parents[3]
SOURCE = ROOT / "src" / "ninefold"

# A column of this name would hold a profile, a watch list, a trait of a community, or a verdict on who did it.
FORBIDDEN_COLUMN = re.compile(
    r"(^|_)(score|rank|rating|profile|watch_?list|suspect|risk_level|threat|ethnic\w*|religion|sect|tribe|caste|"
    r"political_opinion|perpetrator|attribut\w+|culprit|face|voice|fingerprint_of|device_id|user_agent|ip(_address)?)($|_)"
)
FORBIDDEN_PACKAGES = {
    "sentry-sdk",
    "opentelemetry-api",
    "posthog",
    "segment-analytics-python",
    "face-recognition",
    "deepface",
    "insightface",
    "speechbrain",
    "resemblyzer",
    "pyannote-audio",
    "torch",
    "transformers",
    "requests",
    "aiohttp",
}
_CALLS_OUT = {
    "urllib.request",
    "http.client",
    "requests",
    "httpx",
    "aiohttp",
    "smtplib",
    "ftplib",
    "telnetlib",
    "ninefold.outward",
}
# `run` waits for its own first page, on this machine. `ledger watch` reads the one log whose address its caller gives.
LOOPBACK_ONLY = {"run.py": ["http.client"]}
# Addresses that the operator wrote into a file or his caller gave, and no others. A restore asks about the log alone;
# witnesses are sent what anybody may fetch; that a directory which names other addresses is not followed there,
# `tests/access/test_directory.py` shows. A letter goes to the mail server that the operator named. A message to a
# browser goes where that browser said, once its owner and the operator agreed (`tests/access/test_notice_push.py`).
NAMED_ONLY = {
    "time_asking.py": ["ninefold.outward"],
    "watch.py": ["httpx"],
    "sources.py": ["ninefold.outward"],
    "provider.py": ["ninefold.outward"],
    "outward.py": ["httpx"],
    "questions.py": ["http.client"],
    "post.py": ["smtplib"],
    "pushing.py": ["ninefold.outward"],
}
_ELSEWHERE = re.compile(
    r"""(?:src|href|action|url|import|from)\s*[=(]?\s*["']?\s*(?:https?:)?//[^\s"')]+""", re.IGNORECASE
)


def forbidden_columns(columns):
    """Columns, as (table, name), that must not exist."""
    return [f"{table}.{name}" for table, name in columns if FORBIDDEN_COLUMN.search(name)]


def calls_out(text):
    """The modules that a Python file imports to reach another machine."""
    found = set()
    for node in ast.walk(ast.parse(text)):
        if isinstance(node, ast.Import):
            found |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom) and node.module:
            found |= {node.module, *(f"{node.module}.{alias.name}" for alias in node.names)}
    return sorted(found & _CALLS_OUT)


def third_parties(text):
    """Addresses on other machines that a template, style sheet or script would load."""
    return _ELSEWHERE.findall(text)


def assets():
    """Templates, styles and scripts that this project wrote."""
    files = [file for ending in ("html", "css", "js", "mjs") for file in SOURCE.rglob(f"*.{ending}")]
    return [file for file in files if "vendor" not in file.parts]
