"""The project itself as an app: it loads Celery with Django and gives the application role its rights."""

from django.apps import AppConfig, apps
from django.db import connections
from django.db.models.signals import post_migrate

from config.celery import app as celery_app
from config.roles import grant_application_role

__all__ = ["JieduiConfig", "celery_app"]


def after_migrate(using: str, **kwargs) -> None:
    """Rights for the tables that the migration has just made."""
    grant_application_role(connections[using])


class JieduiConfig(AppConfig):
    """Comes first in INSTALLED_APPS; has no models."""

    name = "config"

    def ready(self) -> None:
        """Django sends post_migrate for every app when all tables are there; one of them is enough."""
        post_migrate.connect(after_migrate, sender=apps.get_app_config("accounts"), dispatch_uid="config.roles")
