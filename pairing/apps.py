from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _

from accounts import matters


class PairingConfig(AppConfig):
    name = "pairing"
    verbose_name = _("Pairing")
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self):
        for kind in ("agreement", "problem"):
            matters.register(self.get_model(kind))
