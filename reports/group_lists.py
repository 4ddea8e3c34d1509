"""The lists that the figures of the working group open: one definition each, for page and spreadsheet."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date

from django.db.models import Prefetch
from django.urls import reverse
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext, pgettext_lazy

from pairing.deadlines import day_of, working_days_between
from pairing.enums import Ground
from pairing.models import Category, Party, working_days
from reports import gaps, refusals, tables, waiting
from reports.counting_rules import AS_OF, BRANCHES
from reports.rows import Viewer, branch_row, separator
from reports.selectors import branch_list
from reports.tables import Column

NOW = _("Of now: how many working days something has waited is counted from the next working day on.")
STAGE_TITLES = {
    "partner": _("Waiting for the partner's answer"),
    "drafting": _("Goals being written by the parties"),
    "review": _("Waiting for review"),
    "signing": _("Waiting for signatures"),
    "acceptance": _("Waiting for acceptance"),
    "singly": _("Problems to be accepted one by one"),
    "extension": _("Waiting for a decision on an extension"),
}
AGE_TITLES = {
    "to_10": _("Without a partner for at most 10 working days"),
    "to_20": _("Without a partner for 11 to 20 working days"),
    "more": _("Without a partner for more than 20 working days"),
}
REFUSED = {"goal": _("goal in a review"), "agreement": _("agreement as a whole"), "problem": _("problem")}


@dataclass(frozen=True, kw_only=True)
class WaitingRow:
    """Something that waits; `days`: working days."""

    url: str
    number: str
    title: str
    who: str
    category: str
    state: str
    turn: str
    since: date
    days: int


def waiting_row(question, user):
    """The function from a Problem or Agreement with `since` to its row."""
    viewer, calendar = Viewer(user), working_days()

    def row(matter):
        problem = hasattr(matter, "owner_id")
        since = day_of(matter.since)
        return WaitingRow(
            url=matter.get_absolute_url() if viewer.may_open(matter) else "", number=matter.number,
            title=matter.headline, who=matter.owner.name if problem else _names(matter),
            category=matter.category.name if problem and matter.category else "",
            state=matter.get_state_display(), turn=matter.whose_turn(), since=since,
            days=working_days_between(since, question.as_of, calendar),
        )  # fmt: skip

    return row


def _names(agreement):
    return separator().join(party.organisation.short_name for party in agreement.present_parties)


@dataclass(frozen=True, kw_only=True)
class RefusalRow:
    url: str
    refused: str
    day: date
    ground: str
    number: str
    words: str


def refusal_row(question, user):
    def row(found):
        refused, day, ground, number, words, matter = found
        page = "problem" if refused == "problem" else "agreement"
        return RefusalRow(
            url=reverse(f"pairing:{page}", args=[matter]), refused=str(REFUSED[refused]), day=day,
            ground=ground_words(ground), number=number, words=words,
        )  # fmt: skip

    return row


def ground_words(ground):
    return str(Ground(ground).label) if ground in Ground.values else str(_("ground not recorded"))


TITLE = Column(
    name="title", label=_("Matter"), value=lambda row: row.title, width=36, above=lambda row: row.number,
    link=lambda row: row.url,
)  # fmt: skip
NUMBER = Column(name="number", label=_("Number"), value=lambda row: row.number, width=16, page=False)
SINCE = (
    Column(name="since", label=pgettext_lazy("matter", "Waiting since"), value=lambda row: row.since, width=15),
    Column(name="days", label=_("Working days waited"), value=lambda row: row.days, width=10, number=True),
)
AGREEMENTS = (
    NUMBER, TITLE,
    Column(name="who", label=_("Parties"), value=lambda row: row.who, width=30),
    Column(name="state", label=_("State"), value=lambda row: row.state, width=14),
    Column(name="turn", label=_("Whose turn"), value=lambda row: row.turn, width=24),
    *SINCE,
)  # fmt: skip
PROBLEMS = (
    NUMBER, TITLE,
    Column(name="owner", label=_("Branch with the problem"), value=lambda row: row.who, width=24),
    Column(name="category", label=_("Category"), value=lambda row: row.category),
    *SINCE,
)  # fmt: skip
REFUSALS = (
    NUMBER,
    Column(
        name="title", label=_("What was refused"), value=lambda row: row.words, width=40,
        above=lambda row: row.number, link=lambda row: row.url,
    ),
    Column(name="refused", label=_("Kind"), value=lambda row: row.refused, width=16),
    Column(name="ground", label=_("Ground"), value=lambda row: row.ground, width=24),
    Column(name="day", label=_("Refused on"), value=lambda row: row.day, width=15),
)  # fmt: skip
CATEGORIES = (
    Column(name="title", label=_("Category"), value=lambda row: row.name, width=24),
    Column(name="above", label=_("Above it"), value=lambda row: row.parent.name if row.parent else "", width=24),
)


@dataclass(frozen=True, kw_only=True)
class Listing:
    """`rows`: (Question, `of`) → QuerySet; `of` is one of `among`, or the id of a category where that is "category"."""

    title: str  # may name %(of)s
    unit: str
    columns: tuple[Column, ...]
    rows: Callable
    shape: Callable  # (Question, User) → function from what `rows` gives to a row
    words: Callable  # number → words
    rules: tuple
    now: bool = False  # only of today
    among: dict | str = ""  # {of: title}


def matters_words(n):
    return ngettext("%(n)s matter", "%(n)s matters", n) % {"n": n}


def refusals_words(n):
    return ngettext("%(n)s refusal", "%(n)s refusals", n) % {"n": n}


def categories_words(n):
    return ngettext("%(n)s category", "%(n)s categories", n) % {"n": n}


def _agreements(question, of):
    present = Prefetch("parties", Party.objects.select_related("organisation"))
    return waiting.at_stage(question, of).prefetch_related(present).order_by("since", "pk")


def _unmatched(question, of):
    found = gaps.waiting_since(gaps.unmatched(question))
    if of:
        found = gaps.of_age(found, of, gaps.age_limits(question.as_of, working_days()))
    return _in_order(found)


def _in_order(problems):
    return problems.select_related("owner", "category").order_by("since", "pk")


def _same(question, user):
    return lambda row: row


def _branches(find):
    return lambda question, of: branch_list(find(question), question)


_BRANCHES = {
    "unit": "branches", "columns": tables.BRANCHES, "words": tables.branches_words,
    "shape": lambda question, user: branch_row,
}  # fmt: skip
_PROBLEMS = {
    "unit": "problems", "columns": PROBLEMS, "words": tables.problems_words, "shape": waiting_row, "now": True,
    "rules": (NOW,),
}  # fmt: skip
_REFUSALS = {
    "unit": "refusals", "columns": REFUSALS, "words": refusals_words, "shape": refusal_row,
    "among": dict(Ground.choices),
    "rules": (
        _(
            "A refusal is an opinion that refuses a goal in a review, an agreement refused as a whole, or a problem "
            "refused by the group; a problem refused together with its agreement is counted with it."
        ),
        AS_OF,
    ),
}  # fmt: skip
LISTINGS = {
    "waiting": Listing(
        title="%(of)s", unit="agreements", columns=AGREEMENTS, rows=_agreements, shape=waiting_row,
        words=matters_words, rules=(NOW,), now=True,
        among={name: title for name, title in STAGE_TITLES.items() if name != "singly"},
    ),
    "singly": Listing(
        title=STAGE_TITLES["singly"], rows=lambda question, of: _in_order(waiting.singly(question)), **_PROBLEMS
    ),
    "unmatched": Listing(title=_("Problems without a partner"), rows=_unmatched, **_PROBLEMS),
    "unmatched_age": Listing(title="%(of)s", rows=_unmatched, among=AGE_TITLES, **_PROBLEMS),
    "unmatched_in": Listing(
        title=_("Problems without a partner: %(of)s"), among="category",
        rows=lambda question, of: _in_order(gaps.waiting_since(gaps.unmatched(question).filter(category=of))),
        **_PROBLEMS,
    ),
    "never_paired": Listing(
        title=_("Party branches that were never in a pair"), rows=_branches(gaps.never_paired), rules=BRANCHES,
        **_BRANCHES,
    ),
    "offered_nothing": Listing(
        title=_("Party branches that have helped nobody yet"), rows=_branches(gaps.offered_nothing), **_BRANCHES,
        rules=(
            _(
                "Helped: named as the helper of a problem on the list of a signed pair, or, where none is named, "
                "party to that pair without owning the problem. Whether it was solved makes no difference."
            ),
            *BRANCHES,
        ),
    ),
    "without_solver": Listing(
        title=_("Categories in which nobody has solved a problem yet"), unit="categories", columns=CATEGORIES,
        rows=lambda question, of: gaps.without_solver(question), shape=_same, words=categories_words, now=True,
        rules=(_("Categories with problems that look for a partner now, and no problem written off so far."),),
    ),
    "refusals": Listing(
        title=_("Refusals: %(of)s"), rows=lambda question, of: refusals.refusals(question, of), **_REFUSALS
    ),
    "refusals_of_year": Listing(
        title=_("Refusals in %(year)s: %(of)s"), **_REFUSALS,
        rows=lambda question, of: refusals.refusals(question, of, first=date(question.as_of.year, 1, 1)),
    ),
}  # fmt: skip


def among_words(listing, of):
    """What `of` is called; KeyError where the listing does not know it."""
    if listing.among == "category":
        if not (of.isascii() and of.isdigit() and len(of) < 19):
            raise KeyError(of)
        found = Category.objects.filter(pk=of).first()
        if found is None:
            raise KeyError(of)
        return found.name
    return str(listing.among[of]) if listing.among else ""
