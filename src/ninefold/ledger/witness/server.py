"""The door of a witness: HTTP, with a bound on everything that a stranger can make long.

    POST /add-checkpoint        a submission in, a cosignature out (`cosigning.py` has the table of answers)
    GET  /HASH/checkpoint       the last cosigned checkpoint of the log whose origin has this SHA-256

A request has `_SECONDS` from the end of the one before, however slowly its bytes come, and so many bytes; so many are
served at once, and a further one is turned away. Nothing is written about who asked.
"""

import io
import re
import socket
import ssl
import sys
import threading
import time
import traceback
from contextlib import suppress
from http import HTTPStatus
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import TypeAlias

from ninefold import clock
from ninefold.ledger.submissions import LONGEST_SUBMISSION
from ninefold.ledger.witness.cosigning import Answer, Witness

_SECONDS = 10.0
_MOST_AT_ONCE = 128
_LENGTH = re.compile(r"[0-9]{1,9}", re.ASCII)
_CHUNK = re.compile(rb"([0-9a-fA-F]{1,8})[ \t]*(?:;[^\r\n]*)?\r?\n")
_LONGEST_LINE, _MOST_TRAILERS = 1_000, 20
_TOO_LONG = f"The body may have {LONGEST_SUBMISSION} bytes at most."
_LATEST = re.compile(r"/([0-9a-f]{64})/checkpoint", re.ASCII)
_Connection: TypeAlias = socket.socket | tuple[bytes, socket.socket]  # the library serves datagrams too
_BUSY = b"HTTP/1.1 503 Busy\r\nContent-Length: 0\r\nRetry-After: 10\r\nConnection: close\r\n\r\n"


class Door(ThreadingHTTPServer):
    """Serves one witness at one address, with TLS where a context is given."""

    daemon_threads = True
    block_on_close = False
    request_queue_size = 128

    def __init__(self, address: tuple[str, int], witness: Witness, tls: ssl.SSLContext | None = None) -> None:
        self.address_family = socket.AF_INET6 if ":" in address[0] else socket.AF_INET
        self._free = threading.BoundedSemaphore(_MOST_AT_ONCE)
        self.witness = witness
        super().__init__(address, _Handler)
        if tls:
            # The handshake is left to the thread of the connection, or one silent stranger would hold up all others.
            self.socket = tls.wrap_socket(self.socket, server_side=True, do_handshake_on_connect=False)

    def process_request(self, request: _Connection, client_address: object) -> None:
        """A thread for the connection, if there is one left."""
        if self._free.acquire(blocking=False):
            super().process_request(request, client_address)
            return
        if isinstance(request, socket.socket) and not isinstance(request, ssl.SSLSocket):
            with suppress(OSError):
                request.setblocking(False)
                request.send(_BUSY)
        self.shutdown_request(request)

    def process_request_thread(self, request: _Connection, client_address: object) -> None:
        """Serve the connection, then free its place."""
        try:
            super().process_request_thread(request, client_address)
        finally:
            self._free.release()

    def handle_error(self, request: _Connection, client_address: object) -> None:
        """A connection that broke off concerns nobody; a mistake of ours is told, without what was asked."""
        error = sys.exception()
        if error is not None and not isinstance(error, OSError):
            place = traceback.extract_tb(error.__traceback__)[-1]
            sys.stderr.write(f"A mistake of ours: {type(error).__name__} in {place.filename}, line {place.lineno}\n")


class _Within(io.RawIOBase):
    """What comes over a connection until a moment; then reading ends, however little came."""

    def __init__(self, connection: socket.socket) -> None:
        self._connection = connection
        self.until = 0.0

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: object) -> int:
        left = self.until - time.monotonic()
        if left <= 0:
            raise TimeoutError
        self._connection.settimeout(left)
        return self._connection.recv_into(buffer)  # type: ignore[arg-type] # it is only handed on


