"""The measured server: the product, the plain floor behind minimal middleware, the bare floor without Django."""

import os

import django
from django.core.handlers.wsgi import WSGIHandler
from django.test import override_settings

os.environ["DJANGO_SETTINGS_MODULE"] = "config.bench.settings"
django.setup(set_prefix=False)

from config.bench.floors import bare  # noqa: E402  (after the settings are there)

MINIMAL = [
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "django.contrib.auth.middleware.LoginRequiredMiddleware",
]
product = WSGIHandler()
with override_settings(MIDDLEWARE=MINIMAL):
    minimal = WSGIHandler()


def application(environ, start_response):
    path = environ["PATH_INFO"]
    if path.startswith("/bench/bare/"):
        return bare(path.removeprefix("/bench/bare/").strip("/"), start_response)
    return (minimal if path.startswith("/bench/plain/") else product)(environ, start_response)
