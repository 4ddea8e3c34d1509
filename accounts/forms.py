"""Log-in and change of password."""

from axes.models import AccessAttempt
from django.conf import settings
from django.contrib.auth.forms import AuthenticationForm, PasswordChangeForm
from django.core.exceptions import ValidationError
from django.db.models import Max
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accounts.passwords import StrengthValidator
from accounts.required import NamesWhatIsMissing


class LogInForm(NamesWhatIsMissing, AuthenticationForm):
    """User name and password; after too many failures a sentence says until when the account is locked."""

    error_messages = {
        "invalid_login": gettext_lazy("The user name or the password is not right. Please check both and try again."),
        "inactive": gettext_lazy("This account is closed. Please ask the system administrator."),
    }

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.label_suffix = ""
        self.fields["username"].label = gettext_lazy("User name")
        self.fields["username"].widget.attrs |= {"autofocus": not self.is_bound, "spellcheck": "false"}
        for field in self.fields.values():
            field.widget.attrs["class"] = "form-control"

    def clean_username(self):
        """No user name is that long; Django checks the length in the browser only."""
        username = self.cleaned_data["username"]
        if len(username) > self.fields["username"].max_length:
            raise super().get_invalid_login_error()
        return username

    @property
    def locked(self):
        """True when this attempt found the account locked, or locked it."""
        return getattr(self.request, "axes_locked_out", False)

    def get_invalid_login_error(self):
        if not self.locked:
            return super().get_invalid_login_error()
        until = timezone.localtime(self.locked_until())
        sentence = _(
            "Too many failed log-ins: this account is locked until %(time)s. "
            "Try again then, or ask the security administrator to unlock it."
        )
        return ValidationError(sentence % {"time": f"{until:%H:%M}"}, code="locked")

    def locked_until(self):
        """The moment the lock ends: AXES_COOLOFF_TIME after the last failure that counted."""
        tries = AccessAttempt.objects.filter(
            username=self.cleaned_data["username"], ip_address=self.request.axes_ip_address
        )
        last = tries.aggregate(last=Max("attempt_time"))["last"] or timezone.now()
        return last + settings.AXES_COOLOFF_TIME


class PasswordForm(NamesWhatIsMissing, PasswordChangeForm):
    """The old password once, the new one twice; the new one must be another. Clears must_change_password."""

    error_messages = PasswordChangeForm.error_messages | {
        "password_incorrect": gettext_lazy("The current password is not right. Please type it again."),
    }

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.label_suffix = ""
        self.fields["old_password"].label = gettext_lazy("Current password")
        self.fields["old_password"].widget.attrs["autofocus"] = not self.is_bound
        self.fields["new_password2"].label = gettext_lazy("New password once more")
        self.fields["new_password1"].help_text = StrengthValidator().get_help_text()
        self.fields["new_password2"].help_text = ""
        for field in self.fields.values():
            field.widget.attrs["class"] = "form-control"

    def clean_new_password1(self):
        new = self.cleaned_data["new_password1"]
        if self.user.check_password(new):
            raise ValidationError(_("The new password must differ from the current one."), code="password_same")
        return new

    def save(self):
        self.user.set_password(self.cleaned_data["new_password1"])
        self.user.must_change_password = False
        self.user.save(update_fields=["password", "password_changed_at", "must_change_password"])
        return self.user