class _Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    disable_nagle_algorithm = True  # or the body of an answer waits 40 ms for the receipt of its head
    default_request_version = "HTTP/1.0"  # or whoever sends no version would get an answer without a status
    server: Door

    def setup(self) -> None:
        super().setup()
        self._within = _Within(self.connection)
        self.rfile = io.BufferedReader(self._within)

    def handle_one_request(self) -> None:
        self._within.until = time.monotonic() + _SECONDS
        super().handle_one_request()

    def do_POST(self) -> None:
        if self.path != "/add-checkpoint":
            self._refuse(404, "There is nothing here; a witness takes POST /add-checkpoint.")
            return
        body = self._body()
        if body is not None:
            self._answer(self.server.witness.add_checkpoint(body, now=int(clock.now().timestamp())))

    def do_GET(self) -> None:
        asked = _LATEST.fullmatch(self.path)
        note = self.server.witness.latest(asked[1]) if asked else None
        if self.path == "/add-checkpoint":
            self._refuse(405, "A witness takes POST /add-checkpoint.")
        elif note is None:
            self._refuse(404, "There is nothing here.")
        else:
            self._answer(Answer(200, note))

    def _body(self) -> bytes | None:
        """The body, whole; None once a refusal was sent."""
        length = self.headers.get_all("Content-Length", [])
        coding = self.headers.get_all("Transfer-Encoding", [])
        if not coding and not length:
            self._refuse(411, "Give the length of the body in Content-Length.")
        elif coding and not length and coding[0].lower() == "chunked" and len(coding) == 1:
            return self._chunks()
        elif coding or len(length) != 1 or not _LENGTH.fullmatch(length[0]):
            self._refuse(400, "The length of the body is told in no way that can be read.")
        elif int(length[0]) > LONGEST_SUBMISSION:
            self._refuse(413, _TOO_LONG)
        else:
            return self._exactly(int(length[0]))
        return None

    def _chunks(self) -> bytes | None:
        """A body in chunks (RFC 9112, section 7.1); what follows the last one is read and left."""
        body = b""
        while size := _CHUNK.fullmatch(self.rfile.readline(_LONGEST_LINE)):
            if not int(size[1], 16):
                for _ in range(_MOST_TRAILERS):
                    if self.rfile.readline(_LONGEST_LINE) in (b"\r\n", b"\n"):
                        return body
                break
            if len(body) + int(size[1], 16) > LONGEST_SUBMISSION:
                self._refuse(413, _TOO_LONG)
                return None
            chunk = self._exactly(int(size[1], 16))
            if chunk is None:
                return None
            if self.rfile.readline(3) not in (b"\r\n", b"\n"):
                break
            body += chunk
        self._refuse(400, "The chunks of the body cannot be read.")
        return None

    def _exactly(self, length: int) -> bytes | None:
        """So many bytes; whoever ends before gets no answer."""
        data = self.rfile.read(length)
        if len(data) == length:
            return data
        self.close_connection = True
        return None

    def _refuse(self, status: int, sentence: str) -> None:
        """An answer before the body was read: the rest of what comes is not looked at."""
        self.close_connection = True
        self._answer(Answer(status, f"{sentence}\n"))

    def _answer(self, answer: Answer) -> None:
        content = answer.body.encode()
        self.connection.settimeout(_SECONDS)
        self.send_response(answer.status)
        self.send_header("Content-Type", answer.kind)
        self.send_header("Content-Length", str(len(content)))
        if self.close_connection:
            self.send_header("Connection", "close")
        self.end_headers()
        self.wfile.write(content)

    def send_error(self, code: int, message: str | None = None, explain: str | None = None) -> None:
        """What the library refuses (a request line, a header, another method) in one plain line."""
        self.close_connection = True
        self._answer(Answer(code, f"{HTTPStatus(code).phrase}.\n"))

    def version_string(self) -> str:
        return "ninefold-witness"

    def log_message(self, format: str, *args: object) -> None:  # noqa: A002 (the library's name)
        """Nothing is written about who asked."""
