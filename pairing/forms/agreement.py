"""Forms of the pages of an agreement: draft, invitation, review, signing, completion, acceptance."""

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as _l

from accounts.required import NamesWhatIsMissing
from pairing.enums import Ground, Result, Verdict
from pairing.forms.fields import CleanTextField
from pairing.forms.steps import UNLESS_CHOSEN, StepForm, needed_with

CHIPS = forms.RadioSelect


def note_field(**options):
    return CleanTextField(**{"rows": 3, "label": _l("Reason"), **options})


class ReasonForm(NamesWhatIsMissing, forms.Form):
    """A step that needs nothing but its reason."""

    note = note_field()


class DeclineForm(NamesWhatIsMissing, forms.Form):
    """Why an invitation is declined: one of three chips, a text, or both (capability E1)."""

    WHY = {
        "busy": _l("No capacity at present"),
        "field": _l("Not our field of work"),
        "other": _l("Another branch fits better"),
    }

    why = forms.ChoiceField(choices=WHY, widget=CHIPS, required=False, label=_l("Reason"))
    note = note_field(required=False, label=_l("In your own words"))
    why.needed, note.needed = "", UNLESS_CHOSEN

    def clean(self):
        data = super().clean()
        if not data.get("why") and not data.get("note") and not self.errors:
            self.add_error("why", _("Choose a reason or write one in a sentence."))
        return data

    @property
    def reason(self):
        """Chip and text as one note."""
        parts = [str(self.WHY.get(self.cleaned_data["why"], "")), self.cleaned_data["note"]]
        return _(": ").join(part for part in parts if part)


class CounterForm(NamesWhatIsMissing, forms.Form):
    """Another aim or another term; what is left as it was counts as not proposed (capability E3)."""

    aim = CleanTextField(max_length=300, rows=2, label=_l("Aim"))
    term_months = forms.IntegerField(
        label=_l("Term in months"), min_value=1, max_value=24,
        widget=forms.NumberInput(attrs={"class": "form-control"}),
    )  # fmt: skip
    note = note_field(label=_l("Why you propose this"))

    def __init__(self, data=None, *, agreement, **options):
        self.agreement = agreement
        initial = {"aim": agreement.aim, "term_months": agreement.term_months}
        super().__init__(data, initial=initial, **options)

    @property
    def proposal(self):
        """{aim, term_months} without what stayed the same."""
        names = [name for name in ("aim", "term_months") if self.cleaned_data[name] != getattr(self.agreement, name)]
        return {name: self.cleaned_data[name] for name in names}


class OpinionForm(NamesWhatIsMissing, forms.Form):
    """An opinion per goal, and one of two big buttons: pass all, or return what is marked (capability G2, G3).

    A goal left unmarked passes: who returns an agreement marks only the goals that have to change.
    """

    note = CleanTextField(rows=2, required=False, label=_l("Remark on the whole"))
    approve_exception = forms.BooleanField(required=False, label=_l("Approve the longer term as an exception"))

    def __init__(self, data=None, *, goals, grounds, over_cap, **options):
        super().__init__(data, **options)
        self.goals = list(goals)
        if not over_cap:
            del self.fields["approve_exception"]
        for goal in self.goals:
            marks = forms.ChoiceField(choices=Verdict, widget=CHIPS, required=False, label=_("Opinion"))
            ground = forms.ChoiceField(choices=chosen(grounds), widget=CHIPS, required=False, label=_("Ground"))
            ground.needed = needed_with(Verdict.REFUSE)
            self.fields[f"verdict-{goal.pk}"], self.fields[f"ground-{goal.pk}"] = marks, ground
            self.fields[f"comment-{goal.pk}"] = CleanTextField(rows=2, required=False, label=_("What is to be changed"))
            self.fields[f"comment-{goal.pk}"].needed = needed_with(Verdict.REVISE)
            self.fields[f"comment-{goal.pk}"].widget.attrs["placeholder"] = " "  # the style shows it while it is filled

    def parts(self, goal):
        """(verdict, ground, comment) as bound fields."""
        return tuple(self[f"{name}-{goal.pk}"] for name in ("verdict", "ground", "comment"))

    def clean(self):
        data = super().clean()
        marked = [goal for goal in self.goals if data.get(f"verdict-{goal.pk}") in (Verdict.REVISE, Verdict.REFUSE)]
        for goal in marked:
            self._check_mark(goal, data)
        if self.data.get("decision") == "return" and not marked and not self.errors:
            raise forms.ValidationError(_("Mark at least one goal that has to change, and say what."))
        if self.data.get("decision") == "pass" and marked:
            raise forms.ValidationError(
                _("%(marks)s. Press “Return for changes”; or mark all goals as “Pass”, then press “Pass all goals”."),
                params={"marks": _(", ").join(self._marks(data))},
            )
        return data

    def _marks(self, data):
        """Which goals carry a mark against passing, in words, mark by mark."""
        for verdict in (Verdict.REVISE, Verdict.REFUSE):
            numbers = [str(n) for n, goal in enumerate(self.goals, 1) if data.get(f"verdict-{goal.pk}") == verdict]
            if numbers:
                yield _("Goal %(goals)s is marked “%(mark)s”") % {"goals": "、".join(numbers), "mark": verdict.label}

    def _check_mark(self, goal, data):
        verdict = data[f"verdict-{goal.pk}"]
        if verdict == Verdict.REFUSE and not data.get(f"ground-{goal.pk}"):
            self.add_error(f"ground-{goal.pk}", _("Choose the ground for refusing this goal."))
        comment = f"comment-{goal.pk}"
        if verdict == Verdict.REVISE and not data.get(comment) and comment not in self.errors:
            self.add_error(comment, _("Say what is to be changed."))

    def opinions(self):
        """{goal id: {verdict, ground, comment}} as the step "opine" takes it."""
        given = {}
        for goal in self.goals:
            verdict = self.cleaned_data[f"verdict-{goal.pk}"] or Verdict.PASS
            ground = self.cleaned_data[f"ground-{goal.pk}"] if verdict == Verdict.REFUSE else ""
            given[goal.pk] = {"verdict": verdict, "ground": ground, "comment": self.cleaned_data[f"comment-{goal.pk}"]}
        return given


