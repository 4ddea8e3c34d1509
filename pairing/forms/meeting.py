"""The form of a meeting: day and time as people type them, a length to choose."""

from datetime import datetime, time

from django import forms
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext

from accounts.required import NamesWhatIsMissing
from pairing.deadlines import SHANGHAI
from pairing.forms.fields import CleanTextField, DayField
from pairing.services.meetings import why_not_at

LENGTHS = (30, 60, 90, 120, 180, 240)
SELECT = forms.Select(attrs={"class": "form-select"})


def lengths():
    """The choices, worded when they are shown: `%` on a lazy text words it at once, in whatever language is active."""
    return [(minutes, length_words(minutes)) for minutes in LENGTHS]


def length_words(minutes):
    return ngettext("%(n)s minute", "%(n)s minutes", minutes) % {"n": minutes}


class ClockField(forms.TimeField):
    """A time of day: 14:30, 1430, 14.30 or 14：30."""

    widget = forms.TimeInput(attrs={"class": "form-control field-short", "type": "time"}, format="%H:%M")
    default_error_messages = {"invalid": _("This is no time of day. Write it like 14:30.")}

    def to_python(self, value):
        if isinstance(value, str):
            digits = value.strip().replace("：", ":").replace(".", ":")
            if digits.isascii() and digits.isdecimal() and len(digits) in (3, 4):
                digits = f"{digits[:-2]}:{digits[-2:]}"
            value = digits
        return super().to_python(value)


class MeetingForm(NamesWhatIsMissing, forms.Form):
    """`columns` after validation: what the services of meetings take."""

    programme = forms.ModelChoiceField(None, label=_("Programme"), empty_label=None, widget=SELECT)
    subject = CleanTextField(label=_("Subject"), max_length=120)
    day = DayField(label=_("Day"), ahead=True)
    time = ClockField(label=_("Begins at"))
    minutes = forms.TypedChoiceField(
        label=_("Length of the meeting"), coerce=int, initial=60, widget=forms.RadioSelect, choices=lengths
    )  # fmt: skip
    place = CleanTextField(label=_("Where the meeting is held"), max_length=120, required=False)
    branches_invited = forms.BooleanField(
        label=_("The secretaries of the branches are invited too"), required=False,
        widget=forms.CheckboxInput(attrs={"class": "form-check-input"}),
        help_text=_("Without the tick only the working group, the supervisors and the leaders see the meeting."),
    )  # fmt: skip

    def __init__(self, data=None, *, programmes, meeting=None, day=None):
        super().__init__(data, initial=_initial(meeting, day), label_suffix="")
        if meeting or len(programmes) == 1:
            del self.fields["programme"]
        else:
            self.fields["programme"].queryset = programmes
        self.only = meeting.programme if meeting else next(iter(programmes), None)
        if meeting and meeting.minutes not in LENGTHS:
            self.fields["minutes"].choices = [*lengths(), (meeting.minutes, length_words(meeting.minutes))]

    def clean(self):
        data = super().clean()
        if data.get("day") and data.get("time") and (sentence := why_not_at(self.starts_at)):
            today = timezone.localdate()
            self.add_error("time" if data["day"] == today else "day", sentence)
        return data

    @property
    def starts_at(self):
        return datetime.combine(self.cleaned_data["day"], self.cleaned_data["time"], SHANGHAI)

    @property
    def of_programme(self):
        return self.cleaned_data.get("programme") or self.only

    @property
    def columns(self):
        names = ("subject", "minutes", "place", "branches_invited")
        return {name: self.cleaned_data[name] for name in names} | {"starts_at": self.starts_at}


def _initial(meeting, day):
    if meeting is None:
        return {"day": day, "time": time(9)}
    local = timezone.localtime(meeting.starts_at)
    names = ("subject", "minutes", "place", "branches_invited")
    return {name: getattr(meeting, name) for name in names} | {"day": local.date(), "time": local.time()}
