"""Requests through the real server and bridge to a WSGI application that tells what reached it."""

import ast
import socket
import threading
import time

import pytest

from ninefold.web.bridge import LARGEST_BODY


def answer_to(echo, method, path, body=None, headers=None, **how):
    echo.request(method, path, body=body, headers=headers or {}, **how)
    answer = echo.getresponse()
    return answer, answer.read()


@pytest.mark.parametrize("size", [0, 1, 65_536, 1_000_000], ids="{} bytes".format)
def test_a_body_with_a_length_arrives_whole(echo, size):
    answer, start = answer_to(echo, "POST", "/", b"x" * size)
    assert (answer.status, answer.headers["X-Read"], answer.headers["X-Length"]) == (201, str(size), str(size))
    assert start == b"x" * min(size, 10)


def test_a_body_in_chunks_arrives_whole_and_with_its_length(echo):
    answer, _ = answer_to(echo, "POST", "/", iter([b"a" * 100_000] * 10), encode_chunked=True)
    assert (answer.headers["X-Read"], answer.headers["X-Length"]) == ("1000000", "1000000")


def test_a_post_without_any_body_is_an_empty_one(echo):
    answer, _ = answer_to(echo, "POST", "/", headers={"Content-Length": "0"})
    assert answer.headers["X-Read"] == "0"


def test_a_body_that_is_too_large_is_refused_before_it_is_read(echo):
    echo.putrequest("POST", "/")
    echo.putheader("Content-Length", str(LARGEST_BODY + 1))
    echo.endheaders()
    assert echo.getresponse().status == 413


def test_a_body_in_chunks_that_grows_too_large_is_refused(echo):
    piece = b"%x\r\n%b\r\n" % (1024 * 1024, b"x" * 1024 * 1024)
    echo.putrequest("POST", "/")
    echo.putheader("Transfer-Encoding", "chunked")
    echo.endheaders()
    # The refusal closes the connection while the client still sends.
    with pytest.raises(ConnectionError):
        echo.sock.sendall(piece * 1000)


def test_a_long_answer_comes_whole_and_is_let_go_of(echo):
    answer, body = answer_to(echo, "GET", "/long")
    assert body == b"".join(b"%06d\n" % n for n in range(20_000))
    assert answer.headers.get_all("Set-Cookie") == ["a=1", "b=2"]
    assert answer_to(echo, "GET", "/closed")[1] == b"long"


def test_what_the_application_is_told_of_a_request(echo):
    headers = {"X-Plain": "1", "X_Forged": "2", "Cookie": "a=1", "Content-Type": "text/plain"}
    _, body = answer_to(echo, "GET", "/environ?q=%C3%A9", headers=headers)
    told = ast.literal_eval(body.decode())
    assert (told["REQUEST_METHOD"], told["PATH_INFO"], told["QUERY_STRING"]) == ("GET", "/environ", "q=%C3%A9")
    assert (told["HTTP_X_PLAIN"], told["HTTP_COOKIE"], told["CONTENT_TYPE"]) == ("1", "a=1", "text/plain")
    # A header with an underscore would be told like one with a hyphen.
    assert "HTTP_X_FORGED" not in told


def test_clients_that_dawdle_over_their_bodies_do_not_hold_the_pages(echo, echo_port):
    slow = [socket.create_connection(("127.0.0.1", echo_port)) for _ in range(10)]
    for one in slow:
        one.sendall(b"POST / HTTP/1.1\r\nHost: localhost\r\nContent-Length: 100\r\n\r\nhalf")
    began = time.monotonic()
    assert answer_to(echo, "GET", "/environ")[0].status == 200
    assert time.monotonic() - began < 1
    for one in slow:
        one.close()


def test_clients_that_do_not_take_their_answer_do_not_hold_the_pages(echo, echo_port):
    slow = [socket.create_connection(("127.0.0.1", echo_port)) for _ in range(10)]
    for one in slow:
        one.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4096)
        one.sendall(b"GET /long HTTP/1.1\r\nHost: localhost\r\n\r\n")
    time.sleep(0.3)
    done = threading.Thread(target=answer_to, args=(echo, "GET", "/environ"))
    done.start()
    done.join(1)
    assert not done.is_alive()
    for one in slow:
        one.close()
