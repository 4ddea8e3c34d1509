"""From models to the rows of tables: plain values, names as they were at the signing, no query."""

from dataclasses import dataclass
from datetime import date
from typing import NamedTuple

from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from pairing import words
from pairing.deadlines import Calendar
from pairing.enums import IntervalKind, ProblemState
from pairing.models import overseen_programme_ids, own_organisation_ids


class Viewer:
    """Who reads, and so what is a link: none leads to a page that its reader may not open. No query per row."""

    def __init__(self, user):
        self.overseen = set(overseen_programme_ids(user))
        self.own = set(own_organisation_ids(user))

    def may_open(self, matter):
        """Like visible_to, for one loaded Problem or Agreement."""
        overseen = matter.programme_id in self.overseen and matter.state not in matter.PRIVATE
        return overseen or not self.own.isdisjoint(matter.viewers)


class Blind:
    """Who takes a file along: it has no links."""

    def may_open(self, matter):
        return False


# Names as of the signing
def name_in(party):
    """A party as it is named in the signed text, with the unit and the post it acts for where they say more."""
    rest = [text for text in (party.unit_then, party.post_then) if text and text not in party.name_then]
    return f"{party.name_then}（{'，'.join(rest)}）" if rest else party.name_then


def _name_then(organisation, parties):
    """Name at the signing; where the organisation was no party, today's. A merged branch keeps its old name."""
    for party in parties:
        if organisation.pk in (party.organisation_id, party.organisation.successor_id):
            return party.name_then
    return organisation.name


def separator():
    return pgettext("between names", ", ")


class SolvedRow(NamedTuple):
    """One solved problem under the pair that solved it. `late`: calendar days."""

    agreement_pk: int
    pair: str
    parties: str
    problem_pk: int
    opens: bool
    opens_pair: bool
    index: int
    number: str
    title: str
    owner: str
    owner_pk: int
    owner_now: str  # its name today; groups go by the branch, whatever it was called at the signing
    helper: str
    category: str
    category_pk: int | None
    goal: str
    raised_on: date
    signed_on: date
    carried: bool | None  # signed before the period; None without a period
    extended: int  # how often the pair was granted an extension
    written_off_on: date
    late: int
    relapsed_on: date | None
    effect: str


def solved_row(episode, index, viewer, as_of):
    """`episode` as selectors.solved_episodes gives it."""
    problem, agreement = episode.problem, episode.agreement
    parties = agreement.named_parties
    owner = _name_then(problem.owner, parties)
    return SolvedRow(
        agreement_pk=agreement.pk, pair=agreement.number, parties=separator().join(map(name_in, parties)),
        problem_pk=problem.pk, opens=viewer.may_open(problem), opens_pair=viewer.may_open(agreement),
        index=index, number=problem.number, title=problem.title, owner=owner,
        owner_pk=problem.owner.pk, owner_now=problem.owner.name, helper=_helper(episode, parties, owner),
        category_pk=problem.category.pk if problem.category else None,
        carried=episode.carried, extended=episode.extended,
        category=problem.category.name if problem.category else "", goal=episode.goal.text if episode.goal else "",
        raised_on=problem.raised_on, signed_on=agreement.signed_on, written_off_on=episode.written_off_on,
        late=episode.late, relapsed_on=_by(episode.relapsed_on, as_of), effect=episode.effect,
    )  # fmt: skip


def _helper(episode, parties, owner):
    """The helper named on the list, else the other parties."""
    if episode.helper:
        return _name_then(episode.helper, parties)
    return separator().join(party.name_then for party in parties if party.name_then != owner)


def _by(day, as_of):
    return day if day and day <= as_of else None


@dataclass(frozen=True, kw_only=True)
class ProblemRow:
    pk: int
    opens: bool
    number: str
    title: str
    owner: str
    category: str
    raised_on: date
    state: str
    solved_on: date | None
    solved_by: str


def problem_row(problem, viewer):
    """`problem` as selectors.problem_list gives it; the state is that of the day asked for."""
    return ProblemRow(
        pk=problem.pk, opens=viewer.may_open(problem), number=problem.number, title=problem.title,
        owner=problem.owner.name, category=problem.category.name if problem.category else "",
        raised_on=problem.raised_on, state=ProblemState(problem.state_then).label,
        solved_on=problem.solved_then, solved_by=problem.solved_by or "",
    )  # fmt: skip


@dataclass(frozen=True, kw_only=True)
class AgreementRow:
    pk: int
    opens: bool
    number: str
    aim: str
    parties: str
    signed_on: date
    due_on: date
    standing: str
    ended_on: date | None


def agreement_row(agreement, viewer, as_of, calendar: Calendar):
    """`agreement` as selectors.agreement_list gives it; how it stood is that of the day asked for."""
    return AgreementRow(
        pk=agreement.pk, opens=viewer.may_open(agreement), number=agreement.number, aim=agreement.aim,
        parties=separator().join(map(name_in, agreement.named_parties)), signed_on=agreement.signed_on,
        due_on=agreement.due_then, standing=_standing(agreement, as_of, calendar),
        ended_on=_by(agreement.ended_on, as_of),
    )  # fmt: skip


def _standing(agreement, as_of, calendar):
    if _by(agreement.ended_on, as_of):
        return f"{agreement.get_state_display()}{separator()}{words.late_words(agreement.days_late or 0)}"
    if agreement.stopped_then:
        return IntervalKind(agreement.stopped_by).label if agreement.stopped_by else _("extension: decision pending")
    return words.countdown(agreement.due_then, as_of, calendar)


@dataclass(frozen=True, kw_only=True)
class BranchRow:
    pk: int
    name: str
    side: str
    first_signed_on: date | None
    pairs: int


def branch_row(branch):
    """`branch` as selectors.branch_list gives it."""
    return BranchRow(
        pk=branch.pk, name=branch.name, side=branch.get_side_display(), first_signed_on=branch.first_signed_on,
        pairs=branch.pairs,
    )  # fmt: skip
