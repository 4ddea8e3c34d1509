"""The forms of steps: what a step asks besides the button. FORMS: (model, step) -> form class.

The steps of one page have the same class, so that what is typed stays whichever button is pressed.
"""

from datetime import datetime, time

from django import forms
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from accounts.required import NamesWhatIsMissing
from pairing.deadlines import SHANGHAI
from pairing.enums import Ground, LookBack
from pairing.forms.fields import CleanTextField, HappenedOnField
from pairing.forms.reasons import REASONS
from pairing.workflow.engine import transition_of

FORMS = {}
UNLESS_CHOSEN = _("(needed unless a reason is chosen)")
WHY = "why_"  # before the name of a step: the field of its usual reasons


def needed_with(choice):
    """The words behind a label of a field that is needed with this choice only."""
    return _("(needed with “%(choice)s”)") % {"choice": choice.label}


def form_of(model, *names):
    """Class decorator: the form of these steps of `model` ("problem" or "agreement")."""

    def keep(form):
        FORMS.update({(model, name): form for name in names})
        return form

    return keep


def form_for(obj, name):
    """The form class of a step: its own, else the plain one (a reason where one is needed)."""
    return FORMS.get((obj._meta.model_name, name), StepForm)


class UsualReasonsField(forms.MultipleChoiceField):
    """Chips. `required` is what the person reads; own words do as well, so the form checks it, not the field."""

    widget = forms.CheckboxSelectMultiple

    def __init__(self, **options):
        super().__init__(label=_("Reason"), **options)

    def validate(self, value):
        if value:
            super().validate(value)


class StepForm(NamesWhatIsMissing, forms.Form):
    """The steps of one page: a reason where the table wants one, with the usual ones as chips; the day, for seats
    that may back-date. `name` is the step that is taken, `steps` are all those of the page.

    `step_data()` is what `perform` takes besides `reason` and `at`.
    """

    note = CleanTextField(label=_("Reason"), rows=3)
    happened_on = HappenedOnField()

    NOTE = ""  # the label of an optional remark, for steps that need no reason
    ONLY = {}  # field -> the one step of the page that it belongs to

    def __init__(self, *args, obj, seat, name, steps=(), **kwargs):
        kwargs.setdefault("label_suffix", "")
        super().__init__(*args, **kwargs)
        self.obj, self.seat, self.name, self.steps = obj, seat, name, steps or (name,)
        self._offer_reasons()
        self._fit_note()
        if not seat.may_backdate:
            del self.fields["happened_on"]
        for field, step in self.ONLY.items():
            self.fields[field].required &= step == name
        self.order_fields([name for name in self.fields if name not in ("note", "happened_on")])
        self.prepare()

    def _offer_reasons(self):
        for step in self.steps:
            if usual := REASONS.get((self.obj._meta.model_name, step)):
                self.fields[WHY + step] = UsualReasonsField(
                    choices=[(str(n), text) for n, text in enumerate(usual)],
                    required=transition_of(self.obj, step).needs_note,
                )

    def _fit_note(self):
        """Required where nothing else can be the reason; on a page of several steps it says for which it is needed."""
        wanting = [step for step in self.steps if transition_of(self.obj, step).needs_note]
        if not wanting and not self.NOTE:
            del self.fields["note"]
            return
        note = self.fields["note"]
        usual = any(WHY + step in self.fields for step in self.steps)
        note.required = len(wanting) == len(self.steps) and not usual
        if not wanting:
            note.label = self.NOTE
        elif usual:
            note.label = _("In your own words")
            note.needed = UNLESS_CHOSEN
        if wanting and len(wanting) < len(self.steps):
            labels = "、".join(str(transition_of(self.obj, step).label) for step in wanting)
            note.needed = ""  # the help says for which
            note.help_text = _("A reason is needed for: %(steps)s.") % {"steps": labels}

    def prepare(self):
        """Fill in choices and what is known already."""

    def clean(self):
        data = super().clean()
        if transition_of(self.obj, self.name).needs_note and not self.reason and "note" not in self.errors:
            usual = WHY + self.name
            field = usual if usual in self.fields else "note"
            self.add_error(field, _("Give the reason: choose one, or write it in a sentence."))
        return data

    def step_data(self):
        of_others = {field for field, step in self.ONLY.items() if step != self.name}
        free = {"note", "happened_on"} | of_others
        return {k: v for k, v in self.cleaned_data.items() if k not in free and not k.startswith(WHY)}

    def fields_of(self, step):
        """The bound fields that belong to one step of the page: its reasons as chips, and what only it asks."""
        mine = [name for name, owner in self.ONLY.items() if owner == step]
        return [self[name] for name in (WHY + step, *mine) if name in self.fields]

    def shared_fields(self):
        """The bound fields of the whole page, in order; the reason in words and the day stand by the buttons."""
        apart = {"note", "happened_on", *self.ONLY}
        return [f for f in self.visible_fields() if f.name not in apart and not f.name.startswith(WHY)]

    @property
    def reason(self):
        """The reasons chosen and the text of the note, in one text; "" where none was asked or given."""
        usual = self.fields.get(WHY + self.name)
        chosen = self.cleaned_data.get(WHY + self.name) or ()
        words = [str(text) for value, text in usual.choices if value in chosen] if usual else []
        return "；".join(filter(None, [*words, self.cleaned_data.get("note")]))

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


class GroundForm(StepForm):
    ground = forms.ChoiceField(label=_("Ground"), widget=forms.RadioSelect)

    def prepare(self):
        self.fields["ground"].choices = grounds_of(self.obj)


@form_of("problem", "refuse", "park")
class UnsuitableForm(GroundForm):
    ONLY = {"ground": "refuse"}


@form_of("problem", "claim")
class EffectForm(StepForm):
    effect = CleanTextField(
        label=_("Effect"), max_length=1000, rows=3,
        help_text=_("One sentence: what is better now, best with a number before and after."),
    )  # fmt: skip

    def prepare(self):
        episode = self.obj.open_episode
        self.fields["effect"].initial = episode.effect if episode else ""


@form_of("problem", "confirm_claim", "reject_claim", "write_off", "send_back", "resume")
@form_of("problem", "confirm", "explain", "not_ours")
class RemarkForm(StepForm):
    NOTE = _("Remark")


@form_of("problem", "look_back")
class LookBackForm(StepForm):
    """Three buttons; only a relapse has to be described, for it opens the problem again."""

    NOTE = _("What was found")

    verdict = forms.ChoiceField(label=_("How is it now?"), choices=LookBack, widget=forms.HiddenInput)

    def prepare(self):
        self.fields["note"].needed = needed_with(LookBack.RELAPSED)

    def clean(self):
        data = super().clean()
        if data.get("verdict") == LookBack.RELAPSED and not self.reason and "note" not in self.errors:
            self.add_error("note", _("Say in a sentence what has come back."))
        return data
