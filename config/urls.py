"""All addresses. Log-in is needed everywhere unless a view says login_not_required."""

from django.urls import include, path

from config.health import healthz

urlpatterns = [
    path("healthz", healthz, name="healthz"),
    path("accounts/", include("accounts.urls")),
]
