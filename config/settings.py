"""All settings. Values come from the environment (table in README.md); a wrong one stops the start in one sentence."""

import os
from datetime import timedelta
from pathlib import Path

import environ
from csp.constants import NONE, SELF
from django.core.exceptions import ImproperlyConfigured
from django.utils.translation import gettext_lazy as _
from whitenoise.compress import Compressor

env = environ.Env()
BASE_DIR = Path(__file__).resolve().parent.parent
TESTING = "PYTEST_VERSION" in os.environ

JIEDUI_ENV = env.str("JIEDUI_ENV", default="local")
if JIEDUI_ENV not in ("local", "production"):
    raise ImproperlyConfigured(f"JIEDUI_ENV is {JIEDUI_ENV!r}; it must be local or production.")
PRODUCTION = JIEDUI_ENV == "production"
DATA_DIR = Path(env.str("DATA_DIR", default=str(BASE_DIR / ".data"))).resolve()

# --- Security
INSECURE_KEY = "insecure-key-for-local-use-only"
SECRET_KEY = env.str("SECRET_KEY", default=INSECURE_KEY)
DEBUG = env.bool("DEBUG", default=False)
ALLOWED_HOSTS = env.list("ALLOWED_HOSTS", default=[] if PRODUCTION else ["127.0.0.1", "localhost", "[::1]"])
CSRF_TRUSTED_ORIGINS = env.list("CSRF_TRUSTED_ORIGINS", default=[])
if PRODUCTION:
    if SECRET_KEY == INSECURE_KEY or len(SECRET_KEY) < 32:
        raise ImproperlyConfigured("SECRET_KEY is not set or too short; set it to 50 random characters.")
    if DEBUG:
        raise ImproperlyConfigured("DEBUG is on; it shows the inside of the system to everybody. Unset DEBUG.")
    if not ALLOWED_HOSTS or "*" in ALLOWED_HOSTS:
        raise ImproperlyConfigured("ALLOWED_HOSTS is not set; name the host names people use, comma-separated.")
    if "DATABASE_URL" not in os.environ or "REDIS_URL" not in os.environ:
        raise ImproperlyConfigured("DATABASE_URL and REDIS_URL are not both set; production needs servers of its own.")
    if "EMAIL_URL" not in os.environ:
        raise ImproperlyConfigured("EMAIL_URL is not set; reminders would go nowhere. Example: smtp://mail.example:25")
HTTPS = env.bool("HTTPS", default=PRODUCTION)
SECURE_SSL_REDIRECT = SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = HTTPS
SECURE_REDIRECT_EXEMPT = [r"^healthz$", r"^metrics$"]  # the monitoring asks past the proxy
SECURE_HSTS_SECONDS = 365 * 24 * 3600 if HTTPS else 0
TRUSTED_PROXY = env.bool("TRUSTED_PROXY", default=PRODUCTION)
SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https") if TRUSTED_PROXY else None
SECURE_REFERRER_POLICY = "same-origin"
X_FRAME_OPTIONS = "DENY"
CONTENT_SECURITY_POLICY = {
    "DIRECTIVES": {
        "default-src": [SELF],
        "img-src": [SELF, "data:"],
        "object-src": [NONE],
        "base-uri": [SELF],
        "form-action": [SELF],
        "frame-ancestors": [NONE],
    }
}

