"""The product's addresses, and the floors beside them."""

from django.urls import path

from config.bench import floors
from config.urls import handler400, urlpatterns  # noqa: F401

urlpatterns = [
    path("bench/learn/<slug:name>/", floors.learn),
    path("bench/plain/<slug:name>/", floors.plain),
    *urlpatterns,
]
