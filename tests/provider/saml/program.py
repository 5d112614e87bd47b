"""The identity provider's program, in the folder named by the first word.

`told.json` there says, by the name of a person, what it says of him; `lies.json` says what it does wrong today. Both
are read on each request. Its signatures are made by xmlsec1, which shares no line with what checks them.
"""

import json
import re
import sys
from html import escape
from pathlib import Path
from socketserver import ThreadingMixIn
from urllib.parse import parse_qs
from wsgiref.simple_server import WSGIRequestHandler, WSGIServer, make_server

from lxml import etree
from saml2 import BINDING_HTTP_POST, BINDING_HTTP_REDIRECT, md, saml, samlp, sigver
from saml2 import xmldsig as ds
from saml2.config import IdPConfig
from saml2.server import Server as Provider

FOLDER, PORT = Path(sys.argv[1]), int(sys.argv[2])
SITE = f"http://127.0.0.1:{PORT}"
PASSWORD = "urn:oasis:names:tc:SAML:2.0:ac:classes:PasswordProtectedTransport"
PAGE = """<!doctype html><html lang="en"><title>Provider</title><main><h1>Who are you?</h1>
<form method="post">{hidden}<label>Name <input name="name"></label>
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
                "want_authn_requests_signed": told("lies.json").get("wants_signed", False),
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
    )
    return here["destination"], signed(server, response, lies)


def signed(server, response, lies):
    """The response with the signatures that `sign` names, the assertion's by default, each by xmlsec1.

    What `encrypt` says is encrypted in between, as the standard wants it: a response is signed as it is sent.
    """
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
        if name == "response":
            text = encrypted(server, text, lies)
        text = server.sec.sign_statement(text, nodes[name], key_file=str(key), node_id=parts[name].id)
    return text if "response" in wanted else encrypted(server, text, lies)


def encrypted(server, text, lies):
    """The response with its assertion encrypted by xmlsec1 to our newest certificate, or to the one that is named.

    Where it `leans`, it uses names of what stands around it.
    """
    how = lies.get("encrypt")
    if not how:
        return text
    template = str(sigver.pre_encryption_part(msg_enc=how["data"], key_enc=how["key"]))
    if "digest" in how:
        method = f'Algorithm="{how["key"]}"'
        digest = f'<x:DigestMethod xmlns:x="{ds.NAMESPACE}" Algorithm="{how["digest"]}"/>'
        template = re.sub(
            rf"<([^ ]*)EncryptionMethod {method} ?/>",
            rf"<\1EncryptionMethod {method}>{digest}</\1EncryptionMethod>",
            template,
        )
    root = etree.fromstring(text.encode())
    assertion = root.find(f"{{{saml.NAMESPACE}}}Assertion")
    holder = etree.Element(f"{{{saml.NAMESPACE}}}EncryptedAssertion")
    root.replace(assertion, holder)
    whole = etree.tostring(assertion)
    if how.get("leans"):
        holder.append(assertion)
    else:
        # Each name is declared once more inside.
        holder.text = "HERE"
    said = etree.tostring(root).replace(b"HERE", whole).decode()
    to = FOLDER / how["to"] if "to" in how else ours()
    return server.sec.crypto.encrypt_assertion(said, str(to), template, how["session"])


def ours():
    """A file with the certificate to which our description says that assertions are encrypted."""
    path = f".//{{{md.NAMESPACE}}}KeyDescriptor[@use='encryption']//{{{ds.NAMESPACE}}}X509Certificate"
    (FOLDER / "ours.pem").write_text(sigver.pem_format(etree.parse(FOLDER / "ninefold.xml").findtext(path)).decode())
    return FOLDER / "ours.pem"


def asked_of(server, fields):
    """The question; where signed ones are wanted, it stands under a key of the description that was handed over."""
    signed = {"sigalg": fields.get("SigAlg"), "signature": fields.get("Signature")}
    asked, relay = fields["SAMLRequest"], fields["RelayState"]
    return server.parse_authn_request(asked, BINDING_HTTP_REDIRECT, relay_state=relay, **signed).message


def page(environ, start):
    server = provider()
    length = int(environ.get("CONTENT_LENGTH") or 0)
    sent = environ["wsgi.input"].read(length).decode() if length else environ["QUERY_STRING"]
    fields = {key: values[0] for key, values in parse_qs(sent).items()}
    request = asked_of(server, fields)
    if environ["REQUEST_METHOD"] == "POST":
        to, said = answered(server, request, fields["name"], told("lies.json"))
        html = server.apply_binding(BINDING_HTTP_POST, said, to, fields["RelayState"], response=True)["data"]
    else:
        hidden = "".join(f'<input type="hidden" name="{key}" value="{escape(said)}">' for key, said in fields.items())
        html = PAGE.format(hidden=hidden)
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
