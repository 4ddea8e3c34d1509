from django.db import models


class Heartbeat(models.Model):
    """When a background part ("worker", "beat") was last alive; read by /healthz."""

    name = models.CharField(max_length=40, unique=True)
    at = models.DateTimeField()

    def __str__(self):
        return f"{self.name} {self.at:%Y-%m-%d %H:%M:%S}"
