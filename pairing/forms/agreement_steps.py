"""The forms of the steps of a running agreement."""

from django import forms
from django.utils.translation import gettext_lazy as _

from pairing.enums import EndCode
from pairing.forms.fields import CleanTextField
from pairing.forms.steps import GroundForm, RemarkForm, StepForm, form_of, grounds_of
from pairing.words import day_words

form_of("agreement", "grant_extension", "refuse_extension", "agree_termination", "object_termination")(RemarkForm)
form_of("agreement", "resume", "urge")(RemarkForm)


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
    """Begins with the own last statement; the percentage goes by tens, as far as the last one did."""

    percent = forms.TypedChoiceField(
        label=_("Progress in percent"), coerce=int, widget=forms.RadioSelect,
        error_messages={"invalid_choice": _("Choose a number from 0 to 100.")},
    )  # fmt: skip
    text = CleanTextField(label=_("What was done"), rows=3, required=False)

    def prepare(self):
        party = self.obj.party_of(self.seat)
        last = party.progress_reports.last() if party else None
        numbers = {*range(0, 101, 10)} | ({last.percent} if last else set())
        self.fields["percent"].choices = [(number, f"{number}%") for number in sorted(numbers)]
        self.fields["percent"].initial = last.percent if last else None


@form_of("agreement", "skip_follow_up")
class SkipForm(StepForm):
    follow_up = forms.TypedChoiceField(
        label=_("Which one"), coerce=int, widget=forms.Select(attrs={"class": "form-select"})
    )

    def prepare(self):
        self.fields["follow_up"].choices = _as_choices(planned_follow_ups(self.obj))


def planned_follow_ups(agreement):
    """The FollowUps planned and neither done nor skipped, the nearest first."""
    rows = agreement.follow_ups.filter(done_on__isnull=True, skipped_on__isnull=True, planned_on__isnull=False)
    return list(rows.order_by("planned_on"))


def _as_choices(follow_ups):
    return [(row.pk, day_words(row.planned_on)) for row in follow_ups]


@form_of("agreement", "note")
class NoteForm(StepForm):
    def prepare(self):
        self.fields["note"].label = _("Note")


@form_of("agreement", "propose_termination", "terminate")
class EndForm(StepForm):
    code = forms.ChoiceField(label=_("Why"), choices=EndCode, widget=forms.RadioSelect)

    def prepare(self):
        self.fields["note"].label = _("In a sentence, for the record")
