"""What the delivery log is filtered by."""

from datetime import datetime, time, timedelta

from django import forms
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from accounts.models import User
from pairing.deadlines import SHANGHAI
from pairing.forms.fields import CleanTextField, DayField
from pairing.models import Channel, Delivery, Digest
from pairing.notices.unsent import waiting_today

SENT, FAILED, WAITING = "sent", "failed", "waiting"
STATES = (("", _("All attempts")), (SENT, _("Sent")), (FAILED, _("Failed")), (WAITING, _("Still waiting today")))
MOST_PERSONS = 50  # of a name typed; more are no help


class DeliveryQuery(forms.Form):
    """State, channel, day and person, each optional; nonsense filters nothing and is said."""

    state = forms.ChoiceField(label=_("State"), choices=STATES, required=False)
    channel = forms.ModelChoiceField(
        label=_("Channel"), queryset=Channel.objects.all(), required=False, empty_label=_("All channels")
    )
    day = DayField(label=_("Day"), required=False)
    person = CleanTextField(label=_("Person"), required=False, max_length=60)

    def __init__(self, *args, **kwargs):
        kwargs.setdefault("label_suffix", "")
        super().__init__(*args, **kwargs)
        for name in ("state", "channel"):
            self.fields[name].widget.attrs["class"] = "form-select"
        self.is_valid()

    def asked(self, name):
        return self.cleaned_data.get(name) or None

    def rows(self, now):
        """Deliveries, newest first, or with the state "waiting" the Digests of today that have not gone out."""
        if self.asked("state") == WAITING:
            return self._of_person(waiting_today(now), "person").select_related("person").order_by("-tries", "pk")
        rows = Delivery.objects.select_related("digest__person", "channel").order_by("-at", "-pk")
        if self.asked("state"):
            rows = rows.filter(ok=self.asked("state") == SENT)
        if channel := self.asked("channel"):
            rows = rows.filter(channel=channel)
        if day := self.asked("day"):
            start = datetime.combine(day, time(), SHANGHAI)
            rows = rows.filter(at__gte=start, at__lt=start + timedelta(days=1))
        return self._of_person(rows, "digest__person")

    def _of_person(self, rows, path):
        text = self.asked("person")
        if not text:
            return rows
        people = User.objects.filter(Q(name__icontains=text) | Q(username__icontains=text)).order_by("pk")
        persons = list(people.values_list("pk", flat=True)[:MOST_PERSONS])
        if path == "person":
            return rows.filter(person__in=persons)
        digests = list(Digest.objects.filter(person__in=persons).order_by("-pk").values_list("pk", flat=True)[:5000])
        return rows.filter(digest__in=digests)
