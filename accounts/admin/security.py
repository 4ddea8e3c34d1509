"""Seats and locked accounts, kept by the security administrator."""

from django import forms
from django.contrib import admin, messages
from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from accounts import matters
from accounts.admin_site import SECADMIN, RecordedAdmin, role_of, site
from accounts.models import FailedLogIn, Role, Seat, User
from accounts.required import NamesWhatIsMissing


class SeatForm(NamesWhatIsMissing, forms.ModelForm):
    """`giver` (class attribute, set per request) is who fills it in."""

    giver = None

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        if field := self.fields.get("matter"):
            field.help_text = _(
                "Only for a reviewer appointed for one matter: its number, like 结对〔2026〕12号 or 问题〔2026〕7号."
            )
            self.initial["matter"] = matters.number_of(self.instance.matter)

    def clean_matter(self):
        typed, role = self.cleaned_data["matter"], self.cleaned_data.get("role") or self.instance.role
        return matters.find(typed) if typed and role == Role.REVIEWER else typed  # the model refuses other roles

    def clean_person(self):
        if self.cleaned_data["person"] == self.giver:
            raise ValidationError(_("Nobody gives a seat to himself or herself; ask another security administrator."))
        return self.cleaned_data["person"]


@admin.register(Seat, site=site)
class SeatAdmin(RecordedAdmin):
    """Whose, in which role and where never changes: the seat ends, and a new one begins."""

    about = gettext_lazy("Who acts where, in which role, from when to when. Rights belong to seats.")

    editors = SECADMIN
    form = SeatForm
    list_display = ("person", "role", "organisation", "from_on", "to_on", "deputy_of", "back_dating")
    list_filter = ("role", "may_backdate")
    list_select_related = ("person", "organisation", "deputy_of__organisation", "deputy_of__person")
    search_fields = ("person__name", "person__username", "organisation__name")
    autocomplete_fields = ("person", "organisation", "post", "deputy_of")
    fields = ("person", "role", "organisation", "post", ("from_on", "to_on"), "deputy_of", "matter", "may_backdate")

    @admin.display(description=gettext_lazy("back-dating"), ordering="may_backdate")
    def back_dating(self, seat):
        return _("allowed") if seat.may_backdate else None

    def get_readonly_fields(self, request, obj=None):
        return ("person", "role", "organisation") if obj else ()

    def has_change_permission(self, request, obj=None):
        own = obj is not None and obj.person_id == request.user.pk
        return super().has_change_permission(request, obj) and not own

    def get_form(self, request, obj=None, change=False, **kwargs):
        form = super().get_form(request, obj, change=change, **kwargs)
        form.giver = request.user
        return form


@admin.register(FailedLogIn, site=site)
class FailedLogInAdmin(RecordedAdmin):
    """Failed log-ins that still count; axes forgets them after the lock's time. Unlocking forgets them now."""

    about = gettext_lazy("Failed log-ins of the last minutes; locked accounts can be unlocked here.")

    viewers = SECADMIN
    list_display = fields = ("account", "address", "failures", "last")
    search_fields = ("username",)
    actions = ("unlock",)

    @admin.display(description=gettext_lazy("user name"), ordering="username")
    def account(self, attempt):
        return attempt.username

    @admin.display(description=gettext_lazy("address"), ordering="ip_address")
    def address(self, attempt):
        return attempt.ip_address

    @admin.display(description=gettext_lazy("failures"), ordering="failures_since_start")
    def failures(self, attempt):
        return attempt.failures_since_start

    @admin.display(description=gettext_lazy("last failure"), ordering="attempt_time")
    def last(self, attempt):
        return attempt.attempt_time

    def has_unlock_permission(self, request):
        return role_of(request) in self.viewers

    @admin.action(description=gettext_lazy("Unlock the chosen accounts"), permissions=["unlock"])
    def unlock(self, request, queryset):
        names = sorted(set(queryset.values_list("username", flat=True)))
        with transaction.atomic():
            for user in User.objects.filter(username__in=names):
                self.write("unlocked", request, user, {})
            FailedLogIn.objects.filter(username__in=names).delete()
        sentence = ngettext("%(count)s account is unlocked.", "%(count)s accounts are unlocked.", len(names))
        messages.success(request, sentence % {"count": len(names)})
