"""The request for an extension: a new date with a tap, the unfinished goals ticked, progress as last stated."""

from dataclasses import dataclass
from datetime import date

from django import forms
from django.utils import timezone
from django.utils.translation import gettext as _now
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext

from pairing.deadlines import add_months, next_working_day, previous_working_day, working_days_between
from pairing.forms.fields import CleanTextField, DayField
from pairing.forms.steps import StepForm, form_of
from pairing.models import working_days
from pairing.words import day_words
from pairing.workflow.engine import Step
from pairing.workflow.running import latest_extension, new_date_allowed

OTHER = "other"
MOST_CHIPS = 6


@dataclass(frozen=True)
class Later:
    """A new due date that can be had with a tap: `months` more, `gained` working days more than now."""

    months: int
    day: date
    gained: int
    capped: bool  # the rules end it before the months are full

    @property
    def label(self):
        if self.capped:
            return _now("As far as the rules allow")
        return ngettext("%(n)s month more", "%(n)s months more", self.months) % {"n": self.months}


def later_dates(agreement, today):
    """[Later]: whole months after the due date, on a working day, and not past what the rules allow; each date once."""
    latest, calendar, found = latest_extension(agreement, today), working_days(), []
    for months in range(1, min(agreement.rules(today).extension_months, MOST_CHIPS) + 1):
        wanted = add_months(agreement.due_on, months)
        day = previous_working_day(min(next_working_day(wanted, calendar), latest), calendar)
        if day > agreement.due_on and day not in [other.day for other in found]:
            found.append(Later(months, day, working_days_between(agreement.due_on, day, calendar), wanted > latest))
    return found


@form_of("agreement", "ask_extension")
class ExtensionForm(StepForm):
    """Two clicks up to and on the due day (capability L1)."""

    until = forms.ChoiceField(label=_("New due date"), required=False, widget=forms.RadioSelect)
    new_due_on = DayField(label=_("Which day"), required=False, ahead=True)
    goals = forms.MultipleChoiceField(
        label=_("Still to be done"), required=False, widget=forms.CheckboxSelectMultiple
    )  # fmt: skip
    progress = CleanTextField(label=_("Progress so far"), rows=3, required=False)

    def prepare(self):
        today, agreement = timezone.localdate(), self.obj
        self.latest = latest_extension(agreement, today)
        self.later = later_dates(agreement, today)
        choices = [(str(later.months), later.label) for later in self.later]
        self.fields["until"].choices = [*choices, (OTHER, _("Another day"))]
        self.fields["until"].initial = choices[0][0] if choices else OTHER
        self.fields["new_due_on"].help_text = _("After %(due)s and at the latest on %(latest)s.") % {
            "due": day_words(agreement.due_on), "latest": day_words(self.latest)
        }  # fmt: skip
        left = list(agreement.goals.unfinished())
        self.fields["goals"].choices = [(str(goal.pk), _with_date(goal)) for goal in left]
        self.fields["goals"].initial = [str(goal.pk) for goal in left]
        self.fields["note"].initial = _why(left)
        self._propose_the_latest_goal(left)
        party = agreement.party_of(self.seat)
        report = party.progress_reports.last() if party else None
        self.fields["progress"].initial = f"{report.percent}% {report.text}".strip() if report else ""

    def _propose_the_latest_goal(self, left):
        """Where a goal is planned for after the due date, its day is proposed instead of a whole month."""
        latest_goal = max((goal.date for goal in left if goal.date), default=self.obj.due_on)
        if self.obj.due_on < latest_goal <= self.latest:
            self.fields["until"].initial, self.fields["new_due_on"].initial = OTHER, latest_goal

    def clean(self):
        data = super().clean()
        day = self._new_day(data)
        if day is None and "new_due_on" not in self.errors:
            self.add_error("new_due_on", _("Give the new due date."))
        elif day and (sentence := self._against(day)):
            self.add_error("new_due_on", sentence)
        data["new_due_on"] = day
        if not data.get("progress") and not data.get("goals") and "progress" not in self.errors:
            self.add_error("progress", _("Describe the progress so far."))
        return data

    def _new_day(self, data):
        """The date tapped or typed; both is an error, for one of them would be dropped without a word."""
        typed, tapped = data.get("new_due_on"), data.get("until") or OTHER
        if tapped == OTHER:
            return typed
        if typed:
            self.add_error("new_due_on", _("A day is typed here, but another one is chosen above. Empty one of them."))
        return next(later.day for later in self.later if str(later.months) == tapped)

    def _against(self, day):
        step = Step(name=self.name, seat=self.seat, at=timezone.now(), data={"new_due_on": day})
        return new_date_allowed(self.obj, step)

    def step_data(self):
        data = self.cleaned_data
        chosen = [str(label) for value, label in self.fields["goals"].choices if value in data["goals"]]
        left = _("Still to be done: %(goals)s") % {"goals": "；".join(chosen)} if chosen else ""
        return {"new_due_on": data["new_due_on"], "progress": "\n".join(filter(None, [data["progress"], left]))}


def _why(left):
    """The reason as it is known already, to be sent as it stands or written over; "" where every goal is reached."""
    if not left:
        return ""
    return ngettext(
        "%(n)s goal is not finished yet; more time is needed for it.",
        "%(n)s goals are not finished yet; more time is needed for them.",
        len(left),
    ) % {"n": len(left)}


def _with_date(goal):
    return f"{goal.text}（{day_words(goal.date)}）" if goal.date else goal.text
