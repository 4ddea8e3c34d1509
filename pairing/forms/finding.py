"""The form of a problem found on the way: whose it is, what it is, and from which problem it came."""

from django import forms
from django.utils.translation import gettext_lazy as _

from accounts.required import NamesWhatIsMissing
from pairing.forms.fields import CleanTextField
from pairing.forms.problem import CategoryField


class FoundForm(NamesWhatIsMissing, forms.Form):
    """`parties`: the branches of the pair; `listed`: the problems of its list. `columns()` is what file_found takes."""

    title = CleanTextField(label=_("Title"), max_length=120)
    description = CleanTextField(label=_("Description"), max_length=5000, rows=4, required=False)
    category = CategoryField(label=_("Category"))
    owner = forms.TypedChoiceField(label=_("Whose problem is it?"), coerce=int, widget=forms.RadioSelect)
    origin = forms.TypedChoiceField(
        label=_("Found while solving"), coerce=int, empty_value=None, required=False,
        widget=forms.Select(attrs={"class": "form-select"}),
    )  # fmt: skip

    def __init__(self, *args, parties, listed, **kwargs):
        kwargs.setdefault("label_suffix", "")
        super().__init__(*args, **kwargs)
        self.bodies = {party.organisation_id: party.organisation for party in parties if party.is_branch}
        self.listed = {problem.pk: problem for problem in listed}
        self.fields["owner"].choices = [(pk, body.short_name) for pk, body in self.bodies.items()]
        self.fields["origin"].choices = [
            ("", _("None in particular")),
            *((pk, str(p)) for pk, p in self.listed.items()),
        ]
        first = next(iter(self.listed.values()), None)
        self.fields["category"].offer(first.category_id if first else None)
        self.initial.setdefault("category", first.category_id if first else None)
        if len(self.listed) == 1:
            self.initial.setdefault("origin", first.pk)

    def columns(self):
        data = self.cleaned_data
        return {
            "title": data["title"], "description": data["description"], "category": data["category"],
            "owner": self.bodies[data["owner"]], "origin": self.listed.get(data["origin"]),
        }  # fmt: skip
