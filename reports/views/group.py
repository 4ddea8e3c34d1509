"""The working group's dashboard: what it owes, what is refused, who has not been asked yet."""

from dataclasses import dataclass, field
from datetime import datetime

from django.contrib.postgres.expressions import ArraySubquery
from django.core.exceptions import PermissionDenied
from django.db.models.functions import JSONObject
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as _l
from django.utils.translation import ngettext
from django.views.decorators.http import require_safe

from accounts.models import Role
from accounts.models.seat import OVERSEERS
from pairing.deadlines import day_of, working_days_between
from pairing.enums import Ground
from pairing.models import Counted, Programme, working_days
from reports import counting_rules, gaps, grounds, tables, waiting
from reports.charts import Chart, Series
from reports.group_lists import AGE_TITLES, LISTINGS, STAGE_TITLES, ground_words
from reports.inviting import advice
from reports.questions import ask
from reports.selectors import count_all, read_only
from reports.views.answers import context_of, figure_shown, without_answer

OF_THE_GROUP = (Role.REVIEWER, Role.LEAD, Role.SUPERVISOR)
COVERAGE = (("branches", "taking_part"), ("branches", "helping"), ("branches", "existing"))
AGES = {
    "to_10": _l("up to 10 working days"),
    "to_20": _l("11 to 20 working days"),
    "more": _l("more than 20"),
}
NAMED = 8  # branches named in a sentence
OLDEST = 5  # problems without a partner shown
WORK_LISTS = {  # of the group's own lists: where it decides
    "review": ("agreement_list", "?state=submitted"),
    "acceptance": ("agreement_list", "?state=acceptance"),
    "singly": ("problem_list", "?state=done"),
    "extension": ("agreement_list", "?waiting=me"),
}


@dataclass
class Found:
    """What the dashboard says; `categories` and `oldest` are rows of reports.gaps."""

    taking: int = 0
    existing: int = 0
    never: int = 0
    nothing: int = 0
    never_names: list = field(default_factory=list)
    ages: dict = field(default_factory=dict)  # class of gaps.AGES → number; of now, as all below
    categories: list = field(default_factory=list)
    oldest: list = field(default_factory=list)
    standing: dict = field(default_factory=dict)


def ask_group(request, roles=OVERSEERS):
    """As questions.ask; PermissionDenied for who has no such seat over the committee of the programme."""
    if not any(seat.role in roles for seat in request.user.current_seats):
        raise PermissionDenied
    form, question = ask(request)
    if question is not None and not oversees(request.user, question, roles):
        raise PermissionDenied
    return form, question


def oversees(user, question, roles):
    """Whether the person has a seat of these roles at the committee of the programme or above it."""
    path = question.programme.committee.path
    return any(seat.role in roles and path.startswith(seat.organisation.path) for seat in user.current_seats)


@require_safe
def dashboard(request):
    with read_only():
        form, question = ask_group(request)
        if question is None:
            return without_answer(request, form)
        found, now = _found(question, request.user), is_today(question)
        context = context_of(form, question) | {
            "found": found, "now": now, "advice": advice(question, found),
            "refusals": _refusals(question, grounds.counted(question)),
            "queue": list(_stages(question, found, waiting.QUEUE)) if now else [],
            "stages": list(_stages(question, found, waiting.BEFORE_SIGNING)) if now else [],
            "ages": _age_chart(question, found) if now else None, "categories": list(_categories(question, found)),
            "oldest": _oldest(question, found), "coverage": _coverage(question, found),
            "second_line": tables.second_line(question.as_of, "", question.programme.name),
            "burden_url": question.address("burden") if oversees(request.user, question, OF_THE_GROUP) else "",
            "rules": _rules(now), "year": question.as_of.year,
        }  # fmt: skip
        return render(request, "reports/group.html", context)


def is_today(question):
    return question.as_of == timezone.localdate()


# Reading
def _found(question, user):
    coverage = count_all(question, user, COVERAGE)
    taking, helping, existing = (coverage[figure] for figure in COVERAGE)
    columns = {"never_names": ArraySubquery(gaps.never_paired(question).in_order().values("short_name")[:NAMED])}
    now = is_today(question)
    if now:
        columns |= _of_now(question)
    row = Programme.objects.filter(pk=question.programme.pk).annotate(**columns).values(*columns).get()
    found = Found(
        taking=taking, existing=existing, never=existing - taking, nothing=existing - helping,
        never_names=row["never_names"],
    )  # fmt: skip
    if now:
        found.ages = {age: row[age] for age in gaps.AGES}
        solvers = gaps.solvers(row["helpers"])
        found.categories = [category | {"solvers": solvers.get(category["pk"], [])} for category in row["categories"]]
        found.oldest = row["oldest"]
        found.standing = waiting.standing(question)
    return found


