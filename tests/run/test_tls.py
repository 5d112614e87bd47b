"""Beyond loopback by TLS: the program with its own certificate, and behind a real proxy with several processes."""

import http.client
import os
import re
import shutil
import socket
import ssl
import subprocess

import pytest

from .certificates import write
from .running import Run, run_and_end, until

pytestmark = [
    pytest.mark.faults,
    pytest.mark.skipif("NINEFOLD_DATABASE" in os.environ, reason="these keep their records in files"),
]
SITE = "talks.example.org"


class Site(http.client.HTTPSConnection):
    """A reader who types the site's name and trusts its certificate, although the name leads to this machine."""

    def __init__(self, port, cert):
        super().__init__(SITE, port, timeout=20, context=ssl.create_default_context(cafile=cert))

    def connect(self):
        self.sock = self._context.wrap_socket(socket.create_connection(("127.0.0.1", self.port)), server_hostname=SITE)

    def page(self, path="/", **headers):
        try:
            self.request("GET", path, headers=headers)
            answer = self.getresponse()
            return answer.status, answer.headers, answer.read().decode()
        finally:
            self.close()


def test_a_site_with_its_own_certificate_speaks_only_tls_and_says_so(tmp_path):
    cert, key = write(tmp_path, SITE)
    run = Run(
        tmp_path / "w", "--empty", "--host", "0.0.0.0", "--site", SITE, "--cert", str(cert), "--cert-key", str(key)
    )
    try:
        link = re.search(rf"https://{SITE}:\d+(/access/invitation/\S+)", run.text).group(1)
        status, headers, _ = Site(run.port, cert).page(link)
        assert (status, headers["Strict-Transport-Security"]) == (200, "max-age=31536000")
        assert "Secure" in headers["Set-Cookie"]
        assert Site(run.port, cert).page("/", Host="other.example.org")[0] == 400
        plain = http.client.HTTPConnection("127.0.0.1", run.port, timeout=5)
        plain.request("GET", "/")
        with pytest.raises((http.client.HTTPException, OSError)):
            plain.getresponse()
        plain.close()
    finally:
        assert run.stop() == 0


@pytest.mark.parametrize(
    ("words", "code", "reason"),
    [
        (["--host", "0.0.0.0"], 3, "Beyond loopback pages need TLS"),
        (["--host", "0.0.0.0", "--cert", "no.pem", "--cert-key", "no.key"], 3, "There is no certificate no.pem"),
        (["--behind-proxy", SITE, "--host", "192.0.2.7"], 3, "served on loopback only"),
        (["--processes", "2"], 2, "Several processes share one site behind a proxy"),
    ],
    ids=str,
)
def test_what_would_be_in_the_clear_does_not_start(tmp_path, words, code, reason):
    done = run_and_end("--workspace", tmp_path / "w", *words)
    assert (done.returncode, (tmp_path / "w").exists()) == (code, False)
    assert reason in done.stderr


PROXY = """
daemon off; pid {folder}/nginx.pid; error_log {folder}/error.log; events {{}}
http {{
  access_log off;
  client_body_temp_path {folder}/a; proxy_temp_path {folder}/b; fastcgi_temp_path {folder}/c;
  uwsgi_temp_path {folder}/d; scgi_temp_path {folder}/e;
  upstream pages {{ server 127.0.0.1:{first}; server 127.0.0.1:{second}; }}
  upstream sign_in {{ server 127.0.0.1:{first}; }}
  server {{
    listen 127.0.0.1:{port} ssl;
    ssl_certificate {cert}; ssl_certificate_key {key};
    proxy_set_header Host {site};
    proxy_set_header X-Forwarded-Proto https;
    proxy_http_version 1.1;
    location / {{ proxy_pass http://pages; }}
    location /sign-in/ {{ proxy_pass http://sign_in; }}
    location /events/ {{ proxy_pass http://pages; proxy_buffering off; proxy_read_timeout 1h; }}
  }}
}}
"""


def free_ports(number):
    """Ports that follow one another."""
    for first in range(20_000, 60_000, 50):
        probes = [socket.socket() for _ in range(number)]
        try:
            for at, probe in enumerate(probes):
                probe.bind(("127.0.0.1", first + at))
        except OSError:
            continue
        else:
            return first
        finally:
            for probe in probes:
                probe.close()
    raise AssertionError("no free ports")


def answers(port):
    with socket.socket() as probe:
        return probe.connect_ex(("127.0.0.1", port)) == 0


@pytest.fixture
def proxied(tmp_path):
    if not shutil.which("nginx"):
        pytest.skip("no nginx on this machine")
    first = free_ports(3)
    cert, key = write(tmp_path, SITE)
    told = {"cert": cert, "key": key, "first": first, "second": first + 1, "port": first + 2, "site": SITE}
    (tmp_path / "nginx.conf").write_text(PROXY.format(folder=tmp_path, **told))
    run = Run(tmp_path / "w", "--empty", "--behind-proxy", SITE, "--processes", "2", port=first)
    proxy = subprocess.Popen(["nginx", "-c", tmp_path / "nginx.conf"])
    until(lambda: answers(first + 2))
    yield run, first, cert
    proxy.terminate()
    assert proxy.wait(10) == 0
    assert run.stop() == 0


def test_behind_a_proxy_two_processes_serve_one_site(proxied):
    run, first, cert = proxied
    assert f"https://{SITE}/" in run.text
    status, headers, _ = Site(first + 2, cert).page("/sign-in/")
    assert (status, headers["Strict-Transport-Security"]) == (200, "max-age=31536000")
    assert "Secure" in headers["Set-Cookie"]
    for port in (first, first + 1):
        direct = http.client.HTTPConnection("127.0.0.1", port, timeout=10)
        direct.request("GET", "/", headers={"Host": SITE})
        answer = direct.getresponse()
        # Whoever comes past the proxy, in the clear, is sent to where it is not.
        assert (answer.status, answer.headers["Location"]) == (301, f"https://{SITE}/")
        direct.close()
    stream = Site(first + 2, cert)
    stream.request("GET", "/events/")
    assert stream.getresponse().status == 200
    stream.close()
