"""Addresses of the reports."""

from django.urls import path

from reports import views

app_name = "reports"
urlpatterns = [
    path("", views.index, name="index"),
    path("solved/", views.solved, name="solved"),
    path("problems/", views.figure_list, {"page": "problems"}, name="problems"),
    path("agreements/", views.figure_list, {"page": "agreements"}, name="agreements"),
    path("branches/", views.figure_list, {"page": "branches"}, name="branches"),
]
