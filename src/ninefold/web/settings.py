"""Django's settings, derived from `config` and the workspace. Nothing here is decided by a request."""

from datetime import timedelta
from pathlib import Path

from ninefold.access.directory.file import from_file
from ninefold.access.notices.post import read_post
from ninefold.access.notices.pushing import read_push
from ninefold.web import address, config, workspace

PACKAGE = Path(__file__).resolve().parent.parent
WORKSPACE = Path(config.text("NINEFOLD_WORKSPACE")).resolve()
_about = workspace.read(WORKSPACE)
SAMPLE = _about.sample
LOG_ORIGIN = _about.origin
SECRET_KEY = _about.secret_key
BEAT_SECONDS = config.number("NINEFOLD_BEAT_SECONDS", least=1, most=86_400)
BEAT_LEAVES = config.number("NINEFOLD_BEAT_LEAVES", least=1, most=65_536)
ADDRESS = address.from_settings()
TIME_AUTHORITIES = config.text("NINEFOLD_TIME_AUTHORITIES")
DIRECTORY = from_file(config.text("NINEFOLD_DIRECTORY"), WORKSPACE)
POST = read_post(
    host=config.text("NINEFOLD_MAIL_HOST"),
    port=config.number("NINEFOLD_MAIL_PORT", least=1, most=65_535),
    sender=config.text("NINEFOLD_MAIL_FROM"),
    tls=config.text("NINEFOLD_MAIL_TLS"),
    site=ADDRESS.name,
    credentials=config.path("NINEFOLD_MAIL_CREDENTIALS", below=WORKSPACE),
    roots=config.path("NINEFOLD_MAIL_ROOTS", below=WORKSPACE),
)
PUSH = read_push(config.text("NINEFOLD_PUSH_CONTACT"), config.text("NINEFOLD_PUSH_NEAR"))
TIME_STAMP_MINUTES = config.number("NINEFOLD_TIME_STAMP_MINUTES", least=1, most=10_080)
BACKUP_HOURS = config.number("NINEFOLD_BACKUP_HOURS", least=0, most=8_760)
BACKUP_KEEP = config.number("NINEFOLD_BACKUP_KEEP", least=1, most=10_000)
WITNESS_POLICY = WORKSPACE / config.text("NINEFOLD_WITNESS_POLICY")
WITNESS_POLICY_REQUIRED = config.given("NINEFOLD_WITNESS_POLICY")

DEBUG = config.text("NINEFOLD_DEBUG") == "1"
ALLOWED_HOSTS = ADDRESS.names
ROOT_URLCONF = "ninefold.web.urls"
AUTH_USER_MODEL = "access.Person"
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"
APPEND_SLASH = True

INSTALLED_APPS = [
    "ninefold.web",
    "ninefold.words",
    "ninefold.jobs",
    "ninefold.ledger",
    "ninefold.access",
    "ninefold.tracks",
    "ninefold.decisions",
    "ninefold.warning",
    "ninefold.keeping",
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.staticfiles",
    "allauth",
    "allauth.account",
    "allauth.mfa",
    "django_tasks",
    "django_tasks_db",
    "csp",
]

MIDDLEWARE = [
    "django.middleware.security.SecurityMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    # Random padding keeps a compressed page from telling its secrets by its length (Django, "Heal the BREACH").
    "django.middleware.gzip.GZipMiddleware",
    "csp.middleware.CSPMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "allauth.account.middleware.AccountMiddleware",
    "ninefold.access.middleware.SecondFactor",
    "ninefold.web.middleware.Language",
    "ninefold.web.middleware.Headers",
    "ninefold.web.middleware.Refusals",
]

TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
                "ninefold.web.context.house",
            ],
        },
    }
]

DATABASES = {"default": workspace.database(config.text("NINEFOLD_DATABASE"), WORKSPACE, engine=_about.engine)}

# One process serves pages, so counters may live in its memory and nowhere else.
CACHES = {
    "default": {
        "BACKEND": "ninefold.access.limits.ForAnHour",
        "KEY_FUNCTION": "ninefold.access.limits.keyed",
        "OPTIONS": {"MAX_ENTRIES": 100_000},
    }
}

LANGUAGE_CODE = "en"
LANGUAGES = [
    ("ar", "العربية"),
    ("zh-hans", "中文"),
    ("en", "English"),
    ("fr", "Français"),
    ("ru", "Русский"),
    ("es", "Español"),
]
LOCALE_PATHS = [PACKAGE / "web" / "locale"]
USE_I18N = True
USE_TZ = True
TIME_ZONE = "UTC"

STATIC_URL = "/static/"
STATIC_ROOT = WORKSPACE / "static"
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.InMemoryStorage"},
    "staticfiles": {"BACKEND": "whitenoise.storage.CompressedManifestStaticFilesStorage"},
}