# --- Application
INSTALLED_APPS = [
    "config.apps.JieduiConfig",
    "accounts",
    "pairing",
    "reports",
    "django.contrib.admin",
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.staticfiles",
    "django.contrib.humanize",
    "django.contrib.postgres",
    "crispy_forms",
    "crispy_bootstrap5",
    "django_filters",
    "django_htmx",
    "axes",
    "csp",
]
MIDDLEWARE = [
    "config.proxy.ClientAddress",
    "django.middleware.security.SecurityMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "config.caching.PrivatePages",
    "csp.middleware.CSPMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "accounts.middleware.LanguageMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "django_htmx.middleware.HtmxMiddleware",
    "accounts.middleware.LogInMiddleware",
    "accounts.middleware.SeatMiddleware",
    "accounts.middleware.PasswordMiddleware",
    "axes.middleware.AxesMiddleware",
]
ROOT_URLCONF = "config.urls"
WSGI_APPLICATION = "config.wsgi.application"
TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "DIRS": [BASE_DIR / "templates"],
        "APP_DIRS": True,  # compiled templates are cached by default
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
                "pairing.context.frame",
            ],
        },
    }
]
FORM_RENDERER = "config.rendering.QuickRenderer"
CRISPY_ALLOWED_TEMPLATE_PACKS = CRISPY_TEMPLATE_PACK = "bootstrap5"
CRISPY_FAIL_SILENTLY = False

# --- Database: the application role works, the owner role migrates (and runs the tests)
DATABASE_URL = env.str("DATABASE_URL", default="postgres://localhost/jiedui")
DATABASE_OWNER_URL = env.str("DATABASE_OWNER_URL", default=DATABASE_URL)
_owner = TESTING or env.str("DATABASE_ROLE", default="application") == "owner"
DATABASES = {
    "default": env.db_url_config(DATABASE_OWNER_URL if _owner else DATABASE_URL)
    | {"CONN_MAX_AGE": 0 if TESTING else 60, "CONN_HEALTH_CHECKS": True, "ATOMIC_REQUESTS": False}
}
DATABASES["default"].setdefault("OPTIONS", {}).setdefault("connect_timeout", 5)
# several colleagues may test on one server at the same time
DATABASES["default"]["TEST"] = {"NAME": "test_jiedui" + env.str("TEST_DB_SUFFIX", default="")}
DATABASE_APP_ROLE = env.str("DATABASE_APP_ROLE", default=env.db_url_config(DATABASE_URL)["USER"])
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"
CACHES = {"default": {"BACKEND": "django.core.cache.backends.locmem.LocMemCache"}}

# --- Who is there
AUTH_USER_MODEL = "accounts.User"
AUTHENTICATION_BACKENDS = [
    "axes.backends.AxesStandaloneBackend",
    "django.contrib.auth.backends.ModelBackend",
]
LOGIN_URL = "accounts:login"
LOGIN_REDIRECT_URL = LOGOUT_REDIRECT_URL = "/"
PASSWORD_HASHERS = [
    "django.contrib.auth.hashers.Argon2PasswordHasher",
    "django.contrib.auth.hashers.PBKDF2PasswordHasher",
]
if TESTING:  # a strong hash would cost more than the tests themselves
    PASSWORD_HASHERS.insert(0, "django.contrib.auth.hashers.MD5PasswordHasher")
