"""The forms of the steps of agreements that have no page of their own."""

from django import forms
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from pairing.deadlines import add_months
from pairing.enums import EndCode, Result, VisitKind
from pairing.forms.fields import CleanTextField, DayField
from pairing.forms.steps import GroundForm, RemarkForm, StepForm, form_of, grounds_of
from pairing.words import day_words
from pairing.workflow.correction import AGREEMENT_FIELDS
from pairing.workflow.running import latest_extension

form_of("agreement", "grant_extension", "resume", "agree_termination", "urge")(RemarkForm)


@form_of("agreement", "refuse")
class RefuseForm(GroundForm):
    """The ground of the whole, and for single problems another one."""

    def prepare(self):
        super().prepare()
        self.listed = list(self.obj.listed())
        for episode in self.listed:
            self.fields[f"ground_{episode.problem_id}"] = forms.ChoiceField(
                label=_("Ground for %(problem)s, if another") % {"problem": episode.problem},
                choices=[("", _("The same")), *grounds_of(self.obj)], required=False,
                widget=forms.Select(attrs={"class": "form-select"}),
            )  # fmt: skip

    def step_data(self):
        grounds = {e.problem_id: self.cleaned_data[f"ground_{e.problem_id}"] for e in self.listed}
        return {"ground": self.cleaned_data["ground"], "problem_grounds": {k: v for k, v in grounds.items() if v}}


@form_of("agreement", "report_progress")
class ProgressForm(StepForm):
    percent = forms.IntegerField(
        label=_("Progress in percent"), min_value=0, max_value=100,
        widget=forms.NumberInput(attrs={"class": "form-control width-4", "inputmode": "numeric"}),
    )  # fmt: skip
    text = CleanTextField(label=_("What was done"), rows=4, required=False)


@form_of("agreement", "follow_up")
class FollowUpForm(StepForm):
    """Three questions: progress, obstacle, next date (capability K2)."""

    kind = forms.ChoiceField(label=_("How"), choices=VisitKind, widget=forms.RadioSelect)
    progress = CleanTextField(label=_("Progress"), rows=3)
    obstacle = CleanTextField(label=_("Obstacle"), rows=2, required=False)
    next_on = DayField(label=_("Next date"), required=False)
    follow_up = forms.TypedChoiceField(
        label=_("For the planned follow-up"), coerce=int, empty_value=None, required=False,
        widget=forms.Select(attrs={"class": "form-select"}),
    )  # fmt: skip

    def prepare(self):
        planned = planned_follow_ups(self.obj)
        if planned:
            self.fields["follow_up"].choices = [("", _("The nearest one")), *planned]
        else:
            del self.fields["follow_up"]


@form_of("agreement", "skip_follow_up")
class SkipForm(StepForm):
    follow_up = forms.TypedChoiceField(
        label=_("Which one"), coerce=int, widget=forms.Select(attrs={"class": "form-select"})
    )

    def prepare(self):
        self.fields["follow_up"].choices = planned_follow_ups(self.obj)


def planned_follow_ups(agreement):
    """Planned and not yet done, as choices."""
    rows = agreement.follow_ups.filter(done_on__isnull=True, skipped_on__isnull=True, planned_on__isnull=False)
    return [(row.pk, day_words(row.planned_on)) for row in rows.order_by("planned_on")]


@form_of("agreement", "note")
class NoteForm(StepForm):
    def prepare(self):
        self.fields["note"].label = _("Note")


@form_of("agreement", "ask_extension")
class ExtensionForm(StepForm):
    """Prefilled with the unfinished goals and a month more: two clicks up to and on the due day (capability L1)."""

    new_due_on = DayField(label=_("New due date"))
    progress = CleanTextField(label=_("Progress so far, and what is left"), rows=4)

    def prepare(self):
        today, agreement = timezone.localdate(), self.obj
        self.fields["note"].label = _("Why the time does not suffice")
        latest = latest_extension(agreement, today)
        self.fields["new_due_on"].initial = min(latest, add_months(agreement.due_on, 1))
        self.fields["new_due_on"].help_text = _("After %(due)s and at the latest on %(latest)s.") % {
            "due": day_words(agreement.due_on), "latest": day_words(latest)
        }  # fmt: skip
        left = [goal.text for goal in agreement.goals.exclude(result=Result.DONE)]
        if left:
            self.fields["progress"].initial = _("Still to be done: %(goals)s") % {"goals": "；".join(left)}


@form_of("agreement", "propose_termination", "terminate")
class EndForm(StepForm):
    code = forms.ChoiceField(label=_("Why"), choices=EndCode, widget=forms.RadioSelect)


@form_of("agreement", "correct")
class CorrectForm(StepForm):
    """One field for the day and one for the name: only the one that belongs to the choice is read."""

    field = forms.ChoiceField(label=_("What is wrong"), widget=forms.RadioSelect)
    day = DayField(label=_("The right day"), required=False)
    party = forms.TypedChoiceField(
        label=_("Which party"), coerce=int, empty_value=None, required=False,
        widget=forms.Select(attrs={"class": "form-select"}),
    )  # fmt: skip
    name = CleanTextField(label=_("The right name"), max_length=120, required=False)

    def prepare(self):
        dated = [(f, label) for f, label in AGREEMENT_FIELDS.items() if f == "name" or getattr(self.obj, f)]
        self.fields["field"].choices = dated
        parties = [(party.pk, party.name_then or party.organisation.name) for party in self.obj.all_parties]
        self.fields["party"].choices = [("", _("Choose …")), *parties]

    def clean(self):
        data = super().clean()
        wanted = {"party": _("Choose the party."), "name": _("Give the right name.")}
        if data.get("field") and data["field"] != "name":
            wanted = {"day": _("Give the right day.")}
        for name, sentence in wanted.items():
            if data.get("field") and not data.get(name) and name not in self.errors:
                self.add_error(name, sentence)
        return data

    def step_data(self):
        data = self.cleaned_data
        if data["field"] == "name":
            return {"field": "name", "new": data["name"], "party": data["party"]}
        return {"field": data["field"], "new": data["day"]}
