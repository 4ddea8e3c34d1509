"""The tree of organisations, kept by the system administrator."""

from django.contrib import admin
from django.utils.translation import gettext_lazy as _

from accounts.admin_site import SECADMIN, SYSADMIN, RecordedAdmin, site
from accounts.models import Organisation, Post, UnitLink


@admin.register(Organisation, site=site)
class OrganisationAdmin(RecordedAdmin):
    about = _("Committees, branches and units. What ends gets a closing day; nothing is deleted.")
    editors, viewers = SYSADMIN, SECADMIN
    list_display = ("name", "code", "kind", "side", "parent", "opened_on", "closed_on")
    list_filter = ("kind", "side")
    list_select_related = ("parent",)
    search_fields = ("name", "short_name", "code")
    autocomplete_fields = ("parent", "successor")
    fields = (
        ("kind", "joint"),
        "name",
        "short_name",
        "code",
        "side",
        "parent",
        "order",
        ("opened_on", "closed_on"),
        "successor",
    )

    def get_readonly_fields(self, request, obj=None):
        return ("kind",) if obj else ()


@admin.register(UnitLink, site=site)
class UnitLinkAdmin(RecordedAdmin):
    about = _("Which unit belongs to which branch, from when to when.")
    editors, viewers = SYSADMIN, SECADMIN
    list_display = ("unit", "branch", "from_on", "to_on")
    list_select_related = ("unit", "branch")
    search_fields = ("unit__name", "branch__name")
    autocomplete_fields = ("unit", "branch")


@admin.register(Post, site=site)
class PostAdmin(RecordedAdmin):
    about = _("Posts for pairs from post to post.")
    editors, viewers = SYSADMIN, SECADMIN
    list_display = ("name", "organisation", "closed_on")
    list_select_related = ("organisation",)
    search_fields = ("name", "organisation__name")
    autocomplete_fields = ("organisation",)
