"""揭榜: a branch offers to help with a problem that looks for a partner. No state of its own: it is an invitation."""

from django.conf import settings
from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.utils import translation
from django.utils.translation import gettext as _

from pairing import rules
from pairing.enums import AGREEMENT_OPEN, AgreementState, PartyRole, ProblemState
from pairing.models import Agreement, Problem
from pairing.services.matters import save_agreement_draft
from pairing.workflow.engine import NotNow, perform


@transaction.atomic
def volunteer(problem, *, seat, sentence="", at=None):
    """The branch of `seat` invites the owner to a pair about this one problem, with its sentence.

    (Agreement, whether it is new): a branch that has offered already gets its offer. Raises NotNow where the problem
    is taken or the rules stand against it, PermissionDenied for who is no secretary of another branch.
    """
    problem = Problem.objects.select_for_update(of=("self",)).get(pk=problem.pk)  # two offers take turns
    if seat and (made := _offer_of(seat.organisation, problem)):
        return made, False
    if not rules.another_branch(seat, problem, {}):
        raise PermissionDenied(_("Help is offered by the secretary of another branch."))
    if problem.state != ProblemState.OPEN:
        raise NotNow([_("%(problem)s has found a partner meanwhile. Thank you for the offer.") % {"problem": problem}])
    with translation.override(settings.LANGUAGE_CODE):  # the aim becomes part of the agreement
        aim = _("Solve together: %(title)s") % {"title": problem.title}
    agreement = save_agreement_draft(
        Agreement(programme=problem.programme), seat=seat, at=at, aim=aim, problems=[problem],
        partners=[{"organisation": problem.owner, "unit": problem.unit, "post": None}],
    )  # fmt: skip
    perform("invite", agreement, seat=seat, note=sentence, at=at)
    return agreement, True


def _offer_of(branch, problem):
    """The open agreement, begun by `branch`, that has the problem; None where there is none."""
    begun = Agreement.objects.filter(parties__organisation=branch, parties__role=PartyRole.INITIATOR)
    listed = begun.filter(episodes__problem=problem, episodes__released_on__isnull=True)
    return listed.filter(state__in=AGREEMENT_OPEN - {AgreementState.DRAFT}).first()