def chosen(grounds):
    return [(ground.value, ground.label) for ground in Ground if ground in grounds]


class SignForm(StepForm):
    """A signature under the digest that was shown; a witness may be named; paper may have been signed earlier."""

    digest = forms.CharField(widget=forms.HiddenInput, max_length=64)
    witness = CleanTextField(max_length=120, required=False, label=_l("Witness"))

    def prepare(self):
        self.fields["digest"].initial, self.fields["witness"].initial = self.obj.text_digest, self.obj.witness


class CompletionForm(NamesWhatIsMissing, forms.Form):
    """A result for each goal and each problem; what is done carries its effect in a sentence (capability O1, P1)."""

    def __init__(self, data=None, *, goals, episodes, **options):
        super().__init__(data, **options)
        self.goals, self.episodes = list(goals), list(episodes)
        for goal in self.goals:
            self.fields[f"goal-{goal.pk}"] = self._result(goal.result, _("Result of the goal"))
        for episode in self.episodes:
            pk = episode.problem_id
            self.fields[f"problem-{pk}"] = self._result(episode.result, str(episode.problem))
            self.fields[f"effect-{pk}"] = CleanTextField(
                max_length=1000, rows=2, required=False, label=_("Effect in one sentence"), initial=episode.effect
            )
            self.fields[f"effect-{pk}"].needed = needed_with(Result.DONE)

    def _result(self, initial, label):
        messages = {"required": _("Say what became of it.")}
        return forms.ChoiceField(choices=Result, widget=CHIPS, initial=initial, label=label, error_messages=messages)

    def goal_field(self, goal):
        return self[f"goal-{goal.pk}"]

    def problem_fields(self, episode):
        """(result, effect) as bound fields."""
        return self[f"problem-{episode.problem_id}"], self[f"effect-{episode.problem_id}"]

    def clean(self):
        data = super().clean()
        for episode in self.episodes:
            effect = f"effect-{episode.problem_id}"
            done = data.get(f"problem-{episode.problem_id}") == Result.DONE
            if done and not data.get(effect) and effect not in self.errors:
                self.add_error(effect, _("Describe the effect in one sentence: what is better now?"))
        return data

    def data_of_step(self):
        clean = self.cleaned_data
        return {
            "goals": {goal.pk: clean[f"goal-{goal.pk}"] for goal in self.goals},
            "problems": {
                e.problem_id: {"result": clean[f"problem-{e.problem_id}"], "effect": clean[f"effect-{e.problem_id}"]}
                for e in self.episodes
            },
        }

    def says_the_same(self):
        """Whether the report, as stored, already says this."""
        data = self.data_of_step()
        return all(goal.result == data["goals"][goal.pk] for goal in self.goals) and all(
            {"result": e.result, "effect": e.effect} == data["problems"][e.problem_id] for e in self.episodes
        )


class SendBackForm(NamesWhatIsMissing, forms.Form):
    """Reasons per problem; those left empty are not sent back."""

    note = CleanTextField(rows=2, required=False, label=_l("Remark on the whole"))

    def __init__(self, data=None, *, episodes, **options):
        super().__init__(data, **options)
        self.episodes = list(episodes)
        for episode in self.episodes:
            label = _("Why it is sent back")
            self.fields[f"reason-{episode.problem_id}"] = CleanTextField(rows=2, required=False, label=label)

    def reason_field(self, episode):
        return self[f"reason-{episode.problem_id}"]

    def reasons(self):
        given = {e.problem_id: self.cleaned_data[f"reason-{e.problem_id}"] for e in self.episodes}
        return {pk: reason for pk, reason in given.items() if reason}
