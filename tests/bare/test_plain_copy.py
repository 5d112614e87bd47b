"""The README's two commands on a bare Debian: python3 and pip, a new user, an empty home, a plain copy."""

import os
import re
import shutil
import signal
import subprocess
import time
from pathlib import Path

import pytest

pytestmark = [
    pytest.mark.bare,
    pytest.mark.skipif(
        not (os.environ.get("NINEFOLD_CI") and os.geteuid() == 0 and shutil.which("debootstrap")),
        reason="builds a bare Debian: needs root, debootstrap and NINEFOLD_CI",
    ),
]

ROOT = Path(__file__).resolve().parents[2]
# What git tracks or would track; a plain copy has no .git and nothing that was installed.
LEFT_OUT = shutil.ignore_patterns(
    ".git", ".venv", ".tools", "workspaces", "__pycache__", "node_modules", ".*_cache", ".hypothesis", "test-results"
)
MINUTE = 60
# Brings up nothing but the loopback device (SIOCSIFFLAGS with IFF_UP | IFF_LOOPBACK | IFF_RUNNING), then goes on.
NO_NETWORK = """
import fcntl, os, socket, struct, sys
fcntl.ioctl(socket.socket(), 0x8914, struct.pack("16sh14x", b"lo", 0x49))
os.execvp(sys.argv[1], sys.argv[1:])
"""


@pytest.fixture(scope="module")
def debian(tmp_path_factory):
    """A root folder with Debian's minimal system, python3 and pip, a new user, and a plain copy in his home."""
    root = tmp_path_factory.mktemp("bare") / "debian"
    kept = Path(os.environ.get("NINEFOLD_BARE_DEBIAN", root.parent / "minbase"))
    if not (kept / "usr" / "bin" / "python3").exists():
        packages = "--include=python3,python3-pip,ca-certificates"
        subprocess.run(
            ["debootstrap", "--variant=minbase", packages, "bookworm", kept], check=True, capture_output=True
        )
    subprocess.run(["cp", "-a", kept, root], check=True)
    for file in ("etc/resolv.conf", "etc/ssl/certs/ca-certificates.crt"):
        shutil.copy(Path("/") / file, root / file)
    subprocess.run(["chroot", root, "useradd", "--create-home", "clerk"], check=True)
    shutil.copytree(ROOT, root / "home" / "clerk" / "ninefold", ignore=LEFT_OUT)
    subprocess.run(["chroot", root, "chown", "-R", "clerk:clerk", "/home/clerk"], check=True)
    mounts = [("proc", "proc"), ("devtmpfs", "dev")]
    for kind, name in mounts:
        subprocess.run(["mount", "-t", kind, kind, root / name], check=True)
    yield root
    for _, name in mounts:
        subprocess.run(["umount", "-l", root / name], check=False)
    shutil.rmtree(root)


def as_clerk(root, *words, network=True):
    """The words of a command as the new user runs them, in his copy, with nothing of this machine's environment."""
    cut_off = [] if network else ["unshare", "--net", "python3", "-c", NO_NETWORK]
    inside = ["chroot", "--userspec=clerk:clerk", root, "env", "-i", "HOME=/home/clerk", "PATH=/usr/bin:/bin"]
    certificates = ["SSL_CERT_FILE=/etc/ssl/certs/ca-certificates.crt", "PIP_CERT=/etc/ssl/certs/ca-certificates.crt"]
    return [*cut_off, *inside, *certificates, "sh", "-c", 'cd ~/ninefold && exec "$@"', "sh", *words]


def started(command):
    """Start `run`, wait for its address, hang up and stop it; the seconds it took and what it said."""
    begun = time.monotonic()
    process = subprocess.Popen(
        command, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, start_new_session=True
    )
    said = []
    for line in process.stdout:
        said.append(line)
        if re.search(r"/sign-in/once/", line):
            break
    took = time.monotonic() - begun
    os.killpg(process.pid, signal.SIGTERM)
    process.stdout.close()
    process.wait(30)
    return took, "".join(said)


def test_run_starts_the_sample_and_again_within_a_minute(debian):
    _, said = started(as_clerk(debian, "./ninefold", "run", "--port", "8371"))
    assert "/sign-in/once/" in said, said
    home = debian / "home" / "clerk" / "ninefold"
    for made in (".venv", ".tools", "workspaces"):
        shutil.rmtree(home / made)
    took, said = started(as_clerk(debian, "./ninefold", "run", "--port", "8372"))
    assert "http://localhost:8372" in said, said
    assert took < MINUTE


def test_after_installation_it_runs_without_a_network(debian):
    shutil.rmtree(debian / "home" / "clerk" / "ninefold" / "workspaces")
    _, said = started(as_clerk(debian, "./ninefold", "run", "--port", "8373", network=False))
    assert "http://localhost:8373" in said, said


def test_the_tests_run_there_and_the_journeys_say_why_they_do_not(debian):
    words = ["./ninefold", "test", "tests/ledger/test_merkle.py", "tests/journeys", "-q", "-p", "no:cacheprovider"]
    done = subprocess.run(as_clerk(debian, *words), capture_output=True, text=True)
    assert done.returncode == 0, done.stdout[-2000:] + done.stderr[-2000:]
    assert "no Chromium on this machine" in done.stdout
