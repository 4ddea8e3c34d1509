"""Addresses of the reports."""

from django.urls import path

from reports.views import figures, solved

app_name = "reports"
urlpatterns = [
    path("", figures.index, name="index"),
    path("solved/", solved.solved, name="solved"),
    path("problems/", figures.figure_list, {"page": "problems"}, name="problems"),
    path("agreements/", figures.figure_list, {"page": "agreements"}, name="agreements"),
    path("branches/", figures.figure_list, {"page": "branches"}, name="branches"),
]
