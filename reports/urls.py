"""Addresses of the reports."""

from django.urls import path

from reports.views import (
    branch,
    burden,
    figures,
    group,
    group_list,
    issued,
    leader,
    network,
    packs,
    saved,
    solved,
    summary,
)

app_name = "reports"
urlpatterns = [
    path("", figures.index, name="index"),
    path("branch/<int:pk>/", branch.branch, name="branch"),
    path("group/", group.dashboard, name="group"),
    path("group/burden/", burden.meter, name="burden"),
    path("group/list/", group_list.group_list, name="group_list"),
    path("leader/", leader.dashboard, name="leader"),
    path("leader/network/", leader.network, name="leader_network"),
    path("network/", network.network, name="network"),
    path("network/pairs/", network.network_list, {"page": "agreements"}, name="network_agreements"),
    path("network/problems/", network.network_list, {"page": "problems"}, name="network_problems"),
    path("network/branches/", network.network_list, {"page": "branches"}, name="network_branches"),
    path("saved/", saved.save, name="save"),
    path("saved/<int:pk>/", saved.saved_question, name="saved"),
    path("saved/<int:pk>/delete/", saved.delete, name="saved_delete"),
    path("solved/", solved.solved, name="solved"),
    path("summary/", summary.summary, name="summary"),
    path("problems/", figures.figure_list, {"page": "problems"}, name="problems"),
    path("agreements/", figures.figure_list, {"page": "agreements"}, name="agreements"),
    path("branches/", figures.figure_list, {"page": "branches"}, name="branches"),
    path("issue/<slug:report>/", issued.issue_table, name="issue"),
    path("issued/", issued.issued_list, name="issued_list"),
    path("issued/<int:pk>/", issued.issued_table, name="issued"),
    path("issued/<int:pk>/compare/", issued.issued_compare, name="issued_compare"),
    path("packs/", packs.packs, name="packs"),
    path("packs/preview/", packs.pack_preview, name="pack_preview"),
    path("packs/subscribe/", packs.pack_subscribe, name="pack_subscribe"),
    path("packs/<int:pk>/", packs.pack, name="pack"),
    path("packs/<int:pk>/again/", packs.pack_again, name="pack_again"),
    path("packs/<int:pk>/tell/", packs.pack_tell, name="pack_tell"),
    path("packs/<int:pk>/docx/", packs.pack_file, {"suffix": "docx"}, name="pack_docx"),
    path("packs/<int:pk>/xlsx/", packs.pack_file, {"suffix": "xlsx"}, name="pack_xlsx"),
]