AUTH_PASSWORD_VALIDATORS = [
    {
        "NAME": "django.contrib.auth.password_validation.UserAttributeSimilarityValidator",
        "OPTIONS": {"user_attributes": ["username", "name", "email"]},
    },
    {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
    {"NAME": "accounts.passwords.StrengthValidator", "OPTIONS": {"min_length": 10}},
]
PASSWORD_MAX_AGE_DAYS = env.int("PASSWORD_MAX_AGE_DAYS", default=180)  # 0: passwords do not grow old
SESSION_COOKIE_AGE = env.int("SESSION_IDLE_MINUTES", default=15) * 60  # from a person's last click: accounts.middleware
AXES_FAILURE_LIMIT = 5
AXES_COOLOFF_TIME = timedelta(minutes=10)
AXES_LOCKOUT_PARAMETERS = [["username", "ip_address"]]
AXES_RESET_ON_SUCCESS = True
AXES_RESET_COOL_OFF_ON_FAILURE_DURING_LOCKOUT = False  # ten minutes are ten minutes
AXES_ENABLE_ADMIN = False
AXES_DISABLE_ACCESS_LOG = True  # log-ins stand in the record
AXES_LOCKOUT_CALLABLE = "accounts.views.locked_out"

# --- Language and time
LANGUAGE_CODE = "zh-hans"
LANGUAGES = [("zh-hans", _("Simplified Chinese")), ("en", _("English"))]
LOCALE_PATHS = [BASE_DIR / "locale"]
TIME_ZONE = "Asia/Shanghai"
USE_TZ = True

# --- Files: our own and npm's static ones (config/frontend.py); uploads are never served directly
STATIC_URL = "/static/"
STATIC_ROOT = DATA_DIR / "static"
STATICFILES_DIRS = [BASE_DIR / "static", ("guide", BASE_DIR / "docs" / "guide" / "images")]
STATICFILES_FINDERS = [
    "django.contrib.staticfiles.finders.FileSystemFinder",
    "django.contrib.staticfiles.finders.AppDirectoriesFinder",
    "config.frontend.FrontendFinder",
]
_plain = TESTING or DEBUG
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    "staticfiles": {
        "BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"
        if _plain
        else "whitenoise.storage.CompressedManifestStaticFilesStorage"
    },
}
WHITENOISE_KEEP_ONLY_HASHED_FILES = True
WHITENOISE_SKIP_COMPRESS_EXTENSIONS = (
    *Compressor.SKIP_COMPRESS_EXTENSIONS,
    "map",
)  # maps are for somebody who debugs Tabler
WHITENOISE_USE_FINDERS = WHITENOISE_AUTOREFRESH = _plain
MEDIA_ROOT = DATA_DIR / "media"
UPLOAD_MAX_MB = env.int("UPLOAD_MAX_MB", default=10)  # of one file
FILE_UPLOAD_PERMISSIONS = 0o600
FILE_UPLOAD_DIRECTORY_PERMISSIONS = 0o700

METRICS_TOKEN = env.str("METRICS_TOKEN", default="")  # of who may read /metrics; without one there is no such page

# --- Backups (config/backup)
BACKUP_DIR = Path(env.str("BACKUP_DIR", default=str(DATA_DIR / "backups"))).resolve()
BACKUP_KEEP = env.int("BACKUP_KEEP", default=14)  # so many nightly ones, and the last of each month; 0: none are made

# --- Mail
vars().update(env.email_url_config(env.str("EMAIL_URL", default="consolemail://")))
EMAIL_TIMEOUT = env.int("EMAIL_TIMEOUT", default=10)  # seconds
DEFAULT_FROM_EMAIL = SERVER_EMAIL = env.str("DEFAULT_FROM_EMAIL", default="jiedui@localhost")
MESSAGE_HOURS = tuple(env.list("MESSAGE_HOURS", default=["08:30", "18:00"]))  # reminders go out between these
MESSAGE_CEILING = env.int("MESSAGE_CEILING", default=20_000)  # messages a day at most; what is above waits in the inbox
SITE_URL = env.str("SITE_URL", default="http://127.0.0.1:8000")  # the address in mails, without a slash at the end

# --- Jobs (config/celery.py)
REDIS_URL = env.str("REDIS_URL", default="redis://127.0.0.1:6379/0")
DELIVERY_TASKS = env.int("DELIVERY_TASKS", default=4)  # messages sent at the same time, over all workers
TICK_SECONDS = env.float("TICK_SECONDS", default=60.0)  # how often it is asked what is due
JOB_TIME_LIMIT = timedelta(minutes=30)  # a background job that takes longer is killed (accounts/jobs.py)

# --- What is written down about running
LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "formatters": {"line": {"format": "{asctime} {levelname} {name} {message}", "style": "{"}},
    "filters": {"masked": {"()": "config.logs.Masked"}},
    "handlers": {"console": {"class": "logging.StreamHandler", "formatter": "line", "filters": ["masked"]}},
    "root": {"handlers": ["console"], "level": env.str("LOG_LEVEL", default="INFO")},
    "loggers": {"django": {"handlers": [], "propagate": True}, "axes": {"level": "WARNING"}},
}
