"""Forms of the working-day calendar: the yearly notice as text, and a single day."""

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from accounts.required import NamesWhatIsMissing
from pairing.forms.fields import EARLIEST, LATEST, CleanTextField, DayField
from pairing.yearly_notice import LONGEST_NAME, MOST_CHARACTERS

KINDS = (("off", _("Day off")), ("worked", _("Make-up day, worked")))


class YearField(forms.IntegerField):
    """A year in which the programme may work."""

    def __init__(self, **options):
        widget = forms.TextInput(attrs={"class": "form-control", "inputmode": "numeric", "autocomplete": "off"})
        super().__init__(min_value=EARLIEST.year, max_value=LATEST.year, widget=widget, **options)


class NoticeForm(NamesWhatIsMissing, forms.Form):
    """The text of the notice; the year is needed where the text does not name it."""

    text = CleanTextField(
        label=_("Text of the notice"), max_length=MOST_CHARACTERS, rows=12,
        help_text=_("Paste it as published by the State Council, or write one day a line."),
    )  # fmt: skip
    year = YearField(
        label=_("Year"), required=False, help_text=_("Only where the text does not say it, as in a plain list of days.")
    )

    def __init__(self, *args, **kwargs):
        kwargs.setdefault("label_suffix", "")
        super().__init__(*args, **kwargs)


class SpecialDayForm(NamesWhatIsMissing, forms.Form):
    """One day: a weekday that is off, or a weekend day that is worked."""

    day = DayField(label=_("Which day"))
    kind = forms.ChoiceField(label=_("Kind"), choices=KINDS, initial="off", widget=forms.RadioSelect)
    name = CleanTextField(label=_("Holiday"), required=False, max_length=LONGEST_NAME)

    def __init__(self, *args, **kwargs):
        kwargs.setdefault("label_suffix", "")
        super().__init__(*args, **kwargs)

    def clean(self):
        data = super().clean()
        day = data.get("day")
        if day and data.get("kind") == "worked" and day.weekday() < 5:
            self.add_error("day", ValidationError(_("Monday to Friday are worked anyway. Give a Saturday or Sunday.")))
        if day and data.get("kind") == "off" and day.weekday() >= 5:
            self.add_error("day", ValidationError(_("Saturdays and Sundays are off anyway. Give a day of the week.")))
        return data
