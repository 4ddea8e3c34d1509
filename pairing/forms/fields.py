"""Fields that every form of pairing is made of: days as people type them, and clean text."""

import re
from datetime import date, timedelta

from django import forms
from django.core.exceptions import ValidationError
from django.core.validators import ProhibitNullCharactersValidator
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from pairing.deadlines import read_day

LONGEST_NOTE = 2000  # characters of a reason or remark
EARLIEST, LATEST = date(2000, 1, 1), date(2100, 1, 1)
_UNPRINTABLE = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\u2028\u2029\ufffe\uffff\ud800-\udfff]")


def no_control_characters(text):
    """ValidationError for characters that no printer knows: they come from copying and break documents."""
    if found := _UNPRINTABLE.search(text):
        place = found.start() + 1
        raise ValidationError(
            _("Character %(place)s cannot be printed. Type the text again around it."), params={"place": place}
        )


class CleanTextField(forms.CharField):
    """Text without control characters; line ends become \\n. Errors say how long it may be and how long it is."""

    default_error_messages = {"max_length": _("At most %(limit)s characters; these are %(length)s. Shorten the text.")}
    default_validators = [no_control_characters]

    def __init__(self, *, max_length=LONGEST_NOTE, rows=0, **options):
        if rows:
            options.setdefault("widget", forms.Textarea(attrs={"rows": rows, "class": "form-control"}))
        super().__init__(**options)
        self.longest = max_length  # no_control_characters names the NUL, so Django's own sentence about it goes
        self.widget.attrs.setdefault("class", "form-control")
        # no maxlength: a browser would cut what is pasted without a word; here it stays and a sentence says so
        self.validators = [v for v in self.validators if not isinstance(v, ProhibitNullCharactersValidator)]

    def to_python(self, value):
        return super().to_python(value).replace("\r\n", "\n").replace("\r", "\n")

    def validate(self, value):
        super().validate(value)
        if len(value) > self.longest:
            words = {"limit": self.longest, "length": len(value)}
            raise ValidationError(self.error_messages["max_length"], code="max_length", params=words)


class DayField(forms.Field):
    """A day, typed as people type it; the script of the page adds a picker. None when left empty.

    `ahead`: typed without a year it is the next such day from today on, else the nearest one.
    """

    widget = forms.TextInput
    default_error_messages = {
        "invalid": _("“%(text)s” is no day of the calendar. Write it like 2026-8-15 or 8.15."),
        "far": _("%(text)s lies too far away. Check the year."),
    }

    def __init__(self, *, ahead=False, **options):
        super().__init__(**options)
        self.ahead, kind = ahead, "ahead" if ahead else ""
        attrs = {"class": "form-control", "data-date": kind, "autocomplete": "off", "maxlength": 20}
        self.widget.attrs.update(attrs)

    def to_python(self, value):
        if value in self.empty_values or isinstance(value, date):
            return value or None
        text = str(value).strip()
        if not text:
            return None
        try:
            day = read_day(text, timezone.localdate(), self.ahead)
        except (ValueError, OverflowError):
            raise ValidationError(self.error_messages["invalid"], "invalid", {"text": text[:30]}) from None
        if not EARLIEST <= day <= LATEST:
            raise ValidationError(self.error_messages["far"], "far", {"text": text[:30]})
        return day

    def prepare_value(self, value):
        return f"{value:%Y-%m-%d}" if isinstance(value, date) else value


class HappenedOnField(DayField):
    """The day on which something on paper happened; a day ahead is refused. Only for seats that may back-date."""

    def __init__(self, **options):
        options.setdefault("required", False)
        options.setdefault("label", _("Happened on"))
        options.setdefault("help_text", _("Only for what was done on paper earlier; empty means now."))
        super().__init__(**options)

    def validate(self, value):
        super().validate(value)
        if value and value >= timezone.localdate() + timedelta(days=1):
            raise ValidationError(_("The day lies in the future. Give the day on which it happened."))
