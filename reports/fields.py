"""Form fields of a question: days, a day that has begun, a year, an organisation."""

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from accounts.required import NOT_IN_LIST
from pairing.deadlines import read_day
from pairing.words import day_words

FIRST_YEAR, LAST_YEAR = 1000, 9999  # four digits; of a year without anything the answer is 0
MOST_CHOICES = 300  # more organisations than this are typed, not chosen
ALL = ("", _("all"))


def choice(label, choices, empty=ALL):
    """A select that may stay empty."""
    widget = forms.Select(attrs={"class": "form-select"})
    return forms.ChoiceField(
        label=label, choices=[empty, *choices], required=False, widget=widget, error_messages=NOT_IN_LIST
    )


class DayField(forms.CharField):
    """A day typed in any usual way; None when left empty."""

    def __init__(self, label, today, placeholder=""):
        self.today = today
        attrs = {"class": "form-control", "data-date": "", "autocomplete": "off", "maxlength": 20}
        widget = forms.TextInput(attrs=attrs | {"placeholder": placeholder})
        super().__init__(required=False, label=label, widget=widget, empty_value=None)

    def to_python(self, value):
        text = super().to_python(value)
        if text is None:
            return None
        try:
            day = read_day(text, self.today)
            if day.year < FIRST_YEAR:
                raise ValueError(text)
            return day
        except ValueError:
            sentence = _("“%(text)s” is no day of the calendar. Write it like 2021-6-3.")
            raise ValidationError(sentence, params={"text": text[:30]}) from None


class AsOfField(DayField):
    """A day that has begun; None when left empty."""

    def __init__(self, today):
        super().__init__(_("As of day"), today, placeholder=f"{today:%Y-%m-%d}")

    def to_python(self, value):
        day = super().to_python(value)
        if day and day > self.today:
            sentence = _("%(day)s lies in the future. A table can be as of today at the latest.")
            raise ValidationError(sentence, params={"day": day_words(day)})
        return day


class YearField(forms.IntegerField):
    """A year; the list offers `first` to `last`, any other in four digits is understood too."""

    def __init__(self, label, first, last):
        years = [ALL, *((year, year) for year in range(last, min(first, last) - 1, -1))]
        wrong = dict.fromkeys(("invalid", "min_value", "max_value"), _("Give the year in four digits, such as 2021."))
        super().__init__(
            label=label, required=False, error_messages=wrong, min_value=FIRST_YEAR, max_value=LAST_YEAR,
            widget=forms.Select(choices=years, attrs={"class": "form-select"}),
        )  # fmt: skip


class OrganisationField(forms.CharField):
    """An organisation of `scope` by id, code or name: chosen where there are few, else typed. Answers the object."""

    def __init__(self, label, scope):
        self.scope = scope
        few = list(scope.in_order().only("pk", "name")[: MOST_CHOICES + 1])
        widget = forms.Select(choices=[ALL, *((o.pk, o.name) for o in few)], attrs={"class": "form-select"})
        if len(few) > MOST_CHOICES:
            widget = forms.TextInput(attrs={"class": "form-control", "placeholder": _("Name or code")})
        super().__init__(label=label, required=False, widget=widget, empty_value=None)

    def clean(self, value):
        text = super().clean(value)
        if text is None:
            return None
        columns = ["code", "name", "short_name"]
        if text.isascii() and text.isdigit() and len(text) < 19:  # a bigger number is no id
            columns.insert(0, "pk")
        for column in columns:
            if found := self.scope.filter(**{column: text}).first():
                return found
        raise ValidationError(_("There is no organisation “%(text)s” here."), params={"text": text[:30]})
