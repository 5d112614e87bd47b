"""What the provider says of a person, and what it does wrong when it is told to."""

import json
import time

import jwt
from allauth.idp.oidc.adapter import DefaultOIDCAdapter
from django.conf import settings
from django.http import HttpResponse, JsonResponse


def told(name):
    file = settings.FOLDER / name
    return json.loads(file.read_text()) if file.exists() else {}


class Claims(DefaultOIDCAdapter):
    """The claims of `told.json`, put over the honest ones."""

    def get_issuer(self):
        return settings.ISSUER

    def get_claims(self, purpose, user, client, scopes, email=None, **kwargs):
        honest = {"sub": f"subject of {user.username}", "email": f"{user.username}@example.org", "email_verified": True}
        return honest | told("told.json").get(user.username, {})


class Lying:
    """The answers of the token's and other addresses, changed as `lies.json` says."""

    def __init__(self, get_response):
        self.get_response = get_response

    def __call__(self, request):
        lies = told("lies.json")
        (settings.FOLDER / "asked.log").open("a").write(f"{request.method} {request.path}\n")
        if request.path.endswith(lies.get("slow", "never")):
            time.sleep(lies["seconds"])
        if request.path.endswith(lies.get("ill", "never")):
            return HttpResponse("ill", status=lies["status"])
        response = self.get_response(request)
        if request.path.endswith("openid-configuration"):
            return JsonResponse(json.loads(response.content) | lies.get("configuration", {}))
        if request.path.endswith("/token") and response.status_code == 200:
            return JsonResponse(self.forged(json.loads(response.content), lies))
        return response

    def forged(self, answer, lies):
        claims = jwt.decode(answer["id_token"], options={"verify_signature": False})
        changed = {key: value for key, value in (claims | lies.get("claims", {})).items() if value is not None}
        for name, seconds in lies.get("moved", {}).items():
            changed[name] = claims[name] + seconds
        kid = jwt.get_unverified_header(answer["id_token"])["kid"]
        match lies.get("signature"):
            case "none":
                forged = jwt.encode(changed, None, algorithm="none", headers={"kid": kid})
            case "shared":
                forged = jwt.encode(changed, lies["secret"], algorithm="HS256", headers={"kid": kid})
            case "other":
                forged = jwt.encode(changed, (settings.FOLDER / "other.pem").read_text(), "RS256", headers={"kid": kid})
            case "broken":
                forged = answer["id_token"][:-6] + "AAAAAA"
            case _:
                forged = jwt.encode(changed, (settings.FOLDER / "key.pem").read_text(), "RS256", headers={"kid": kid})
        return answer | {"id_token": forged, "access_token": answer["access_token"]}
