"""Addresses of the reports."""

from django.urls import path

from reports.views import branch, burden, figures, group, group_list, issued, network, solved

app_name = "reports"
urlpatterns = [
    path("", figures.index, name="index"),
    path("branch/<int:pk>/", branch.branch, name="branch"),
    path("group/", group.dashboard, name="group"),
    path("group/burden/", burden.meter, name="burden"),
    path("group/list/", group_list.group_list, name="group_list"),
    path("network/", network.network, name="network"),
    path("network/pairs/", network.network_list, {"page": "agreements"}, name="network_agreements"),
    path("network/problems/", network.network_list, {"page": "problems"}, name="network_problems"),
    path("network/branches/", network.network_list, {"page": "branches"}, name="network_branches"),
    path("solved/", solved.solved, name="solved"),
    path("problems/", figures.figure_list, {"page": "problems"}, name="problems"),
    path("agreements/", figures.figure_list, {"page": "agreements"}, name="agreements"),
    path("branches/", figures.figure_list, {"page": "branches"}, name="branches"),
    path("issue/<slug:report>/", issued.issue_table, name="issue"),
    path("issued/", issued.issued_list, name="issued_list"),
    path("issued/<int:pk>/", issued.issued_table, name="issued"),
    path("issued/<int:pk>/compare/", issued.issued_compare, name="issued_compare"),
]