TOKEN_DAYS = config.number("NINEFOLD_TOKEN_DAYS", least=1, most=366)
INVITATION_HOURS = config.number("NINEFOLD_INVITATION_HOURS", least=1, most=336)
SESSION_COOKIE_AGE = int(timedelta(hours=config.number("NINEFOLD_SESSION_HOURS", least=1, most=168)).total_seconds())
SESSION_ENGINE = "ninefold.access.sessions"
SESSION_COOKIE_HTTPONLY = True
SESSION_COOKIE_SAMESITE = "Lax"
CSRF_COOKIE_SAMESITE = "Lax"
CSRF_COOKIE_HTTPONLY = True
CSRF_FAILURE_VIEW = "ninefold.web.faults.stale_form"
# Only by https, where there is a certificate. The proxy's word for it is taken because it alone reaches loopback.
SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = LANGUAGE_COOKIE_SECURE = ADDRESS.secure
SECURE_SSL_REDIRECT = ADDRESS.proxied
SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https") if ADDRESS.proxied else None
SECURE_HSTS_SECONDS = 31_536_000 if ADDRESS.secure else 0
SECURE_CONTENT_TYPE_NOSNIFF = True
SECURE_REFERRER_POLICY = "same-origin"
X_FRAME_OPTIONS = "DENY"

CONTENT_SECURITY_POLICY = {
    "DIRECTIVES": {
        "default-src": ["'self'"],
        "script-src": ["'self'"],
        "style-src": ["'self'"],
        "img-src": ["'self'", "data:"],
        "connect-src": ["'self'"],
        "base-uri": ["'none'"],
        # Browsers hold the addresses to which a form is led on against this too.
        "form-action": ["'self'", *([DIRECTORY.origin] if DIRECTORY else [])],
        "frame-ancestors": ["'none'"],
        "object-src": ["'none'"],
    }
}

AUTHENTICATION_BACKENDS = ["allauth.account.auth_backends.AuthenticationBackend"]
LOGIN_URL = "account_login"
LOGIN_REDIRECT_URL = "/"
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": "django.contrib.auth.password_validation.MinimumLengthValidator", "OPTIONS": {"min_length": 12}},
    {"NAME": "django.contrib.auth.password_validation.UserAttributeSimilarityValidator"},
    {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
]
ACCOUNT_ADAPTER = "ninefold.access.adapters.Accounts"
ACCOUNT_LOGIN_METHODS = {"email"}
ACCOUNT_SIGNUP_FIELDS = ["email*", "password1*"]
ACCOUNT_USER_MODEL_USERNAME_FIELD = None
ACCOUNT_EMAIL_VERIFICATION = "none"
ACCOUNT_PREVENT_ENUMERATION = True
ACCOUNT_EMAIL_UNKNOWN_ACCOUNTS = True  # a message is written either way, so that both take the same time
ACCOUNT_RATE_LIMITS = {"notice_feed": "60/m/ip"}  # beside allauth's own
ACCOUNT_SESSION_REMEMBER = True
MFA_ADAPTER = "ninefold.access.adapters.SecondFactors"
MFA_SUPPORTED_TYPES = ["totp", "webauthn", "recovery_codes"]
MFA_PASSKEY_LOGIN_ENABLED = True
MFA_FORMS = {
    "add_webauthn": "ninefold.access.forms.PasskeyForm",
    "login_webauthn": "ninefold.access.forms.PasskeySignInForm",
    "authenticate_webauthn": "ninefold.access.forms.PasskeySecondForm",
    "reauthenticate_webauthn": "ninefold.access.forms.PasskeyAgainForm",
}
MFA_RECOVERY_CODES_SHOW_ONCE = True
# Browsers offer passkeys over plain HTTP at localhost only, which is the only address without TLS here.
MFA_WEBAUTHN_ALLOW_INSECURE_ORIGIN = not ADDRESS.secure

# Until a mail server is named, messages wait in the workspace for the operator to hand over.
EMAIL_BACKEND = "django.core.mail.backends.filebased.EmailBackend"
EMAIL_FILE_PATH = WORKSPACE / "outbox"
DEFAULT_FROM_EMAIL = "ninefold@localhost"

TASKS = {"default": {"BACKEND": "django_tasks_db.DatabaseBackend", "QUEUES": ["default", "clock", "outside"]}}

# Nothing is written about who asked for what: no access log, no address, no user agent.
LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "filters": {"outage": {"()": "ninefold.web.outage.InOneLine"}},
    "handlers": {"stderr": {"class": "logging.StreamHandler", "filters": ["outage"]}},
    "root": {"handlers": ["stderr"], "level": "WARNING"},
    "loggers": {
        "django.request": {"level": "ERROR"},
        "django.server": {"level": "ERROR"},
        # A wrong host or a missing form token would be told with the path that was asked for.
        "django.security": {"level": "CRITICAL"},
    },
}
