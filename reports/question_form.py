"""The form of a question (GET): programme, day, period and what narrows the answer down."""

from django import forms
from django.utils.translation import gettext_lazy as _

from accounts.models import Organisation, Side
from accounts.required import NamesWhatIsMissing
from pairing.enums import UNRAISED, Direction, Level, ProblemClass, ProblemState
from pairing.models import Category, overseen_programme_ids, programmes_for
from pairing.models.programme import path_under
from reports.fields import AsOfField, DayField, OrganisationField, YearField, choice
from reports.periods import PARTS, days_of, words_of

PERIOD = ("year", "part", "from", "to")  # names in the address
IN_FRONT = ("as_of", "year", "organisation")  # asked most; the others stand behind "more filters"
NONE = "none"  # asks for what has no category, or is in no pair
UNCLASSIFIED = (NONE, _("not classified"))
IN_NO_PAIR = (NONE, _("in no pair yet"))


class QuestionForm(NamesWhatIsMissing, forms.Form):
    """Programme and day; with `filters` also what narrows the answer down; `groups`: (name, label) of groupings."""

    def __init__(self, data, *, user, today, filters, groups=()):
        super().__init__(data)
        self.user, self.today, self.groups = user, today, dict(groups)
        self.programmes = {p.pk: p for p in programmes_for(user)}
        names = [(p.pk, p.name) for p in self.programmes.values()]
        self.fields["programme"] = choice(_("Programme"), names, empty=("", _("the one running then")))
        if len(names) < 2:
            self.fields["programme"].widget = forms.HiddenInput()
        self.fields["as_of"] = AsOfField(today)
        if filters:
            self._add_filters()
        if groups:
            self.fields["group"] = choice(_("Grouping"), groups)
            self.fields["group"].widget = forms.HiddenInput()

    def _add_filters(self):
        first_year = min((p.starts_on.year for p in self.programmes.values()), default=self.today.year)
        below = path_under([p.committee.path for p in self.programmes.values()], "path")
        self.categories = {c.pk: c for c in Category.objects.all()}
        states = [(state.value, state.label) for state in ProblemState if state not in UNRAISED]
        self.fields |= {
            "year": YearField(_("Year"), first_year, self.today.year),
            "organisation": OrganisationField(_("Organisation"), Organisation.objects.filter(below)),
            "part": choice(_("Part of the year"), PARTS, empty=("", _("the whole year"))),
            "from": DayField(_("First day of the period"), self.today),
            "to": DayField(_("Last day of the period"), self.today),
            "category": choice(_("Category"), [*self._category_choices(), UNCLASSIFIED]),
            "class": choice(_("Class"), [*ProblemClass.choices, UNCLASSIFIED]),
            "direction": choice(_("Direction"), [*Direction.choices, IN_NO_PAIR]),
            "level": choice(_("Level"), [*Level.choices, IN_NO_PAIR]),
            "side": choice(_("Side of the initiator"), [*Side.choices, IN_NO_PAIR]),
            "state": choice(_("State of the problem"), states),
        }

    def _category_choices(self):
        """Both levels; the lower one is set in."""
        of_parent = {}
        for category in self.categories.values():
            of_parent.setdefault(category.parent_id, []).append(category)
        for top in of_parent.get(None, ()):
            yield top.pk, top.name
            yield from ((child.pk, f"　{child.name}") for child in of_parent.get(top.pk, ()))

    @property
    def front(self):
        """Visible fields that stand in front."""
        return [field for field in self.visible_fields() if field.name in ("programme", *IN_FRONT)]

    @property
    def behind(self):
        return [field for field in self.visible_fields() if field.name not in ("programme", *IN_FRONT)]

    @property
    def opens_more(self):
        """Whether a field behind is set or wrong."""
        return any(field.errors or self.data.get(field.name) for field in self.behind)

    def clean_programme(self):
        pk = self.cleaned_data["programme"]
        return self.programmes[int(pk)] if pk else None

    def clean_category(self):
        pk = self.cleaned_data["category"]
        return self.categories[int(pk)] if pk and pk != NONE else pk or None

    def clean(self):
        found = super().clean()
        first, last = found.get("from"), found.get("to")
        if found.get("year") and (first or last):
            self.add_error("year", _("Give either a year or days, not both."))
        if found.get("part") and not found.get("year") and not self.errors.get("year"):
            self.add_error("year", _("Choose the year that the part belongs to."))
        if first and last and first > last:
            self.add_error("to", _("The last day lies before the first one."))
        return found

    def period(self):
        """(first day, last day) of a valid form, either of them None where it is open."""
        found = self.cleaned_data
        if year := found.get("year"):
            return days_of(year, found["part"])
        return found.get("from"), found.get("to")

    def is_own_scope(self, programme):
        return programme.pk not in overseen_programme_ids(self.user)

    def words(self, filters):
        """{"period" or the name of a filter: it in words}."""
        words = {}
        first, last = self.period()
        if first or last:
            found = self.cleaned_data
            label, colon = _("Period"), _(": ")
            words["period"] = f"{label}{colon}{words_of(first, last, found['year'], found['part'])}"
        for name, value in filters.items():
            choices = dict(self.fields[name].choices) if hasattr(self.fields[name], "choices") else {}
            label = choices.get(value if isinstance(value, str) else value.pk, value)
            colon = _(": ")
            words[name] = f"{self.fields[name].label}{colon}{str(label).strip('　')}"
        return words
