"""The identity provider's program, in the folder named by the first word.

`told.json` there says, by the name of a person, what it says of him; `lies.json` says what it does wrong today. Both
are read on each request. Its signatures are made by xmlsec1, which shares no line with what checks them.
"""

import json
import sys
from html import escape
from pathlib import Path
from socketserver import ThreadingMixIn
from urllib.parse import parse_qs
from wsgiref.simple_server import WSGIRequestHandler, WSGIServer, make_server

from saml2 import BINDING_HTTP_POST, BINDING_HTTP_REDIRECT, saml, samlp, sigver
from saml2.config import IdPConfig
from saml2.server import Server as Provider

FOLDER, PORT = Path(sys.argv[1]), int(sys.argv[2])
SITE = f"http://127.0.0.1:{PORT}"
PASSWORD = "urn:oasis:names:tc:SAML:2.0:ac:classes:PasswordProtectedTransport"
PAGE = """<!doctype html><html lang="en"><title>Provider</title><main><h1>Who are you?</h1>
<form method="post"><input type="hidden" name="SAMLRequest" value="{asked}">
<input type="hidden" name="RelayState" value="{relay}"><label>Name <input name="name"></label>
<button>Go on</button></form></main></html>"""


def told(name):
    file = FOLDER / name
    return json.loads(file.read_text()) if file.exists() else {}


def provider():
    config = {
        "entityid": f"{SITE}/idp",
        "key_file": str(FOLDER / "key.pem"),
        "cert_file": str(FOLDER / "certificate.pem"),
        "xmlsec_binary": "/usr/bin/xmlsec1",
        "metadata": {"local": [str(FOLDER / "ninefold.xml")]},
        "service": {
            "idp": {
                "endpoints": {"single_sign_on_service": [(f"{SITE}/sso", BINDING_HTTP_REDIRECT)]},
                "policy": {"default": {"lifetime": {"minutes": 5}, "name_form": saml.NAME_FORMAT_BASIC}},
                "want_authn_requests_signed": False,
            }
        },
    }
    return Provider(config=IdPConfig().load(config))


def answered(server, request, name, lies):
    """What it says of this person, signed; the lies are told before they are signed."""
    here = server.response_args(request, [BINDING_HTTP_POST])
    person = {"email": f"{name}@example.org", "sub": f"subject of {name}"} | told("told.json").get(name, {})
    response = server.create_authn_response(
        {"mail": [person["email"]] if person["email"] else [], "groups": person.get("groups", [])},
        here["in_response_to"],
        here["destination"],
        here["sp_entity_id"],
        name_id=saml.NameID(format=lies.get("format", saml.NAMEID_FORMAT_PERSISTENT), text=person["sub"]),
        authn={"class_ref": person.get("context", PASSWORD)},
        sign_response=False,
        sign_assertion=False,
        encrypt_assertion=lies.get("encrypt", False),
        encrypt_cert_assertion=(FOLDER / "certificate.pem").read_text() if "encrypt" in lies else None,
    )
    return here["destination"], signed(server, response, lies)


def signed(server, response, lies):
    """The response with the signatures that `sign` names, the assertion's by default, each by xmlsec1."""
    if isinstance(response, str):
        return response
    wanted = lies.get("sign", ["assertion"])
    parts = {"assertion": response.assertion, "response": response}
    for name in wanted:
        parts[name].signature = sigver.pre_signature_part(
            parts[name].id,
            sign_alg=lies.get("method", "http://www.w3.org/2001/04/xmldsig-more#rsa-sha256"),
            digest_alg=lies.get("digest", "http://www.w3.org/2001/04/xmlenc#sha256"),
        )
    text = str(response)
    for said, lie in lies.get("instead", []):
        assert said in text, (said, text)
        text = text.replace(said, lie)
    nodes = {"assertion": "urn:oasis:names:tc:SAML:2.0:assertion:Assertion", "response": f"{samlp.NAMESPACE}:Response"}
    for name in wanted:
        key = FOLDER / f"{lies.get('key', 'key')}.pem"
        text = server.sec.sign_statement(text, nodes[name], key_file=str(key), node_id=parts[name].id)
    return text


def page(environ, start):
    server = provider()
    length = int(environ.get("CONTENT_LENGTH") or 0)
    sent = environ["wsgi.input"].read(length).decode() if length else environ["QUERY_STRING"]
    fields = {key: values[0] for key, values in parse_qs(sent).items()}
    asked, relay = fields["SAMLRequest"], fields["RelayState"]
    request = server.parse_authn_request(asked, BINDING_HTTP_REDIRECT).message
    if environ["REQUEST_METHOD"] == "POST":
        to, said = answered(server, request, fields["name"], told("lies.json"))
        html = server.apply_binding(BINDING_HTTP_POST, said, to, relay, response=True)["data"]
    else:
        html = PAGE.format(asked=escape(asked), relay=escape(relay))
    start("200 OK", [("Content-Type", "text/html; charset=utf-8")])
    return [html.encode() if isinstance(html, str) else html]


class Server(ThreadingMixIn, WSGIServer):
    daemon_threads = True


class Quiet(WSGIRequestHandler):
    def log_message(self, *words):
        pass


if __name__ == "__main__":
    with make_server("127.0.0.1", PORT, page, Server, Quiet) as server:
        print("ready", flush=True)
        server.serve_forever()
