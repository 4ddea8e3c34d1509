"""What a page of reports is asked: programme, day and filters. The whole question stands in the address."""

from dataclasses import dataclass, field
from datetime import date
from typing import Any
from urllib.parse import urlencode

from django import forms
from django.core.exceptions import PermissionDenied
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from accounts.models import Organisation
from accounts.models.seat import ADMINISTRATORS
from accounts.required import NamesWhatIsMissing
from pairing.enums import Direction, Level, ProblemClass
from pairing.models import Category, Programme, overseen_programme_ids
from pairing.models.programme import path_under
from reports.fields import AsOfField, OrganisationField, YearField, choice

FILTERS = ("year", "organisation", "category", "class", "direction", "level")


@dataclass(frozen=True, kw_only=True)
class Question:
    """One question of one person."""

    programme: Programme
    as_of: date
    own_scope: bool  # figures count only what the person's own branches see
    filters: dict[str, Any] = field(default_factory=dict)  # name → cleaned value, only those that were set
    given: dict[str, str] = field(default_factory=dict)  # the parameters as asked, for the addresses of other pages
    words: dict[str, str] = field(default_factory=dict)  # name → the filter in words

    def address(self, page, *, without=FILTERS, **more):
        """Address of a page of reports for the same programme and day; `more` are further parameters."""
        query = {name: value for name, value in self.given.items() if name not in without} | more
        return reverse(f"reports:{page}") + (f"?{urlencode(query)}" if query else "")


class QuestionForm(NamesWhatIsMissing, forms.Form):
    """Programme and day; with `filters` also what narrows the statistics table down."""

    def __init__(self, data, *, user, today, filters):
        super().__init__(data)
        self.user, self.today = user, today
        self.programmes = {p.pk: p for p in Programme.objects.for_user(user).select_related("committee")}
        names = [(p.pk, p.name) for p in self.programmes.values()]
        self.fields["programme"] = choice(_("Programme"), names, empty=("", _("the one running on that day")))
        if len(names) < 2:
            self.fields["programme"].widget = forms.HiddenInput()
        self.fields["as_of"] = AsOfField(today)
        if filters:
            self._add_filters()

    def _add_filters(self):
        first_year = min((p.starts_on.year for p in self.programmes.values()), default=self.today.year)
        below = path_under([p.committee.path for p in self.programmes.values()], "path")
        self.categories = {c.pk: c for c in Category.objects.all()}
        self.fields |= {
            "year": YearField(_("Year of the write-off"), first_year, self.today.year),
            "organisation": OrganisationField(_("Organisation"), Organisation.objects.filter(below)),
            "category": choice(_("Category"), self._category_choices()),
            "class": choice(_("Class"), ProblemClass.choices),
            "direction": choice(_("Direction"), Direction.choices),
            "level": choice(_("Level"), Level.choices),
        }

    def _category_choices(self):
        """Both levels; the lower one is set in."""
        of_parent = {}
        for category in self.categories.values():
            of_parent.setdefault(category.parent_id, []).append(category)
        for top in of_parent.get(None, ()):
            yield top.pk, top.name
            yield from ((child.pk, f"　{child.name}") for child in of_parent.get(top.pk, ()))

    def clean_programme(self):
        pk = self.cleaned_data["programme"]
        return self.programmes[int(pk)] if pk else None

    def clean_category(self):
        pk = self.cleaned_data["category"]
        return self.categories[int(pk)] if pk else None

    def question(self):
        """The Question of a valid form; None where there is no programme at all."""
        as_of = self.cleaned_data["as_of"] or self.today
        programme = self.cleaned_data["programme"] or running_on(self.programmes.values(), as_of, self.today)
        if programme is None:
            return None
        filters = {name: value for name in FILTERS if (value := self.cleaned_data.get(name)) not in (None, "")}
        given = {name: self.data[name] for name in filters}
        if self.cleaned_data["as_of"]:
            given["as_of"] = f"{as_of:%Y-%m-%d}"
        if len(self.programmes) > 1:
            given["programme"] = str(programme.pk)
        own_scope = programme.pk not in overseen_programme_ids(self.user)
        words = {name: self._in_words(name, value) for name, value in filters.items()}
        return Question(
            programme=programme, as_of=as_of, own_scope=own_scope, filters=filters, given=given, words=words
        )

    def _in_words(self, name, value):
        choices = dict(getattr(self.fields[name], "choices", ()))
        return f"{self.fields[name].label}{_(': ')}{choices.get(value, value)}"


def running_on(programmes, day, today):
    """The programme that runs on `day`, else the one that runs `today`, else the latest; None of none."""
    programmes = list(programmes)
    for moment in (day, today):
        for programme in programmes:
            if programme.starts_on <= moment and (programme.ends_on is None or programme.ends_on >= moment):
                return programme
    return programmes[0] if programmes else None


def ask(request, *, filters=False):
    """(form, Question) of a request; the Question is None where the form has errors or there is no programme.

    PermissionDenied for who has no business here: administrators and people without a seat.
    """
    if all(seat.role in ADMINISTRATORS for seat in request.user.current_seats):
        raise PermissionDenied
    form = QuestionForm(request.GET, user=request.user, today=timezone.localdate(), filters=filters)
    return form, form.question() if form.is_valid() else None


def chips(question, page):
    """Active filters as (words, address without it)."""
    return [(words, question.address(page, without=(name,))) for name, words in question.words.items()]
