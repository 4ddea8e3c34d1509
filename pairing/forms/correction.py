"""Corrections: what is wrong is chosen first, then only the field for it is asked, old beside new."""

from dataclasses import dataclass

from django import forms
from django.utils.translation import gettext_lazy as _

from pairing.forms.fields import CleanTextField, DayField
from pairing.forms.steps import StepForm, form_of
from pairing.words import day_words
from pairing.workflow.correction import AGREEMENT_FIELDS, PROBLEM_FIELDS


@dataclass(frozen=True)
class Recorded:
    """Something in the record that can be corrected: the field, whose (a party's id or None), and how it stands."""

    field: str
    label: str
    stands: str
    party: int | None = None

    @property
    def query(self):
        """The part of the address that chooses it."""
        return f"field={self.field}" + (f"&party={self.party}" if self.party else "")


class CorrectForm(StepForm):
    field = forms.CharField(
        widget=forms.HiddenInput, error_messages={"required": _("Choose first what is to be corrected.")}
    )
    party = forms.IntegerField(widget=forms.HiddenInput, required=False)
    new = DayField(label=_("The right day"))
    name = CleanTextField(label=_("The right name"), max_length=120)

    def prepare(self):
        self.recorded = list(self.all_recorded())
        given = self.data if self.is_bound else self.initial
        wanted = given.get("field"), str(given.get("party") or "")
        self.chosen = next((r for r in self.recorded if (r.field, str(r.party or "")) == wanted), None)
        named = self.chosen and self.chosen.party
        for name in ("new",) if named else ("party", "name"):
            del self.fields[name]
        if named:
            self.fields["name"].initial = self.chosen.stands
        elif self.chosen is None:
            del self.fields["new"]
        self.fields["note"].label = _("Why, and what shows it")

    def clean_field(self):
        if self.chosen is None:
            raise forms.ValidationError(_("Choose first what is to be corrected."))
        return self.cleaned_data["field"]


@form_of("problem", "correct")
class CorrectProblemForm(CorrectForm):
    def all_recorded(self):
        episode = self.obj.latest_episode
        for field, label in PROBLEM_FIELDS.items():
            if day := getattr(self.obj if field == "raised_on" else episode, field, None):
                yield Recorded(field, label, day_words(day))


@form_of("agreement", "correct")
class CorrectAgreementForm(CorrectForm):
    def all_recorded(self):
        for field, label in AGREEMENT_FIELDS.items():
            if field != "name" and (day := getattr(self.obj, field)):
                yield Recorded(field, label, day_words(day))
        for party in self.obj.all_parties:
            yield Recorded("name", AGREEMENT_FIELDS["name"], str(party), party.pk)

    def step_data(self):
        data = super().step_data()
        if self.chosen.party:
            return {"field": "name", "new": data["name"], "party": data["party"]}
        return data
