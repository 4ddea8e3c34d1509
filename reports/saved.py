"""Saved questions: a name for an address, per person. What is kept is the question, never an answer."""

from urllib.parse import urlencode

from django import forms
from django.http import QueryDict
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as _l

from accounts.required import NamesWhatIsMissing
from reports.models import SavedQuestion
from reports.questions import FILTERS, GROUP

PAGES = {
    "index": _l("Figures"), "summary": _l("Summary statistics table"), "solved": _l("Table of solved problems"),
    "problems": _l("List of problems"), "agreements": _l("List of pairs"), "branches": _l("List of party branches"),
}  # fmt: skip
PARAMETERS = (*FILTERS, *GROUP, "as_of", "programme", "what")
MOST = 100  # questions of one person
LONGEST = 1_000  # characters of a question


def kept(query):
    """The parameters of a question that may be saved, in their order; what else stands in an address is left out."""
    given = QueryDict(query)
    return urlencode({name: given[name] for name in given if name in PARAMETERS and given[name]})


def address_of(saved):
    return reverse(f"reports:{saved.page}") + (f"?{saved.query}" if saved.query else "")


def saved_by(person):
    """[(SavedQuestion, its address, the page it opens)] in the order of their names."""
    found = SavedQuestion.objects.filter(person=person, page__in=PAGES)
    return [(saved, address_of(saved), PAGES[saved.page]) for saved in found]


class SaveForm(NamesWhatIsMissing, forms.Form):
    """A name for a question; a name in use is given again only where the person says so."""

    name = forms.CharField(
        label=_l("Name of the question"), max_length=60, widget=forms.TextInput(attrs={"class": "form-control"}),
        help_text=_l("For example: first quarter, our branch"),
    )  # fmt: skip
    page = forms.ChoiceField(choices=PAGES.items(), widget=forms.HiddenInput)
    query = forms.CharField(required=False, max_length=2 * LONGEST, widget=forms.HiddenInput)
    replaces = forms.BooleanField(required=False, widget=forms.HiddenInput)

    def __init__(self, *args, person, **kwargs):
        super().__init__(*args, **kwargs)
        self.person, self.in_use = person, None

    def clean_query(self):
        query = kept(self.cleaned_data["query"])
        if len(query) > LONGEST:
            raise forms.ValidationError(_("This question is too long to be saved. Take some filters away."))
        return query

    def clean(self):
        found = super().clean()
        mine = SavedQuestion.objects.filter(person=self.person)
        self.in_use = mine.filter(name=found.get("name", "")).first()
        if self.in_use and not found.get("replaces"):
            words = _("You already have a question “%(name)s”. Give another name, or replace it.")
            self.add_error("name", words % {"name": self.in_use.name})
        elif not self.in_use and mine.count() >= MOST:
            self.add_error("name", _("You have %(n)s saved questions. Delete one first.") % {"n": MOST})
        return found

    def save(self):
        """The SavedQuestion, new or in the place of the one of the same name."""
        found = self.cleaned_data
        values = {"page": found["page"], "query": found["query"]}
        saved, _new = SavedQuestion.objects.update_or_create(person=self.person, name=found["name"], defaults=values)
        return saved


class RenameForm(NamesWhatIsMissing, forms.ModelForm):
    class Meta:
        model = SavedQuestion
        fields = ("name",)
        labels = {"name": _l("Name of the question")}
        widgets = {"name": forms.TextInput(attrs={"class": "form-control"})}

    def clean_name(self):
        name = self.cleaned_data["name"]
        others = SavedQuestion.objects.filter(person=self.instance.person, name=name).exclude(pk=self.instance.pk)
        if others.exists():
            raise forms.ValidationError(_("Another of your questions has this name. Choose another one."))
        return name
