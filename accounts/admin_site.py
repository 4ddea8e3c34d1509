"""Django's admin for the three administrators; rights come from the seat acted in, and every write is recorded."""

from django.contrib.admin import AdminSite, ModelAdmin
from django.contrib.auth.views import redirect_to_login
from django.core.exceptions import PermissionDenied
from django.db.models import Model
from django.shortcuts import redirect, resolve_url
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accounts import record
from accounts.models import ADMINISTRATORS, Role
from accounts.views import LogOut

SYSADMIN = frozenset({Role.SYSADMIN})
SECADMIN = frozenset({Role.SECADMIN})
AUDITOR = frozenset({Role.AUDITOR})


def role_of(request):
    """The role of the seat acted in, or ""."""
    return request.seat.role if request.seat else ""


class RegisterSite(AdminSite):
    """Open to the administrators' seats alone; log-in, log-out and password are those of everybody."""

    site_header = site_title = gettext_lazy("Administration")
    index_title = gettext_lazy("What you look after")
    enable_nav_sidebar = False
    empty_value_display = "—"

    def has_permission(self, request):
        return role_of(request) in ADMINISTRATORS

    def login(self, request, extra_context=None):
        if request.user.is_authenticated:
            raise PermissionDenied(_("Only administrators work here. If you hold such a seat, choose it first."))
        return redirect_to_login(request.GET.get("next", request.path), resolve_url("accounts:login"))

    def logout(self, request, extra_context=None):
        return LogOut.as_view()(request)

    def password_change(self, request, extra_context=None):
        return redirect("accounts:password")


site = RegisterSite(name="admin")


class RecordedAdmin(ModelAdmin):
    """Who may view and change is said by role; nothing is deleted; each write becomes an Event."""

    viewers = frozenset()  # roles that may look; those of `editors` may in any case
    editors = frozenset()  # roles that may add and change
    show_full_result_count = False

    def has_view_permission(self, request, obj=None):
        return role_of(request) in self.viewers | self.editors

    def has_add_permission(self, request):
        return role_of(request) in self.editors

    def has_change_permission(self, request, obj=None):
        return role_of(request) in self.editors

    def has_delete_permission(self, request, obj=None):
        return False

    def has_module_permission(self, request):
        return self.has_view_permission(request)

    def history_view(self, request, object_id, extra_context=None):
        raise PermissionDenied(_("What happened stands in the record, which the audit administrator reads."))

    def construct_change_message(self, request, form, formsets, add=False):
        """{field: [old, new]}; an added object has no old values."""
        return {name: [None if add else form.initial.get(name), new_value(form, name)] for name in form.changed_data}

    def log_addition(self, request, obj, message):
        return self.write("added", request, obj, message)

    def log_change(self, request, obj, message):
        return self.write("changed", request, obj, message) if message else None

    def write(self, action, request, obj, details):
        """One Event of what the administrator did to `obj`."""
        return record.write(action, seat=request.seat, obj=obj, details=details)


def new_value(form, name):
    """What a form field brought, as the record keeps it: text, number, date; of a chosen object its id and name."""
    value = form.cleaned_data.get(name)
    return f"{value.pk} {value}" if isinstance(value, Model) else value
