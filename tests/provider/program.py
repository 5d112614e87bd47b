"""The provider's program: Django with `allauth.idp.oidc`, in the folder named by the first word.

`told.json` there says, by the name of a person, which claims stand in his ID token; `lies.json` says what the provider
does wrong today. Both are read on each request.
"""

import sys
from pathlib import Path

import django
from django.conf import settings
from django.core.management import call_command
from django.core.wsgi import get_wsgi_application

FOLDER, PORT, BACK = Path(sys.argv[1]), int(sys.argv[2]), sys.argv[3]
ISSUER = f"http://localhost:{PORT}"
CLIENT, SECRET = "ninefold", "a secret of the client alone"


def configure():
    settings.configure(
        DEBUG=False,
        SECRET_KEY="of the provider alone",
        ALLOWED_HOSTS=["localhost"],
        ROOT_URLCONF="addresses",
        DATABASES={"default": {"ENGINE": "django.db.backends.sqlite3", "NAME": FOLDER / "provider.sqlite3"}},
        INSTALLED_APPS=[
            "django.contrib.auth",
            "django.contrib.contenttypes",
            "django.contrib.sessions",
            "django.contrib.messages",
            "allauth",
            "allauth.account",
            "allauth.idp.oidc",
        ],
        MIDDLEWARE=[
            "django.contrib.sessions.middleware.SessionMiddleware",
            "django.contrib.auth.middleware.AuthenticationMiddleware",
            "django.contrib.messages.middleware.MessageMiddleware",
            "allauth.account.middleware.AccountMiddleware",
            "lies.Lying",
        ],
        TEMPLATES=[{"BACKEND": "django.template.backends.django.DjangoTemplates", "APP_DIRS": True}],
        AUTHENTICATION_BACKENDS=["allauth.account.auth_backends.AuthenticationBackend"],
        SESSION_COOKIE_NAME="provider",
        PASSWORD_HASHERS=["django.contrib.auth.hashers.MD5PasswordHasher"],
        LOGIN_URL="/enter/",
        USE_TZ=True,
        DEFAULT_AUTO_FIELD="django.db.models.BigAutoField",
        IDP_OIDC_PRIVATE_KEY=(FOLDER / "key.pem").read_text(),
        IDP_OIDC_ADAPTER="lies.Claims",
        FOLDER=FOLDER,
        ISSUER=ISSUER,
    )


def fill():
    from allauth.idp.oidc.models import Client
    from django.contrib.auth.models import User

    call_command("migrate", verbosity=0)
    for name in ("ada", "bero", "eve", "root"):
        User.objects.create_user(name)
    client = Client(id=CLIENT, name="Ninefold", scopes="openid\nemail\nprofile", redirect_uris=BACK, skip_consent=True)
    client.set_secret(SECRET)
    client.save()


def serve():
    from socketserver import ThreadingMixIn
    from wsgiref.simple_server import WSGIRequestHandler, WSGIServer, make_server

    class Server(ThreadingMixIn, WSGIServer):
        daemon_threads = True

    class Quiet(WSGIRequestHandler):
        def log_message(self, *words):
            pass

    with make_server("127.0.0.1", PORT, get_wsgi_application(), Server, Quiet) as server:
        print("ready", flush=True)
        server.serve_forever()


if __name__ == "__main__":
    sys.path.insert(0, str(Path(__file__).parent))
    configure()
    django.setup()
    fill()
    serve()
