"""Django's admin for the three administrators; rights come from the seat acted in, and every write is recorded."""

from django.contrib.admin import AdminSite, ModelAdmin, ShowFacets
from django.contrib.admin.widgets import AutocompleteSelect
from django.contrib.auth.decorators import login_not_required
from django.contrib.auth.views import redirect_to_login
from django.core.exceptions import PermissionDenied
from django.db.models import DateField, Model
from django.forms import ModelForm
from django.shortcuts import redirect, resolve_url
from django.utils.decorators import method_decorator
from django.utils.text import capfirst
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accounts import record
from accounts.models import ADMINISTRATORS, Role
from accounts.required import NamesWhatIsMissing
from accounts.views import LogOut

SYSADMIN = frozenset({Role.SYSADMIN})
SECADMIN = frozenset({Role.SECADMIN})
AUDITOR = frozenset({Role.AUDITOR})


DAYS = ("%Y-%m-%d", "%Y.%m.%d", "%Y/%m/%d", "%Y年%m月%d日")  # as people type a day


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

    def index(self, request, extra_context=None):
        return super().index(request, {"areas": self.areas(request)} | (extra_context or {}))

    def app_index(self, request, app_label, extra_context=None):
        return redirect("admin:index")

    def areas(self, request):
        """What the seat looks after, one line each, in the order of registration."""
        models = {entry["model"]: entry for app in self.get_app_list(request) for entry in app["models"]}
        return [
            {
                "name": models[model]["name"],
                "url": models[model]["admin_url"],
                "add_url": models[model]["add_url"] if model_admin.has_add_permission(request) else "",
                "about": model_admin.about,
            }
            for model, model_admin in self._registry.items()
            if model in models
        ]

    @method_decorator(login_not_required)
    def login(self, request, extra_context=None):
        if request.user.is_authenticated:
            raise PermissionDenied(_("Only administrators work here. If you hold such a seat, choose it first."))
        return redirect_to_login(request.GET.get("next", request.path), resolve_url("accounts:login"))

    def logout(self, request, extra_context=None):
        return LogOut.as_view()(request)

    def password_change(self, request, extra_context=None):
        return redirect("accounts:password")


site = RegisterSite(name="admin")


class SearchSelect(AutocompleteSelect):
    """Django's searching select as valid HTML: its empty choice has a text, and a required one has an empty choice."""

    def optgroups(self, name, value, attr=None):
        groups = super().optgroups(name, value, attr)
        choices = groups[0][1]
        if not any(choice["value"] == "" for choice in choices):
            choices.insert(0, self.create_option(name, "", "", False, 0))
        return groups

    def create_option(self, name, value, label, *args, **kwargs):
        return super().create_option(name, value, label or "—", *args, **kwargs)


class RecordForm(NamesWhatIsMissing, ModelForm):
    """The form of an entry of the administration."""


class RecordedAdmin(ModelAdmin):
    """Who may view and change is said by role; nothing is deleted; each write becomes an Event."""

    about = ""  # one sentence for the first page
    viewers = frozenset()  # roles that may look; those of `editors` may in any case
    editors = frozenset()  # roles that may add and change
    form = RecordForm
    formfield_overrides = {
        DateField: {
            "input_formats": DAYS,
            "error_messages": {"invalid": gettext_lazy("Write the day with its year, like 2026-8-15 or 2026.8.15.")},
        }
    }
    show_full_result_count = False
    show_facets = ShowFacets.NEVER

    def formfield_for_foreignkey(self, db_field, request, **kwargs):
        if db_field.name in self.get_autocomplete_fields(request):
            kwargs["widget"] = SearchSelect(db_field, self.admin_site)
        return super().formfield_for_foreignkey(db_field, request, **kwargs)

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

    def changelist_view(self, request, extra_context=None):
        title = capfirst(self.opts.verbose_name_plural)
        return super().changelist_view(request, {"title": title} | (extra_context or {}))

    def render_change_form(self, request, context, add=False, change=False, form_url="", obj=None):
        may = self.has_change_permission(request, obj)
        words = _("Add %(name)s") if add else _("Change %(name)s") if may else _("View %(name)s")
        context["title"] = words % {"name": self.opts.verbose_name}
        return super().render_change_form(request, context, add, change, form_url, obj)

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
