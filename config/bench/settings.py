"""Settings of the measured server: those of the product, plus the addresses of the floors. Never used elsewhere."""

from config import settings
from config.settings import *  # noqa: F403

if settings.PRODUCTION:
    raise settings.ImproperlyConfigured("The bench makes worlds and opens floors without rights: not in production.")
ROOT_URLCONF = "config.bench.urls"
TEMPLATES = [
    settings.TEMPLATES[0] | {"DIRS": [*settings.TEMPLATES[0]["DIRS"], settings.BASE_DIR / "config/bench/templates"]}
]
SESSION_COOKIE_AGE = 24 * 3600
