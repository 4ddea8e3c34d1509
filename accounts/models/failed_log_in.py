from axes.models import AccessAttempt
from django.utils.translation import gettext_lazy as _


class FailedLogIn(AccessAttempt):
    """Failed log-ins from one place under one user name that still count towards a lock; kept by django-axes."""

    class Meta:
        proxy = True
        verbose_name = _("failed log-in")
        verbose_name_plural = _("failed log-ins")

    def __str__(self):
        return f"{self.username} {self.ip_address}"