def _of_now(question):
    unmatched = gaps.unmatched(question)
    limits = gaps.age_limits(question.as_of, working_days())
    oldest = gaps.waiting_since(unmatched).order_by("since", "pk")[:OLDEST]
    row = {name: name for name in ("pk", "number", "title", "since")}
    row |= {"owner": "owner__name", "category": "category__name"}
    ages = {age: Counted(gaps.of_age(unmatched, age, limits)) for age in gaps.AGES}
    return ages | {
        "oldest": ArraySubquery(oldest.values(row=JSONObject(**row))),
        "categories": ArraySubquery(gaps.categories(question)),
        "helpers": ArraySubquery(gaps.last_helpers(question)),
    }


# Showing
def _coverage(question, found):
    taking = figure_shown(question, "branches", "taking_part", found.taking)
    existing = figure_shown(question, "branches", "existing", found.existing)
    return {
        "taking": taking, "existing": existing,
        "never": _figure(question, found.never, _("never in a pair"), what="never_paired"),
        "nothing": _figure(question, found.nothing, _("have helped nobody yet"), what="offered_nothing"),
    }  # fmt: skip


def _figure(question, n, label, **address):
    return {"n": n, "label": label, "url": question.address("group_list", **address)}


def _days(moment, question, calendar):
    return working_days_between(day_of(moment), question.as_of, calendar) if moment else None


def _stages(question, found, stages):
    """Rows of the queue and of the bottleneck: (figure, longest, median) in working days, and the work list."""
    calendar = working_days()
    for stage in stages:
        n, oldest, middle = found.standing.get(stage, (0, None, None))
        address = {"what": "singly"} if stage == "singly" else {"what": "waiting", "of": stage}
        yield {
            "figure": _figure(question, n, STAGE_TITLES[stage], **address), "since": oldest and day_of(oldest),
            "longest": _days(oldest, question, calendar), "median": _days(middle, question, calendar),
            "work_url": _work_url(stage),
        }  # fmt: skip


def _work_url(stage):
    page, query = WORK_LISTS.get(stage, ("", ""))
    return reverse(f"pairing:{page}") + query if page else ""


def _ages(question, found):
    return [
        _figure(question, found.ages[age], AGE_TITLES[age], what="unmatched_age", of=age) for age in gaps.AGES
    ]  # fmt: skip


def _categories(question, found):
    for category in found.categories:
        n, of = category["waiting"], category["pk"]
        yield category, _figure(question, n, category["name"], what="unmatched_in", of=of)


def _oldest(question, found):
    calendar = working_days()
    return [(row, _days(datetime.fromisoformat(row["since"]), question, calendar)) for row in found.oldest]


def _refusals(question, given):
    """The chart of refusals in the order of the grounds, those never used left out; None where there are none.

    `given`: as reports.grounds answers.
    """
    known = [ground for ground in Ground.values if ground in given]
    if not known:
        return None
    year = question.as_of.year
    n, of_all = (sum(pair[index] for pair in given.values()) for index in (0, 1))
    words = {"n": n, "year": year, "all": of_all}
    return Chart(
        name="refusals", kind="hbar", title=_("Refusals by ground"), corner=_("Ground of refusal"),
        sentence=_("Refusals in %(year)s: %(n)s; since the programme began: %(all)s.") % words, unit=_("times"),
        labels=tuple(ground_words(ground) for ground in known),
        series=(
            Series(
                name=_("in %(year)s") % words, values=tuple(given[ground][0] for ground in known), tone="point",
                links=tuple(question.address("group_list", what="refusals_of_year", of=ground) for ground in known),
            ),
            Series(
                name=_("since the beginning"), values=tuple(given[ground][1] for ground in known),
                links=tuple(question.address("group_list", what="refusals", of=ground) for ground in known),
            ),
        ),
    )  # fmt: skip


def _age_chart(question, found):
    """The chart of problems without a partner by how long they have waited."""
    total = sum(found.ages.values())
    figures = _ages(question, found)
    values = tuple(figure["n"] for figure in figures)
    words = {"n": total, "old": values[-1]}
    sentence = ngettext(
        "%(n)s problem looks for a partner; for more than 20 working days: %(old)s.",
        "%(n)s problems look for a partner; for more than 20 working days: %(old)s.", total,
    )  # fmt: skip
    return Chart(
        name="ages", kind="hbar", title=_("Problems without a partner"), corner=_("Waiting for a partner"),
        sentence=sentence % words,
        unit=_("problems"), labels=tuple(figure["label"] for figure in figures), axis=tuple(map(str, AGES.values())),
        series=(Series(name=_("problems"), values=values, links=tuple(figure["url"] for figure in figures)),),
        point=len(values) - 1,
    )  # fmt: skip


def _rules(now):
    """Counting rules of the page."""
    of_now = (
        LISTINGS["waiting"].rules[0],
        _("Of an even number of matters the median is the longer of the two waits."),
        _(
            "Branches that helped: with the last problems solved, in this programme or an earlier one of the same "
            "committee, in their manual order."
        ),
    )
    own = (LISTINGS["refusals"].rules[0], LISTINGS["offered_nothing"].rules[0], counting_rules.BRANCHES[0])
    return [*(of_now if now else ()), *own, counting_rules.AS_OF]
