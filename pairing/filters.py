"""Filters of the lists (django-filter), over visible_to alone; they live in the address."""

from datetime import timedelta

import django_filters
from django import forms
from django.db.models import Exists, F, OuterRef
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from accounts.paging import PLACES
from accounts.required import NOT_IN_LIST
from pairing.enums import (
    AGREEMENT_FINAL,
    BEFORE_SIGNING,
    RUNNING,
    AgreementState,
    Direction,
    Level,
    LookBack,
    ProblemState,
    Urgency,
)
from pairing.forms.fields import CleanTextField
from pairing.forms.organisations import OrganisationField, OrganisationInput
from pairing.forms.problem import CategoryField
from pairing.models import Agreement, Episode, Party, Problem, Programme, RuleVersion
from pairing.words import REMIND_BEFORE

SELECT = forms.Select(attrs={"class": "form-select"})
NO_CHIP = ("sort",)


class TextFilter(django_filters.Filter):
    field_class = CleanTextField


class OneOfFilter(django_filters.Filter):
    """One of fixed choices; unlike ChoiceFilter it brings no empty choice of its own."""

    field_class = forms.ChoiceField

    def __init__(self, **options):
        super().__init__(error_messages=NOT_IN_LIST, **options)


class OrganisationFilter(django_filters.Filter):
    field_class = OrganisationField


class CategoryFilter(django_filters.Filter):
    field_class = CategoryField


def search_box(label):
    """The text filter of a list; "/" jumps to it."""
    widget = forms.TextInput(attrs={"class": "form-control", "type": "search", "data-search": ""})
    return TextFilter(method="with_text", label=label, max_length=60, widget=widget)


class ListFilter(django_filters.FilterSet):
    """A FilterSet with `sort` (SORTS: value -> (label, order_by arguments)), chips and a search for words."""

    SORTS = {}
    FIRST = ()  # the filters that are always seen; the others are folded away

    def __init__(self, data, queryset, *, user):
        self.user = user
        super().__init__(data, queryset)
        if "category" in self.form.fields:
            self.form.fields["category"].offer()
        if "programme" in self.form.fields:
            self._offer_programmes()
        if "sort" in self.form.fields:
            self.form.fields["sort"].choices = [(value, label) for value, (label, _order) in self.SORTS.items()]

    def _offer_programmes(self):
        programmes = list(Programme.objects.for_user(self.user))
        if len(programmes) < 2:
            del self.form.fields["programme"]
        else:
            self.form.fields["programme"].choices = [("", _("All")), *((str(p.pk), p.name) for p in programmes)]

    def with_text(self, queryset, name, value):
        return queryset.holding(value)

    def in_turn(self, queryset, name, value):
        return queryset.waiting_for(self.user) if value == "me" else queryset.waiting_for_others(self.user)

    def in_order(self, queryset, name, value):
        return queryset  # the order comes last, see `found`

    @property
    def found(self):
        """The filtered rows in the order wished."""
        wished = self.form.cleaned_data.get("sort") if self.is_bound and not self.form.errors.get("sort") else ""
        _label, order = self.SORTS.get(wished) or next(iter(self.SORTS.values()))
        return self.qs.order_by(*order)

    @property
    def first_fields(self):
        return [field for field in self.form if field.name in self.FIRST]

    @property
    def more_fields(self):
        return [field for field in self.form if field.name not in self.FIRST]

    @property
    def more_in_use(self):
        """Whether one of the folded filters is set, or wrong."""
        return any(field.errors or field.data for field in self.more_fields)

    def chips(self, request):
        """[(label, address without it)] of the filters in force."""
        if not self.is_bound:
            return []
        chips = []
        for name, value in self.form.cleaned_data.items():
            if value in (None, "", []) or name in NO_CHIP:
                continue
            rest = request.GET.copy()
            for parameter in (name, *PLACES):
                rest.pop(parameter, None)
            field = self.form.fields[name]
            word = dict(field.choices).get(value, value) if type(field) is forms.ChoiceField else value
            chips.append((f"{field.label}：{word}", f"?{rest.urlencode()}"))
        return chips


def waiting_filter():
    """Whose turn it is: ?waiting=me or ?waiting=others."""
    choices = [("", _("All")), ("me", _("Waiting for me")), ("others", _("Waiting for others"))]
    return OneOfFilter(method="in_turn", label=_("Whose turn"), choices=choices, widget=SELECT)


def sorting():
    return OneOfFilter(method="in_order", label=_("Order"), required=False, widget=SELECT)


