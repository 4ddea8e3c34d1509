from django.db import models
from django.utils.translation import gettext_lazy as _


class JobRun(models.Model):
    """One run of a background job ("supervision", "delivery", "backup"): when, where, how it ended, in words."""

    class Outcome(models.TextChoices):
        RUNNING = "", _("Running")
        DONE = "done", _("Done")
        FAILED = "failed", _("Failed")

    name = models.CharField(max_length=40)
    started_at = models.DateTimeField()
    ended_at = models.DateTimeField(null=True)
    outcome = models.CharField(max_length=6, choices=Outcome, blank=True, default="")
    words = models.TextField(blank=True)  # the result, or the error, as a sentence
    details = models.JSONField(default=dict)  # counts by name
    worker = models.CharField(max_length=120, blank=True)

    class Meta:
        ordering = ["-started_at", "-pk"]
        indexes = [models.Index(fields=["name", "-started_at"], name="job_run_latest")]

    def __str__(self):
        return f"{self.name} {self.started_at:%Y-%m-%d %H:%M:%S}"
