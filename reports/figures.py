"""The figures: numbers that open the list they count. A figure and its list are one QuerySet (domain.md §6).

What happens (raised, written off, signed, ended …) counts within the period of the question, how things stand (refused,
in pairing, running …) at its end, `question.day`.
"""

from collections.abc import Callable
from dataclasses import dataclass
from itertools import chain

from django.db.models import Exists, OuterRef
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from pairing.enums import AgreementState, Decision, IntervalKind, ProblemState
from pairing.models import (
    Agreement,
    Episode,
    Extension,
    Problem,
    branches_on,
    helping_on,
    own_organisation_ids,
    signers_of,
    taking_part_on,
)
from reports.narrowing import narrow_pairs, narrow_problems
from reports.rollups import due_soon_days


@dataclass(frozen=True, kw_only=True)
class Figure:
    """A number that opens the list it counts: what = its name in the address, page = the list's page."""

    what: str
    page: str
    label: str  # under the number
    title: str  # of the list; may name %(year)s
    rows: Callable  # (Question, User) -> QuerySet


def raised_problems(question, user, *, solving=False):
    """Problems raised by the day that fit the filters; `solving`: those of the pair are of the one that solved it."""
    found = Problem.objects.filter(programme=question.programme).counted_for(user).raised_on(question.day)
    return narrow_problems(found, question, solving=solving)


def signed_agreements(question, user):
    """Agreements signed by the day that fit the filters, as far as the person counts them."""
    found = Agreement.objects.filter(programme=question.programme).counted_for(user).signed_on(question.day)
    return narrow_pairs(found, question)


def _standing(kind):
    return lambda question, user: raised_problems(question, user).standing_on(question.day, kind)


def _in_state(state):
    return lambda question, user: raised_problems(question, user).as_of(question.day).filter(state_then=state)


def _due_soon(question, user):
    days = due_soon_days(question.programme, question.day)
    return signed_agreements(question, user).due_soon_on(question.day, days)


def _overdue(question, user):
    """Today's are found by the index of due dates first, and the dated rows asked of these alone."""
    found = signed_agreements(question, user)
    if question.day == timezone.localdate():
        found = found.overdue_now(question.day)
    return found.overdue_on(question.day)


def _solving(question, user):
    """Pairs that solved a problem in the period, each problem counted once."""
    solving = Episode.objects.solving_on(question.day).filter(question.within("written_off_on"))
    return signed_agreements(question, user).filter(Exists(solving.filter(agreement=OuterRef("pk"))))


def _carried(question, user):
    """Pairs that ran before the period began; none where it is open to the past."""
    signed = signed_agreements(question, user)
    return signed.running_on(question.eve) if question.eve else signed.filter(signed_on__isnull=True)


def _ended(*, accepted, **lateness):
    """Pairs that ended in the period: accepted (with `lateness`), or terminated."""
    state = AgreementState.CLOSED if accepted else AgreementState.TERMINATED
    return lambda question, user: _all_ended(question, user).filter(state=state, **lateness)


def _all_ended(question, user):
    return signed_agreements(question, user).filter(question.within("ended_on"))


def _extended(question, user):
    granted = Extension.objects.filter(question.within("decided_on"), decision=Decision.GRANTED)
    return signed_agreements(question, user).filter(Exists(granted.filter(agreement=OuterRef("pk"))))


def _existing(question, user):
    return _own(branches_on(question.programme, question.day), question, user)


def _taking_part(question, user):
    """By the pairs that fit the filters; of all programmes' branches where nothing but the organisation narrows."""
    by_pairs = question.filters.keys() - {"organisation"}
    agreements = signed_agreements(question, user) if by_pairs else None
    return _own(taking_part_on(question.programme, question.day, agreements), question, user)


def _own(branches, question, user):
    if organisation := question.filters.get("organisation"):
        branches = branches.below(organisation)
    return branches.filter(pk__in=own_organisation_ids(user)) if question.own_scope else branches


