"""Addresses of the pairing pages. Names of things in the plural are lists, in the singular pages of one thing."""

from django.urls import path

from pairing.views import files, home, inbox, organisations, problems, steps

app_name = "pairing"
urlpatterns = [
    path("", home.home, name="home"),
    path("problems/", problems.problem_list, name="problem_list"),
    path("problems/new/", problems.problem_new, name="problem_new"),
    path("problems/autosave/", problems.problem_autosave, name="problem_autosave"),
    path("problems/<int:pk>/", problems.problem, name="problem"),
    path("problems/<int:pk>/edit/", problems.problem_edit, name="problem_edit"),
    path("problems/<int:pk>/autosave/", problems.problem_autosave, name="problem_autosave"),
    path("problems/<int:pk>/file/", files.add_to_problem, name="problem_add_file"),
    path("problems/<int:pk>/step/<slug:name>/", steps.problem_step, name="problem_step"),
    path("agreements/<int:pk>/file/", files.add_to_agreement, name="agreement_add_file"),
    path("agreements/<int:pk>/step/<slug:name>/", steps.agreement_step, name="agreement_step"),
    path("files/<int:pk>/", files.file, name="file"),
    path("files/<int:pk>/remove/", files.remove, name="file_remove"),
    path("inbox/", inbox.inbox, name="inbox"),
    path("inbox/read/", inbox.read_all, name="inbox_read"),
    path("inbox/<int:pk>/", inbox.notice, name="notice"),
    path("organisations/", organisations.organisations, name="organisations"),
    path("organisations/options/", organisations.options, name="organisation_options"),
    path("organisations/<int:pk>/", organisations.organisation, name="organisation"),
]
