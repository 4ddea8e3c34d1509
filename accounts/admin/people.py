"""Accounts: made and closed by the system administrator, who also gives initial passwords."""

from django import forms
from django.contrib import admin, messages
from django.contrib.auth.password_validation import validate_password
from django.core.exceptions import ValidationError
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accounts.admin_site import SECADMIN, SYSADMIN, RecordedAdmin, site
from accounts.models import User
from accounts.passwords import new_password
from accounts.required import NamesWhatIsMissing


class AccountForm(NamesWhatIsMissing, forms.ModelForm):
    """An account; a password typed or made up here is an initial one, which its owner must change."""

    initial_password = forms.CharField(
        label=gettext_lazy("initial password"), required=False, strip=False, max_length=128
    )
    reset_password = forms.BooleanField(
        label=gettext_lazy("make up a new initial password"),
        required=False,
        help_text=gettext_lazy("It is shown once after saving. The person has to change it at the next log-in."),
    )

    class Meta:
        model = User
        fields = ("username", "name", "email", "is_active")

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        if self.instance.pk:
            help_text = _("Leave empty to keep the password.")
        else:
            help_text = _("Leave empty to have one made up; it is shown once after saving.")
            del self.fields["reset_password"]
        self.fields["initial_password"].help_text = help_text
        self.fields["initial_password"].widget.attrs["autocomplete"] = "off"

    def clean(self):
        data = super().clean()
        self.new_password = data.get("initial_password", "")
        if self.new_password:
            try:
                validate_password(self.new_password, self.instance)
            except ValidationError as error:
                self.add_error("initial_password", error)
        elif self.instance.pk is None or data.get("reset_password"):
            self.new_password = new_password()
        return data


@admin.register(User, site=site)
class UserAdmin(RecordedAdmin):
    about = gettext_lazy("One account per person. Closed accounts stay in the list.")
    editors, viewers = SYSADMIN, SECADMIN
    form = AccountForm
    list_display = ("username", "name", "email", "is_active", "password_due")
    list_filter = ("is_active",)
    search_fields = ("username", "name")
    fields = ("username", "name", "email", "is_active", "initial_password", "reset_password")

    @admin.display(description=gettext_lazy("password"), ordering="must_change_password")
    def password_due(self, user):
        return _("to be changed at the next log-in") if user.must_change_password else None

    def get_fields(self, request, obj=None):
        if not self.has_change_permission(request, obj):
            return ("username", "name", "is_active")
        return self.fields if obj else self.fields[:-1]

    def get_readonly_fields(self, request, obj=None):
        return ("username",) if obj else ()

    def construct_change_message(self, request, form, formsets, add=False):
        message = super().construct_change_message(request, form, formsets, add)
        return {name: values for name, values in message.items() if "password" not in name}

    def save_model(self, request, obj, form, change):
        if password := form.new_password:
            obj.set_password(password)
            obj.must_change_password = True
        super().save_model(request, obj, form, change)
        if password and change:
            self.write("password_reset", request, obj, {})
        if password and not form.cleaned_data["initial_password"]:
            sentence = _("Initial password of %(name)s: %(password)s — it is not shown again.")
            messages.warning(request, sentence % {"name": obj.name, "password": password})
        if change and "is_active" in form.changed_data and not obj.is_active:
            self.end_seats(request, obj)

    def end_seats(self, request, user):
        """A closed account holds no seats; open work stays with the seat's organisation."""
        today = timezone.localdate()
        for seat in user.seats.exclude(to_on__lt=today):
            seat.to_on = max(today, seat.from_on)
            seat.save(update_fields=["to_on"])
            self.write("changed", request, seat, {"to_on": [None, seat.to_on]})