class ProblemFilter(ListFilter):
    """Problems that the person may open."""

    SORTS = {
        "": (_("Newest first"), ["-pk"]),
        "waiting": (_("Longest waiting first"), [F("turn_since").asc(nulls_last=True), "pk"]),
        "number": (_("By number"), [F("year").desc(nulls_first=True), F("sequence").desc(nulls_first=True), "-pk"]),
        "owner": (_("By owner"), ["owner__order", "owner__code", "-pk"]),
    }
    FIRST = ("q", "state", "category", "owner")

    q = search_box(_("Number or title"))
    state = OneOfFilter(label=_("State"), widget=SELECT, choices=[
        ("", _("All")), *ProblemState.choices
    ])  # fmt: skip
    category = CategoryFilter(label=_("Category"), method="in_category", empty_label=_("All"))
    urgency = OneOfFilter(label=_("Urgency"), widget=SELECT, choices=[
        ("", _("All")), *Urgency.choices
    ])  # fmt: skip
    owner = OrganisationFilter(label=_("Owner"), widget=OrganisationInput())
    look_back = OneOfFilter(label=_("Look-back"), widget=SELECT, method="looked_back_at", choices=[
        ("", _("All")), ("due", _("Not looked back at in time")), *LookBack.choices
    ])  # fmt: skip
    waiting = waiting_filter()
    programme = OneOfFilter(label=_("Programme"), widget=SELECT)
    sort = sorting()

    class Meta:
        model = Problem
        fields = []

    def looked_back_at(self, queryset, name, value):
        """Solved problems by the verdict of the last look-back, or those for which it is overdue."""
        if value != "due":
            return queryset.filter(last_look_back=value)
        yesterday = timezone.localdate() - timedelta(days=1)
        days = RuleVersion.objects.look_back_days(Programme.objects.for_user(self.user), yesterday)
        due = Episode.objects.to_look_back_at(days).filter(problem=OuterRef("pk"))
        return queryset.filter(Exists(due), state=ProblemState.CLOSED, last_look_back="")

    def in_category(self, queryset, name, value):
        """A category and those below it."""
        return queryset.filter(category__in=self.form.fields["category"].with_those_below(value))


class MarketFilter(ListFilter):
    """Problems of others looking for a partner; reads number, title, category and owner only (domain.md §3)."""

    SORTS = {
        "": (_("Longest without a partner first"), [F("turn_since").asc(nulls_last=True), "pk"]),
        "new": (_("Newest first"), ["-pk"]),
    }
    FIRST = ("q", "category", "owner", "sort")

    q = search_box(_("Number or title"))
    category = CategoryFilter(label=_("Category"), method="in_category", empty_label=_("All"))
    owner = OrganisationFilter(label=_("Owner"), widget=OrganisationInput())
    sort = sorting()

    class Meta:
        model = Problem
        fields = []

    in_category = ProblemFilter.in_category


class AgreementFilter(ListFilter):
    """Agreements that the person may open."""

    SORTS = {
        "": (_("Newest first"), ["-pk"]),
        "due": (_("By due date"), [F("due_on").asc(nulls_last=True), "-pk"]),
        "waiting": (_("Longest waiting first"), [F("turn_since").asc(nulls_last=True), "pk"]),
        "number": (_("By number"), [F("year").desc(nulls_first=True), F("sequence").desc(nulls_first=True), "-pk"]),
    }
    FIRST = ("q", "phase", "due", "party")
    PHASES = {
        "writing": (_("In preparation"), BEFORE_SIGNING),
        "running": (_("Running or in acceptance"), RUNNING),
        "closed": (_("Closed"), frozenset({AgreementState.CLOSED})),
        "ended": (_("Ended otherwise"), AGREEMENT_FINAL - {AgreementState.CLOSED}),
    }

    q = search_box(_("Number or aim"))
    phase = OneOfFilter(label=_("Stage"), widget=SELECT, method="in_phase",
        choices=[("", _("All")), *((name, label) for name, (label, _states) in PHASES.items())],
    )  # fmt: skip
    due = OneOfFilter(label=_("Due date"), widget=SELECT, method="due_then",
        choices=[("", _("All")), ("soon", _("Due soon")), ("overdue", _("Overdue"))],
    )  # fmt: skip
    party = OrganisationFilter(label=_("Party"), widget=OrganisationInput("bodies"), kind="bodies", method="with_party")
    direction = OneOfFilter(label=_("Direction"), widget=SELECT, choices=[
        ("", _("All")), *Direction.choices
    ])  # fmt: skip
    level = OneOfFilter(label=_("Level"), widget=SELECT, choices=[
        ("", _("All")), *Level.choices
    ])  # fmt: skip
    waiting = waiting_filter()
    programme = OneOfFilter(label=_("Programme"), widget=SELECT)
    rules = OneOfFilter(label=_("Rules"), widget=SELECT, field_name="rule_version")
    sort = sorting()

    class Meta:
        model = Agreement
        fields = []

    def __init__(self, data, queryset, *, user):
        super().__init__(data, queryset, user=user)
        if data and data.get("rules"):  # asked for by the figures of a version; nobody else chooses by it
            published = RuleVersion.objects.filter(
                programme__in=Programme.objects.for_user(user), published_on__isnull=False
            )
            self.form.fields["rules"].choices = [("", _("All")), *((str(row.pk), row.title) for row in published)]
        else:
            del self.form.fields["rules"]

    def in_phase(self, queryset, name, value):
        return queryset.filter(state__in=self.PHASES[value][1])

    def due_then(self, queryset, name, value):
        today = timezone.localdate()
        return queryset.overdue_now(today) if value == "overdue" else queryset.due_soon_now(today, max(REMIND_BEFORE))

    def with_party(self, queryset, name, value):
        """Agreements in which the body takes or took part."""
        return queryset.filter(Exists(Party.objects.filter(agreement=OuterRef("pk"), organisation=value)))
