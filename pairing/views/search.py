"""Search over numbers and titles: problems, agreements and organisations that the person may see.

A number is found by its index, every piece of a title or number by that of accounts.models.substrings.
"""

import re
import unicodedata
from dataclasses import dataclass

from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.http import urlencode
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe
from django.views.decorators.vary import vary_on_headers

from pairing.forms.organisations import existing
from pairing.models import Agreement, Problem, overseen_programme_ids, own_organisation_ids

SHOWN, SUGGESTED = 10, 4  # per group, on the page and below the box
LONGEST = 60  # characters
SHORTEST = 2  # characters from which on something is suggested
YEARS_BACK = 20
NUMBER = re.compile(r"(?P<prefix>[^\W\d]*)[\W_]*(?:(?P<year>20\d\d)[\W_年]+)?第?(?P<sequence>\d{1,7})[\W_]*号?")


@dataclass(frozen=True)
class Hit:
    """One line of the results."""

    title: str
    number: str
    url: str
    note: str


@dataclass(frozen=True)
class Group:
    """Results of one kind; `more` where there are more than shown, `url` of the list that has them all,
    `exact` the addresses of matters with the number asked for."""

    name: str
    label: str
    hits: list[Hit]
    more: bool = False
    url: str = ""
    exact: tuple[str, ...] = ()


@dataclass(frozen=True)
class Question:
    """What was typed: a text and, where it looks like one, a number (prefix, years, sequence)."""

    text: str
    prefix: str = ""
    years: tuple[int, ...] = ()
    sequence: int | None = None

    @classmethod
    def read(cls, typed):
        """Full-width digits and letters become plain ones; “7号”, “2026 7” and “问题2026-7” are numbers."""
        text = unicodedata.normalize("NFKC", typed.replace("\x00", "")).strip()[:LONGEST]
        found = NUMBER.fullmatch(text)
        if not found:
            return cls(text)
        this_year = timezone.localdate().year
        years = (int(found["year"]),) if found["year"] else tuple(range(this_year - YEARS_BACK, this_year + 1))
        return cls(text, found["prefix"].removesuffix("第"), years, int(found["sequence"]))

    def names(self, matter):
        """Whether `matter` has the number asked for."""
        if self.sequence is None or matter.sequence != self.sequence:
            return False
        return matter.year in self.years and matter.number.startswith(self.prefix)

    def numbered(self, rows):
        """Those of the QuerySet that have the number: a handful, by the index of numbers."""
        if self.sequence is None:
            return rows.none()
        found = rows.filter(year__in=self.years, sequence=self.sequence, number__startswith=self.prefix)
        return found.order_by("-pk")

    def found(self, rows, most):
        """(the first `most` matters, whether there are more): by number first, then by text.

        Where a whole number, with its year, is found, no text is compared.
        """
        if len(self.years) == 1 and (exact := list(self.numbered(rows)[: most + 1])):
            return exact[:most], len(exact) > most
        holding = rows.holding(self.text).order_by("-pk")
        both = self.numbered(rows)[: most + 1].union(holding[: most + 1])
        sorted_rows = sorted(both, key=lambda matter: (not self.names(matter), -matter.pk))
        return sorted_rows[:most], len(sorted_rows) > most


@require_safe
@vary_on_headers("HX-Request")
def search(request):
    """?q=: the results by kind; an exact number of one matter leads to its page. For htmx: a few links only."""
    question = Question.read(request.GET.get("q", ""))
    if request.htmx:
        groups = _groups(request, question, SUGGESTED) if len(question.text) >= SHORTEST else []
        return render(request, "pairing/search_suggestions.html", {"groups": groups, "question": question})
    groups = _groups(request, question, SHOWN) if question.text else []
    exact = [url for group in groups for url in group.exact]
    if len(exact) == 1:
        return redirect(exact[0])
    words = {"question": question, "groups": groups, "count": _count_words(groups)}
    return render(request, "pairing/search.html", words)


def _groups(request, question, most):
    user = request.user
    seen = Problem.objects.visible_to(user)
    # what is open is seen by own branches and overseers alone: said by column, it needs no list of all that is seen
    others = Problem.objects.market_for(user).exclude(programme__in=overseen_programme_ids(user))
    others = others.exclude(viewers__overlap=own_organisation_ids(user))
    asked = urlencode({"q": question.text})
    problem_list, agreement_list = reverse("pairing:problem_list"), reverse("pairing:agreement_list")
    kinds = [
        ("problems", _("Problems"), seen.select_related("owner"), _problem, f"{problem_list}?{asked}"),
        ("market", _("Others looking for a partner"), others, _on_the_market,
         f"{problem_list}?list=market&{asked}"),
        ("agreements", _("Agreements"), Agreement.objects.visible_to(user), _pair, f"{agreement_list}?{asked}"),
    ]  # fmt: skip
    groups = []
    for name, label, rows, as_hit, url in kinds:
        found, more = question.found(rows, most)
        exact = tuple(matter.get_absolute_url() for matter in found if question.names(matter))
        groups.append(Group(name, label, [as_hit(matter) for matter in found], more, url, exact))
    bodies, more = _bodies(request, question, most)
    groups.append(Group("organisations", _("Organisations"), [_body(body) for body in bodies], more))
    return [group for group in groups if group.hits]


def _bodies(request, question, most):
    roots = {seat.organisation.path.split("/")[1] for seat in request.seats}
    among = existing("all")
    mine = among.none()
    for root in roots:
        mine |= among.filter(path__startswith=f"/{root}/")
    rows = list(mine.named(question.text).in_order()[: most + 1])
    return rows[:most], len(rows) > most


def _problem(problem):
    note = f"{problem.get_state_display()} · {problem.owner.short_name}"
    return Hit(problem.title or _("(no title yet)"), problem.number, problem.get_absolute_url(), note)


def _on_the_market(problem):
    note = " · ".join(filter(None, [problem.category.name if problem.category else "", problem.owner.short_name]))
    return Hit(problem.title, problem.number, problem.get_absolute_url(), note)


def _pair(agreement):
    return Hit(agreement.aim, agreement.number, agreement.get_absolute_url(), agreement.get_state_display())


def _body(organisation):
    url = reverse("pairing:organisation", args=[organisation.pk])
    return Hit(organisation.name, "", url, organisation.get_kind_display())


def _count_words(groups):
    """The numbers of results in words, "more than" where not all are shown."""
    parts = []
    for group in groups:
        words = {"label": group.label, "n": len(group.hits)}
        parts.append((_("%(label)s: more than %(n)s") if group.more else _("%(label)s: %(n)s")) % words)
    return "；".join(parts) if parts else _("Nothing found")
