"""All addresses. Log-in is needed everywhere unless a view says login_not_required."""

from django.urls import include, path

from accounts.admin_site import site
from config import guides
from config.health import healthz
from config.operations import metrics
from config.operations import views as operations
from config.start import start

urlpatterns = [
    path("healthz", healthz, name="healthz"),
    path("metrics", metrics.metrics, name="metrics"),
    path("operations/", operations.page, name="operations"),
    path("operations/dry-run/", operations.dry_run, name="operations_dry_run"),
    path("accounts/", include("accounts.urls")),
    path("admin/", site.urls),
    path("reports/", include("reports.urls")),
    path("help/", guides.contents, name="help"),
    path("help/<slug:name>/", guides.one, name="guide"),
    path("", start, name="start"),  # before the same address in pairing.urls, which keeps its name
    path("", include("pairing.urls")),
]

handler400 = "config.faults.bad_request"
handler500 = "config.faults.server_error"
