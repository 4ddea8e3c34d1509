"""Parts that several pages of an agreement show: goals with their problems, and who stands where."""

from dataclasses import dataclass

from django.db.models import F, Q
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as _l

from pairing.models import Episode, Goal
from pairing.words import day_words


@dataclass
class GoalBlock:
    """One goal as read: its number, who answers for it on each side, the problems under it."""

    number: int
    goal: Goal | None  # None: problems of the list that stand under no goal
    owners: list
    episodes: list[Episode]


def episodes_shown(agreement):
    """Episodes of the list now, in order; of an ended agreement those it held to its end."""
    if agreement.has_read("episodes"):
        ends = (None, agreement.ended_on)
        return [episode for episode in agreement.episodes.all() if episode.released_on in ends]
    kept = Q(released_on__isnull=True)
    if agreement.ended_on:
        kept |= Q(released_on=F("agreement__ended_on"))
    return (
        agreement.episodes.filter(kept)
        .select_related("problem__owner", "problem__category", "helper")
        .order_by("order", "pk")
    )


def goal_blocks(agreement, episodes=None):
    """GoalBlocks in order, at last one without a goal where problems stand under none; three queries."""
    episodes = list(episodes_shown(agreement)) if episodes is None else list(episodes)
    parties = {party.pk: party for party in agreement.all_parties}
    goals = agreement.goals.all() if agreement.has_read("goals") else agreement.goals.prefetch_related("owners")
    blocks = []
    for number, goal in enumerate(goals, 1):
        owners = [(parties[owner.party_id], owner) for owner in goal.owners.all()]
        blocks.append(GoalBlock(number, goal, owners, [e for e in episodes if e.goal_id == goal.pk]))
    if loose := [e for e in episodes if e.goal_id is None]:
        blocks.append(GoalBlock(len(blocks) + 1, None, [], loose))
    return blocks


# Changes in words
COLUMNS = {
    "aim": _l("Aim of the pair"),
    "term_months": _l("Term in months"),
    "exception_reason": _l("Why a longer term is needed"),
    "text": _l("Goal"),
    "measure": _l("Measure"),
    "criterion": _l("Criterion of completion"),
    "date": _l("Date"),
    "owners": _l("Owners"),
    "problems": _l("Problems"),
    "added": _l("added"),
    "removed": _l("removed"),
}


@dataclass
class Described:
    """A Change in words: where, what, the old and the new text ("" where there was none)."""

    where: str
    what: str
    old: str
    new: str


def described(changes, agreement, problems):
    """The Changes of pairing.versions as Described; `problems`: those whose numbers may be needed."""
    parties = {party.pk: party.organisation.short_name for party in agreement.all_parties}
    numbers = {problem.pk: problem.number for problem in problems}
    for change in changes:
        where = _("Goal %(number)s") % {"number": change.goal} if change.goal else ""
        old, new = (_value(change.column, value, parties, numbers) for value in (change.old, change.new))
        yield Described(where, str(COLUMNS[change.column]), old, new)


def _value(column, value, parties, numbers):
    if not value:
        return ""
    if column == "owners":
        named = [(parties.get(pk, ""), *owner) for pk, owner in value.items()]
        return "；".join(" ".join(part for part in parts if part) for parts in named)
    if column == "problems":
        return "、".join(sorted(numbers.get(pk, "") or _("(taken off)") for pk in value))
    return day_words(value) if column == "date" else str(value)
