"""How messages reach a person: channels, addresses on them, wishes, and the log of every attempt."""

from django.conf import settings
from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.utils import timezone, translation
from django.utils.translation import gettext_lazy as _

from accounts.models import User
from pairing.models.notice import Digest


class ChannelKind(models.TextChoices):
    EMAIL = "email", _("E-mail")
    WECOM_APP = "wecom_app", _("WeCom app message")
    WECOM_ROBOT = "wecom_robot", _("WeCom group robot")
    DINGTALK_APP = "dingtalk_app", _("DingTalk work notice")
    DINGTALK_ROBOT = "dingtalk_robot", _("DingTalk group robot")
    FEISHU_APP = "feishu_app", _("Feishu app message")
    FEISHU_ROBOT = "feishu_robot", _("Feishu group robot")
    WEBHOOK = "webhook", _("Signed webhook")


class Channel(models.Model):
    """One way out, set up by the system administrator. `settings` holds what its kind needs apart from the secret.

    `everybody`: used for persons without an address of their own on it (their user name is the address).
    `failures` counts failed attempts in a row; from `down_since` on persons are served by their next channel.
    """

    kind = models.CharField(_("kind"), max_length=16, choices=ChannelKind)
    name = models.CharField(_("name"), max_length=60)
    url = models.URLField(_("address"), blank=True, max_length=500)
    settings = models.JSONField(default=dict, blank=True)
    secret = models.CharField(_("secret"), max_length=200, blank=True)
    enabled = models.BooleanField(_("in use"), default=True)
    everybody = models.BooleanField(_("for everybody"), default=False)
    order = models.PositiveSmallIntegerField(_("order"), default=0)
    failures = models.PositiveIntegerField(default=0, editable=False)
    down_since = models.DateTimeField(null=True, editable=False)
    last_error = models.TextField(blank=True, editable=False)
    last_sent_at = models.DateTimeField(null=True, editable=False)

    class Meta:
        verbose_name = _("channel")
        ordering = ["order", "pk"]
        constraints = [models.UniqueConstraint(fields=["name"], name="channel_name_once")]

    def __str__(self):
        return self.title

    @property
    def title(self):
        """Its name; where that is what its kind is called in some language, the word of the reader's."""
        kind = ChannelKind(self.kind)
        for language, _name in settings.LANGUAGES:
            with translation.override(language):
                if str(kind.label) == self.name:
                    break
        else:
            return self.name
        return str(kind.label)


class Contact(models.Model):
    """The address of a person on a channel, and in which order the person wants the channels tried."""

    person = models.ForeignKey(User, models.CASCADE, related_name="contacts")
    channel = models.ForeignKey(Channel, models.CASCADE, related_name="contacts")
    address = models.CharField(_("address"), max_length=120, blank=True)
    order = models.PositiveSmallIntegerField(default=0)
    enabled = models.BooleanField(_("in use"), default=True)

    class Meta:
        ordering = ["order", "pk"]
        constraints = [models.UniqueConstraint(fields=["person", "channel"], name="contact_once")]


class Preference(models.Model):
    """What a person wishes: quiet hours inside the message hours, kinds of notices not sent out, the calendar feed.

    `silent`: names of optional kinds (pairing.notices); they stand in the inbox all the same.
    `feed_key`: the secret part of the address of the private calendar; "" when there is none.
    """

    person = models.OneToOneField(User, models.CASCADE, related_name="preference")
    quiet_from = models.TimeField(_("quiet from"), null=True, blank=True)
    quiet_to = models.TimeField(_("quiet to"), null=True, blank=True)
    silent = ArrayField(models.CharField(max_length=20), default=list, blank=True)
    feed_key = models.CharField(max_length=64, blank=True, default="")

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["feed_key"], condition=models.Q(feed_key__gt=""), name="feed_key_once")
        ]


class Delivery(models.Model):
    """One attempt to send a digest by one channel; never changed afterwards."""

    digest = models.ForeignKey(Digest, models.PROTECT, related_name="deliveries")
    channel = models.ForeignKey(Channel, models.PROTECT, null=True, related_name="deliveries")
    kind = models.CharField(max_length=16, choices=ChannelKind)  # as it was then
    address = models.CharField(max_length=200, blank=True)
    at = models.DateTimeField(default=timezone.now)
    ok = models.BooleanField()
    error = models.TextField(blank=True)  # in words

    class Meta:
        verbose_name = _("delivery")
        ordering = ["-at", "-pk"]
        indexes = [
            models.Index(fields=["-at"], name="delivery_latest"),
            models.Index(fields=["-at"], name="delivery_failed", condition=models.Q(ok=False)),
        ]


class UsedLink(models.Model):
    """A link of a message that somebody has acted through; one use only."""

    token_hash = models.CharField(max_length=64, unique=True)
    person = models.ForeignKey(User, models.PROTECT, related_name="+")
    used_at = models.DateTimeField(default=timezone.now)
