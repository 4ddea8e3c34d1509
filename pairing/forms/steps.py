"""The forms of steps on the generic page: what a step asks besides the button. FORMS: (model, step) -> form class."""

from datetime import datetime, time

from django import forms
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from pairing.deadlines import SHANGHAI
from pairing.enums import Ground, LookBack
from pairing.forms.fields import CleanTextField, DayField, HappenedOnField
from pairing.workflow.correction import PROBLEM_FIELDS
from pairing.workflow.engine import transition_of

FORMS = {}


def form_of(model, *names):
    """Class decorator: the form of these steps of `model` ("problem" or "agreement")."""

    def keep(form):
        FORMS.update({(model, name): form for name in names})
        return form

    return keep


def form_for(obj, name):
    """The form class of a step: its own, else the plain one (a reason where one is needed)."""
    return FORMS.get((obj._meta.model_name, name), StepForm)


class StepForm(forms.Form):
    """A step without data: a reason where the table wants one; the day, for seats that may back-date.

    `step_data()` is what `perform` takes besides `reason` and `at`.
    """

    note = CleanTextField(label=_("Reason"), rows=3)
    happened_on = HappenedOnField()

    NOTE = ""  # the label of an optional remark, for steps that need no reason

    def __init__(self, *args, obj, seat, name, **kwargs):
        kwargs.setdefault("label_suffix", "")
        super().__init__(*args, **kwargs)
        self.obj, self.seat, self.name = obj, seat, name
        if not transition_of(obj, name).needs_note:
            if self.NOTE:
                self.fields["note"].label, self.fields["note"].required = self.NOTE, False
            else:
                del self.fields["note"]
        if not seat.may_backdate:
            del self.fields["happened_on"]
        self.order_fields([name for name in self.fields if name not in ("note", "happened_on")])
        self.prepare()

    def prepare(self):
        """Fill in choices and what is known already."""

    def step_data(self):
        free = ("note", "happened_on")
        return {name: value for name, value in self.cleaned_data.items() if name not in free}

    @property
    def reason(self):
        """The text of the note, "" where none was asked or given."""
        return self.cleaned_data.get("note") or ""

    @property
    def at(self):
        """When it happened: None for now; an earlier day at noon, or after the last entry of that day."""
        day = self.cleaned_data.get("happened_on")
        if not day or day >= timezone.localdate():
            return None
        noon = datetime.combine(day, time(12), SHANGHAI)
        last = self.obj.last_event_at
        return last if last and last > noon and timezone.localdate(last) == day else noon


def grounds_of(obj):
    """The grounds of refusal of the rules in force, as choices."""
    in_force = obj.rules(timezone.localdate()).grounds
    return [(value, label) for value, label in Ground.choices if value in in_force]


@form_of("problem", "refuse")
class GroundForm(StepForm):
    ground = forms.ChoiceField(label=_("Ground"), widget=forms.RadioSelect)

    def prepare(self):
        self.fields["ground"].choices = grounds_of(self.obj)


@form_of("problem", "claim")
class EffectForm(StepForm):
    effect = CleanTextField(
        label=_("Effect"), max_length=1000, rows=3,
        help_text=_("One sentence: what is better now, best with a number before and after."),
    )  # fmt: skip

    def prepare(self):
        episode = self.obj.open_episode
        self.fields["effect"].initial = episode.effect if episode else ""


@form_of("problem", "confirm_claim", "write_off", "resume", "confirm")
class RemarkForm(StepForm):
    NOTE = _("Remark")


@form_of("problem", "look_back")
class LookBackForm(StepForm):
    NOTE = _("What was found")

    verdict = forms.ChoiceField(label=_("How is it now?"), choices=LookBack, widget=forms.RadioSelect)


@form_of("problem", "correct")
class CorrectDateForm(StepForm):
    field = forms.ChoiceField(label=_("What is wrong"), widget=forms.RadioSelect)
    new = DayField(label=_("The right day"))

    def prepare(self):
        episode = self.obj.episodes.filter(taken_on__isnull=False).order_by("pk").last()
        there = [
            (name, label) for name, label in PROBLEM_FIELDS.items()
            if getattr(self.obj if name == "raised_on" else episode, name, None)
        ]  # fmt: skip
        self.fields["field"].choices = there