def _of_problems():
    yield from (
        Figure(
            what="raised", page="problems", label=_("problems raised"), title=_("Problems raised"),
            rows=lambda question, user: raised_problems(question, user).filter(question.within("raised_on")),
        ),
        Figure(
            what="solved", page="problems", label=_("problems solved"), title=_("Problems solved"),
            rows=lambda question, user: raised_problems(question, user, solving=True).solved_on(
                question.day, question.first_day
            ),
        ),
        Figure(
            what="relapsed", page="problems", label=_("relapsed later"), title=_("Problems solved and relapsed later"),
            rows=lambda question, user: raised_problems(question, user, solving=True).relapsed_on(
                question.day, question.first_day
            ),
        ),
    )  # fmt: skip
    for kind, title in STANDING_STILL.items():
        yield Figure(what=kind.value, page="problems", label=kind.label, title=title, rows=_standing(kind))
    for state, title in STANDING.items():
        yield Figure(what=state.value, page="problems", label=state.label, title=title, rows=_in_state(state))


def _of_pairs():
    return (
        Figure(
            what="signed", page="agreements", label=_("pairs newly signed in %(year)s"),
            title=_("Pairs newly signed in %(year)s"),
            rows=lambda question, user: signed_agreements(question, user).newly_signed_on(question.day),
        ),
        Figure(
            what="new", page="agreements", label=_("newly signed"), title=_("Pairs newly signed"),
            rows=lambda question, user: signed_agreements(question, user).filter(question.within("signed_on")),
        ),
        Figure(
            what="carried", page="agreements", label=_("carried over"), title=_("Pairs carried over"), rows=_carried,
        ),
        Figure(
            what="running", page="agreements", label=_("pairs running"), title=_("Pairs running"),
            rows=lambda question, user: signed_agreements(question, user).running_on(question.day),
        ),
        Figure(
            what="due_soon", page="agreements", label=_("due soon"), title=_("Pairs due soon"), rows=_due_soon,
        ),
        Figure(
            what="overdue", page="agreements", label=_("overdue"), title=_("Pairs overdue"),
            rows=_overdue,
        ),
        Figure(what="ended", page="agreements", label=_("ended"), title=_("Pairs ended"), rows=_all_ended),
        Figure(
            what="on_time", page="agreements", label=_("accepted on time"), title=_("Pairs accepted on time"),
            rows=_ended(accepted=True, days_late=0),
        ),
        Figure(
            what="late", page="agreements", label=_("accepted late"), title=_("Pairs accepted late"),
            rows=_ended(accepted=True, days_late__gt=0),
        ),
        Figure(
            what="terminated", page="agreements", label=AgreementState.TERMINATED.label, title=_("Pairs terminated"),
            rows=_ended(accepted=False),
        ),
        Figure(
            what="extended", page="agreements", label=_("granted an extension"),
            title=_("Pairs that were granted an extension"), rows=_extended,
        ),
        Figure(
            what="solving", page="agreements", label=_("pairs that solved problems"),
            title=_("Pairs that solved problems"), rows=_solving,
        ),
    )  # fmt: skip


def _of_branches():
    return (
        Figure(
            what="taking_part", page="branches", label=_("party branches take part"),
            title=_("Party branches taking part"), rows=_taking_part,
        ),
        Figure(
            what="helping", page="branches", label=_("party branches have helped"),
            title=_("Party branches that have helped"),
            rows=lambda question, user: _own(helping_on(question.programme, question.day), question, user),
        ),
        Figure(
            what="existing", page="branches", label=_("party branches in all"), title=_("All party branches"),
            rows=_existing,
        ),
        Figure(
            what="solving", page="branches", label=_("party branches of these pairs"),
            title=_("Party branches of the pairs that solved problems"),
            rows=lambda question, user: signers_of(_solving(question, user)),
        ),
    )  # fmt: skip


STANDING_STILL = {
    IntervalKind.REFUSED: _("Problems refused"),
    IntervalKind.WITHDRAWN: _("Problems withdrawn"),
    IntervalKind.EXPLAINED: _("Problems explained only"),
    IntervalKind.PARKED: _("Problems parked"),
}
STANDING = {
    ProblemState.OPEN: _("Problems looking for a partner"),
    ProblemState.MATCHED: _("Problems with a partner named"),
    ProblemState.IN_PAIRING: _("Problems in pairing"),
    ProblemState.DONE: _("Problems done, to be accepted"),
}
# the order is that of the lists offered beside each other
FIGURES = {(figure.page, figure.what): figure for figure in chain(_of_problems(), _of_pairs(), _of_branches())}
ON_INDEX = (
    *(("problems", what) for what in ("raised", "solved", "relapsed", "refused", "withdrawn", "explained")),
    *(("agreements", what) for what in ("signed", "running", "due_soon", "overdue", "solving")),
    *(("branches", what) for what in ("taking_part", "existing", "solving")),
)
