"""Writes that change no state: drafts and files (architecture.md §2). Everything else is a step of the workflow."""

from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.models import Organisation
from accounts.models.seat import ACTING_FOR_A_BRANCH
from pairing import rules
from pairing.enums import AgreementState, PartyRole, ProblemState
from pairing.models import Agreement, Episode, Party, Problem
from pairing.workflow import problem_turns, turns
from pairing.workflow.engine import NotNow, perform
from pairing.workflow.goals import save_goals

PROBLEM_COLUMNS = ("title", "description", "category", "urgency", "owner", "unit", "post", "wished_partner", "origin")
AGREEMENT_COLUMNS = ("aim", "term_months", "exception_reason")


@transaction.atomic
def save_problem_draft(problem, *, seat, at=None, **columns):
    """Create or change a problem in draft. `problem` may be unsaved; `seat` is the filer's (secretary or liaison).

    Raises NotNow when it is no draft any more, PermissionDenied where it is another's. Answers the problem.
    """
    at = at or timezone.now()
    if problem.pk:
        problem = Problem.objects.select_for_update(of=("self",)).get(pk=problem.pk)
        if problem.state != ProblemState.DRAFT:
            raise NotNow([_no_draft(problem)])
        _let(rules.filer_side(seat, problem, {}))
    else:
        _let(seat.role in ACTING_FOR_A_BRANCH)
        problem.filer, problem.filed_by, problem.state_since = seat.organisation, seat.person, at
        problem.created_at = at
        if problem.owner_id is None:
            problem.owner = seat.organisation
    for column, value in columns.items():
        if column not in PROBLEM_COLUMNS:
            raise TypeError(column)
        if column != "owner" or value is not None:
            setattr(problem, column, value)
    problem.text_version += 1
    problem.save()
    problem_turns.settle(problem, at)
    problem.save()
    return problem


@transaction.atomic
def save_agreement_draft(agreement, *, seat, partners, problems, at=None, goals=None, **columns):
    """Create or change an agreement in draft; nothing is taken before the invitation is sent.

    `partners` is a list of dicts {organisation, unit, post}; one for the initiator (`seat`'s organisation) may give its
    own unit and post. `problems` is an iterable of Problem. `goals`: rows of goals.save_goals; None leaves them, e.g.
    those carried over by a rematch. `columns`: aim, term_months, exception_reason. Raises as save_problem_draft.
    """
    at = at or timezone.now()
    if agreement.pk:
        agreement = Agreement.objects.select_for_update(of=("self",)).get(pk=agreement.pk)
        if agreement.state != AgreementState.DRAFT:
            raise NotNow([_no_draft(agreement)])
        _let(rules.initiator_side(seat, agreement, {}))
    else:
        _let(seat.role in ACTING_FOR_A_BRANCH)
        agreement.created_at = agreement.state_since = at
        agreement.term_months = agreement.programme.rules_on(timezone.localdate(at)).term_months
    for column, value in columns.items():
        if column not in AGREEMENT_COLUMNS:
            raise TypeError(column)
        setattr(agreement, column, value)
    agreement.save()
    _save_parties(agreement, seat.organisation, partners)
    agreement.__dict__.pop("all_parties", None)
    if goals is not None:
        save_goals(agreement, list(goals))
    _save_wishes(agreement, problems)
    turns.settle(agreement, at)
    agreement.save()
    return agreement


def _let(allowed):
    if not allowed:
        raise PermissionDenied


def _no_draft(matter):
    words = {"matter": matter, "state": matter.get_state_display()}
    return _("%(matter)s is no draft any more: now “%(state)s”.") % words


def _save_parties(agreement, own, partners):
    """The branch that writes the draft initiates; the others are invited."""
    rows = {own.pk: {"organisation": own}} | {row["organisation"].pk: row for row in partners}
    agreement.parties.exclude(organisation__in=rows).delete()
    for order, (pk, row) in enumerate(rows.items()):
        role = PartyRole.INITIATOR if pk == own.pk else PartyRole.INVITEE
        Party.objects.update_or_create(
            agreement=agreement, organisation=row["organisation"],
            defaults={"role": role, "order": order, "unit": row.get("unit"), "post": row.get("post")},
        )  # fmt: skip


def _save_wishes(agreement, problems):
    wanted = {problem.pk: problem for problem in problems}
    agreement.episodes.exclude(problem__in=wanted).delete()
    here = set(agreement.episodes.values_list("problem_id", flat=True))
    Episode.objects.bulk_create(
        Episode(agreement=agreement, problem=problem, order=order)
        for order, problem in enumerate(wanted.values(), 1)
        if problem.pk not in here
    )


def hand_over_closed(today, *, at=None):
    """Open work of organisations closed by `today` goes to their successors, by an Event each; answers how many.

    Called by the clock; doing it twice does nothing more.
    """
    count = 0
    closed = Organisation.objects.filter(closed_on__lte=today, successor__isnull=False)
    for old in closed.select_related("successor"):
        words = {"old": old, "new": old.successor}
        for model in (Agreement, Problem):
            for matter in model.objects.handed_over_from(old):
                try:
                    perform("hand_over", matter, seat=None, at=at, note=str(old.successor), **words)
                except NotNow:
                    continue  # somebody acted a moment ago, or another day is being played; the next round sees it
                count += 1
    return count
