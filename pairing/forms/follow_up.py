"""督办记录: three questions, answered standing in a corridor: progress, obstacle, next date (capability K2)."""

from datetime import timedelta

from django import forms
from django.db.models import TextChoices
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from accounts.required import NamesWhatIsMissing
from pairing.deadlines import day_of, next_working_day
from pairing.enums import VisitKind
from pairing.forms.fields import CleanTextField, DayField, HappenedOnField
from pairing.models import working_days
from pairing.words import day_words

LONGEST_ON_THE_WAY = timedelta(days=31)  # a record older than this is no longer taken from a device


class Next(TextChoices):
    PLANNED = "planned", _("As planned")
    WEEK = "week", _("In a week")
    FORTNIGHT = "fortnight", _("In two weeks")
    DAY = "day", _("Another day")


AHEAD = {Next.WEEK: 7, Next.FORTNIGHT: 14}  # calendar days, moved to the next working day


class FollowUpForm(NamesWhatIsMissing, forms.Form):
    """The record of one pair (`pair`), or of one to be chosen from `pairs`.

    `key` and `recorded_at` come from a device that kept the record until the network was back: the key makes that it
    counts once, the moment tells the day on which it happened. `step_data()` is what `perform` takes.
    """

    kind = forms.ChoiceField(label=_("How"), choices=VisitKind, widget=forms.RadioSelect, initial=VisitKind.VISIT)
    progress = CleanTextField(label=_("Progress"), rows=4)
    obstacle = CleanTextField(label=_("Obstacle"), rows=3, required=False)
    next = forms.ChoiceField(
        label=_("Next date"), choices=Next, widget=forms.RadioSelect, initial=Next.PLANNED, required=False
    )
    next_on = DayField(label=_("Day of the next follow-up"), required=False, ahead=True)
    happened_on = HappenedOnField()
    follow_up = forms.IntegerField(required=False, widget=forms.HiddenInput)
    key = forms.UUIDField(required=False, widget=forms.HiddenInput)
    recorded_at = forms.DateTimeField(required=False, widget=forms.HiddenInput)

    def __init__(self, *args, seat, pair=None, planned=(), **kwargs):
        kwargs.setdefault("label_suffix", "")
        super().__init__(*args, **kwargs)
        self.pair, self.planned = pair, list(planned)
        if not seat.may_backdate:
            del self.fields["happened_on"]
        today = timezone.localdate()
        self.fields["next"].choices = [(value, self._label(Next(value), today)) for value, _label in Next.choices]

    def _label(self, choice, today):
        if choice == Next.PLANNED and self.pair:
            day = self._next_planned(today)
            return _("As planned, %(day)s") % {"day": day_words(day)} if day else _("None agreed")
        return choice.label

    def _next_planned(self, day):
        """The planned day after the one that this record fills."""
        named = str((self.data if self.is_bound else self.initial).get("follow_up") or "")
        sunday = day + timedelta(days=6 - day.weekday())
        filled = [row.planned_on for row in self.planned if str(row.pk) == named or row.planned_on <= sunday]
        return next((row.planned_on for row in self.planned if row.planned_on > max([day, *filled])), None)

    def clean_recorded_at(self):
        at = self.cleaned_data["recorded_at"]
        if at and at < timezone.now() - LONGEST_ON_THE_WAY:
            raise forms.ValidationError(_("This record is more than a month old. Enter it anew with its day."))
        return at

    def clean(self):
        data = super().clean()
        data["next"] = data.get("next") or (Next.DAY if data.get("next_on") else Next.PLANNED)
        if data["next"] == Next.DAY and not data.get("next_on") and "next_on" not in self.errors:
            self.add_error("next_on", _("Give the day, for example 8.15."))
        return data

    @property
    def done_on(self):
        """The day of the record: when the device wrote it, however its clock may run ahead."""
        at = self.cleaned_data.get("recorded_at")
        return min(day_of(at), timezone.localdate()) if at else None

    def step_data(self):
        data = {name: self.cleaned_data[name] for name in ("kind", "progress", "obstacle")}
        data["next_on"] = self._next_day(self.done_on or self.cleaned_data.get("happened_on") or timezone.localdate())
        known = {"follow_up": self.cleaned_data["follow_up"], "key": self.cleaned_data["key"], "done_on": self.done_on}
        return data | {name: value for name, value in known.items() if value is not None}

    def _next_day(self, day):
        chosen, calendar = self.cleaned_data["next"], working_days()
        if chosen == Next.DAY:
            return next_working_day(self.cleaned_data["next_on"], calendar)
        if chosen in AHEAD:
            return next_working_day(day + timedelta(days=AHEAD[chosen]), calendar)
        return self._next_planned(day)
