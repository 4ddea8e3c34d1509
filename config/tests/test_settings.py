"""Wrong settings stop the start with one sentence; right ones are strict."""

import re
import runpy

import pytest
from django.core.exceptions import ImproperlyConfigured

from config.services import ROOT

PRODUCTION = {
    "JIEDUI_ENV": "production",
    "SECRET_KEY": "x" * 50,
    "ALLOWED_HOSTS": "pairs.example",
    "DATABASE_URL": "postgres://app:a@db/jiedui",
    "DATABASE_OWNER_URL": "postgres://owner:o@db/jiedui",
    "REDIS_URL": "redis://broker/0",
    "EMAIL_URL": "smtp://mail.example:25",
}
UNSET = ("DEBUG", "HTTPS", "DATABASE_ROLE", "DATABASE_APP_ROLE", "PYTEST_VERSION", "DATA_DIR", "SESSION_IDLE_MINUTES")


@pytest.fixture
def load(monkeypatch):
    """Settings as they would be with this environment; a value of None unsets."""

    def load(**environment):
        for name in (*UNSET, *PRODUCTION):
            monkeypatch.delenv(name, raising=False)
        for name, value in environment.items():
            if value is not None:
                monkeypatch.setenv(name, value)
        return runpy.run_path(str(ROOT / "config/settings.py"))

    return load


@pytest.mark.parametrize(
    ("wrong", "sentence"),
    [
        ({"SECRET_KEY": None}, "SECRET_KEY is not set"),
        ({"SECRET_KEY": "short"}, "too short"),
        ({"SECRET_KEY": "insecure-key-for-local-use-only"}, "SECRET_KEY is not set"),
        ({"DEBUG": "1"}, "DEBUG is on"),
        ({"ALLOWED_HOSTS": None}, "ALLOWED_HOSTS is not set"),
        ({"ALLOWED_HOSTS": ""}, "ALLOWED_HOSTS is not set"),
        ({"ALLOWED_HOSTS": "*"}, "ALLOWED_HOSTS is not set"),
        ({"DATABASE_URL": None}, "DATABASE_URL and REDIS_URL"),
        ({"REDIS_URL": None}, "DATABASE_URL and REDIS_URL"),
        ({"EMAIL_URL": None}, "EMAIL_URL is not set"),
        ({"JIEDUI_ENV": "prod"}, "must be local or production"),
    ],
)
def test_production_refuses_to_start(load, wrong, sentence):
    with pytest.raises(ImproperlyConfigured, match=sentence):
        load(**PRODUCTION | wrong)


def test_production_speaks_https_only(load):
    settings = load(**PRODUCTION)
    assert settings["SECURE_SSL_REDIRECT"]
    assert settings["SESSION_COOKIE_SECURE"]
    assert settings["CSRF_COOKIE_SECURE"]
    assert settings["SECURE_HSTS_SECONDS"] >= 31536000
    assert settings["EMAIL_HOST"] == "mail.example"
    assert not settings["DEBUG"]


def test_local_use_needs_nothing(load):
    settings = load()
    assert not settings["DEBUG"]
    assert not settings["SECURE_SSL_REDIRECT"]
    assert settings["EMAIL_BACKEND"].endswith("console.EmailBackend")
    assert "*" not in settings["ALLOWED_HOSTS"]


@pytest.mark.parametrize(("role", "user"), [(None, "app"), ("application", "app"), ("owner", "owner")])
def test_the_owner_role_is_used_only_where_asked_for(load, role, user):
    settings = load(**PRODUCTION | {"DATABASE_ROLE": role})
    assert settings["DATABASES"]["default"]["USER"] == user
    assert settings["DATABASE_APP_ROLE"] == "app"


def test_one_role_for_all_is_possible(load):
    settings = load(**PRODUCTION | {"DATABASE_OWNER_URL": None, "DATABASE_ROLE": "owner"})
    assert settings["DATABASES"]["default"]["USER"] == "app"


def test_the_page_policy_is_strict(client, db):
    policy = client.get("/healthz")["Content-Security-Policy"]
    assert "default-src 'self'" in policy
    assert "img-src 'self' data:" in policy
    assert "unsafe" not in policy


def test_the_readme_explains_every_setting():
    names = set(re.findall(r'env\.\w+\("(\w+)"', (ROOT / "config/settings.py").read_text()))
    assert len(names) > 15
    explained = set(re.findall(r"^\| `(\w+)`", (ROOT / "README.md").read_text(), flags=re.MULTILINE))
    assert names == explained
