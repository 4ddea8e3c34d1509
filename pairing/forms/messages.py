"""A person's own messages: channels in the wished order, quiet hours, kinds that are not sent out."""

from dataclasses import dataclass
from datetime import time

from django import forms
from django.conf import settings
from django.core.exceptions import ValidationError
from django.core.validators import validate_email
from django.utils.translation import gettext_lazy as _

from pairing.forms.fields import CleanTextField
from pairing.models import ChannelKind

OPTIONAL = {
    "reminder": _("Due dates that are near"),
    "follow_up": _("Follow-ups and look-backs"),
    "news": _("What others have done"),
    "market": _("Problems without a partner"),
}
FIXED = {
    "waiting": _("What waits for me"),
    "overdue": _("What is overdue"),
    "system": _("State of the system (administrators)"),
}


class ClockField(forms.Field):
    """A time of day as people type it: 9:30, 0930, 9：30 or 9. None when left empty."""

    widget = forms.TextInput

    def __init__(self, **options):
        super().__init__(required=False, **options)
        self.widget.attrs |= {"class": "form-control", "inputmode": "numeric", "autocomplete": "off"}

    def to_python(self, value):
        if isinstance(value, time) or value in (None, ""):
            return value or None
        text = str(value).strip().replace("：", ":").replace(".", ":")
        if text.isdigit() and len(text) > 2:
            text = f"{text[:-2]}:{text[-2:]}"
        hour, _colon, minute = text.partition(":")
        try:
            return time(int(hour), int(minute or 0))
        except ValueError:
            raise ValidationError(_("Write a time of day, like 12:30 or 1230.")) from None

    def prepare_value(self, value):
        return f"{value:%H:%M}" if isinstance(value, time) else value


@dataclass(frozen=True)
class Row:
    """A channel with the fields of the form that belong to it."""

    channel: object
    on: object
    address: object
    order: object
    default: str


class MessagesForm(forms.Form):
    """channels: Channels in use; contacts: {channel id: Contact}; defaults: {channel id: address without an entry}."""

    quiet_from = ClockField(label=_("Quiet from"))
    quiet_to = ClockField(label=_("Quiet until"))
    kinds = forms.MultipleChoiceField(
        label=_("Besides"), choices=tuple(OPTIONAL.items()), required=False, widget=forms.CheckboxSelectMultiple
    )

    def __init__(self, *args, channels, contacts, defaults, preference, **kwargs):
        kwargs.setdefault("label_suffix", "")
        silent = preference.silent if preference else []
        kwargs["initial"] = {
            "quiet_from": preference and preference.quiet_from, "quiet_to": preference and preference.quiet_to,
            "kinds": [kind for kind in OPTIONAL if kind not in silent],
        }  # fmt: skip
        super().__init__(*args, **kwargs)
        self.channels = _in_order(channels, contacts)
        self.defaults = defaults
        places = [(str(n), str(n)) for n in range(1, len(self.channels) + 1)]
        for n, channel in enumerate(self.channels, 1):
            self._add(channel, contacts.get(channel.pk), n, places)

    def _add(self, channel, contact, place, places):
        on = contact.enabled if contact else channel.everybody and bool(self.defaults[channel.pk])
        self.fields[f"on_{channel.pk}"] = forms.BooleanField(label=_("In use"), required=False, initial=on)
        default = self.defaults[channel.pk]
        self.fields[f"address_{channel.pk}"] = CleanTextField(
            label=_("My address there"), required=False, max_length=120, initial=contact.address if contact else "",
            widget=forms.TextInput(attrs={"class": "form-control", "autocomplete": "off"}),
            help_text=_("Empty: %(address)s") % {"address": default} if default else "",
        )  # fmt: skip
        self.fields[f"order_{channel.pk}"] = forms.ChoiceField(
            label=_("Place"), choices=places, initial=str(place),
            widget=forms.Select(attrs={"class": "form-select"}) if len(places) > 1 else forms.HiddenInput(),
        )  # fmt: skip

    @property
    def rows(self):
        """[Row] in the order of trying."""
        return [
            Row(c, self[f"on_{c.pk}"], self[f"address_{c.pk}"], self[f"order_{c.pk}"], self.defaults[c.pk])
            for c in self.channels
        ]

    def clean(self):
        data = super().clean()
        for channel in self.channels:
            self._check_address(channel, data)
        first, last = data.get("quiet_from"), data.get("quiet_to")
        if "quiet_from" in self.errors or "quiet_to" in self.errors:
            return data
        if (first is None) != (last is None):
            self.add_error("quiet_to" if last is None else "quiet_from", _("Give both times, or neither."))
        elif first is not None and _left(first, last) < 60:
            self.add_error("quiet_to", _("This leaves less than an hour in which messages go out (%(hours)s).") % {
                "hours": "–".join(settings.MESSAGE_HOURS)})  # fmt: skip
        return data

    def _check_address(self, channel, data):
        name = f"address_{channel.pk}"
        address = data.get(name, "")
        if data.get(f"on_{channel.pk}") and not address and not self.defaults[channel.pk] and name not in self.errors:
            self.add_error(name, _("Give your address on %(channel)s, or switch it off.") % {"channel": channel.title})
        elif address and channel.kind == ChannelKind.EMAIL:
            try:
                validate_email(address)
            except ValidationError:
                self.add_error(name, _("Give a whole e-mail address, like name@example.com."))

    def contacts(self):
        """[(Channel, enabled, address, order)] as wished."""
        data = self.cleaned_data
        wished = sorted(self.channels, key=lambda channel: int(data[f"order_{channel.pk}"]))
        return [(c, data[f"on_{c.pk}"], data[f"address_{c.pk}"], n) for n, c in enumerate(wished)]

    def preference(self):
        """The columns of Preference."""
        data = self.cleaned_data
        silent = [kind for kind in OPTIONAL if kind not in data["kinds"]]
        return {"quiet_from": data["quiet_from"], "quiet_to": data["quiet_to"], "silent": silent}


def _in_order(channels, contacts):
    """The person's own order, then the house's."""
    return sorted(channels, key=lambda c: (c.pk not in contacts, contacts[c.pk].order if c.pk in contacts else c.order))


def _left(first, last):
    """Minutes of the message hours outside quiet hours from `first` to `last`."""
    begin, end = (time.fromisoformat(value) for value in settings.MESSAGE_HOURS)
    minutes = range(_minute(begin), _minute(end))
    a, b = _minute(first), _minute(last)
    return sum(not (a <= m < b if a <= b else m >= a or m < b) for m in minutes)


def _minute(moment):
    return moment.hour * 60 + moment.minute
