"""A person's way in: from an invitation to an authenticator app through the pages, or by a token."""

import base64
import hashlib
import hmac
import re
import time
from datetime import timedelta

from ninefold import clock
from ninefold.access import actions

PASSWORD = "correct horse battery staple"
HOME, ENROL = "/access/", "/access/enrol/"


def take_up(client, secret):
    assert client.post(f"/access/invitation/{secret}/").url == ENROL


def set_password(client):
    client.post("/sign-in/password/set/", {"password1": PASSWORD, "password2": PASSWORD})


def enrol(client):
    """Prove the password and add the app; the seed of its codes (RFC 6238)."""
    client.post("/sign-in/again/", {"password": PASSWORD})
    seed = re.search(r'class="hash">([A-Z2-7]+)<', client.get("/sign-in/app/").text)[1]
    response = client.post("/sign-in/app/", {"code": code_of(seed)})
    assert response.status_code == 302, response.text
    return seed


def code_of(seed):
    moment = int(time.time() // 30).to_bytes(8, "big")
    digest = hmac.new(base64.b32decode(seed + "=" * (-len(seed) % 8)), moment, hashlib.sha1).digest()
    offset = digest[-1] & 15
    return f"{(int.from_bytes(digest[offset : offset + 4], 'big') & 0x7FFFFFFF) % 1_000_000:06}"


def bearer(person):
    now = clock.now()
    token = actions.issue_token(by=person, now=now, name="x", scopes=["read", "act"], ends=now + timedelta(days=9))
    return {"authorization": f"Bearer {token.secret}"}
