"""The market (揭榜): problems of others that look for a partner, the longest unmatched first, and the one-tap offer.

An offer is an invitation: the branch that offers is the initiator, the owner is invited and answers in two clicks.
"""

from django import forms
from django.contrib import messages
from django.db.models import Q
from django.http import Http404
from django.shortcuts import redirect, render
from django.urls import reverse, reverse_lazy
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_POST

from accounts.models.seat import ACTING_FOR_A_BRANCH
from pairing.deadlines import day_of, ran_out, working_days_between
from pairing.enums import LISTED, ProblemState
from pairing.forms.fields import CleanTextField
from pairing.models import Problem, Programme, working_days
from pairing.rules import another_branch
from pairing.services import volunteer
from pairing.views.acting import say_done
from pairing.views.steps import step_url
from pairing.workflow.engine import NotNow

MARKET = reverse_lazy("pairing:problem_list", query={"list": "market"})


class OfferForm(forms.Form):
    sentence = CleanTextField(label=gettext_lazy("What you can contribute, in a sentence"), max_length=300, rows=2,
                              required=False)  # fmt: skip


def mark_unmatched(problems, today):
    """Give each Problem (read with its parameter market_notice) `unmatched`: working days without a partner once the
    rules call it long, else 0."""
    problems = list(problems)
    for problem in problems:
        problem.unmatched = _unmatched(problem, today)
    return problems


def _unmatched(problem, today):
    since, notice, calendar = problem.turn_since, problem.market_notice, working_days()
    if problem.state != ProblemState.OPEN or since is None or notice is None:
        return 0
    return working_days_between(day_of(since), today, calendar) if ran_out(since, notice, calendar, today) else 0


def may_offer(seat, problem):
    """Whether the seat may offer to help: a secretary of another branch, while the problem looks for a partner."""
    return problem.state == ProblemState.OPEN and another_branch(seat, problem, {})


def market_page(request, pk, form=None):
    """The page of a problem that the person finds on the market only: four fields, and ways to take part."""
    today = timezone.localdate()
    obj = Problem.objects.market_for(request.user).with_parameter("market_notice", today).filter(pk=pk).first()
    if obj is None:
        raise Http404
    full = Problem.objects.select_related("programme__committee", "owner").get(pk=pk)
    words = {
        "obj": obj, "form": form or OfferForm(), "offers_help": may_offer(request.seat, full),
        "join_url": step_url(obj, "join") if another_branch(request.seat, full, {}) else "",
        "draft_url": f"{reverse('pairing:agreement_new')}?problem={pk}" if _may_draft(request.seat) else "",
    }  # fmt: skip
    mark_unmatched([obj], today)
    return render(request, "pairing/problem_market.html", words)


def _may_draft(seat):
    return bool(seat) and seat.role in ACTING_FOR_A_BRANCH


def _left_the_market(request, pk):
    """Somebody else was quicker: said without a word about the problem, which is no longer everybody's to see."""
    taken = Problem.objects.filter(programme__in=Programme.objects.for_user(request.user), state__in=LISTED, pk=pk)
    if not taken.exists():
        raise Http404
    messages.info(request, _("This problem has found a partner meanwhile. Thank you for the offer."))
    return redirect(MARKET)


@require_POST
def offer(request, pk):
    """One press offers help. A second one leads to the offer made; who comes too late is told so."""
    own = Problem.objects.visible_to(request.user)
    found = Q(pk__in=Problem.objects.market_for(request.user).values("pk")) | Q(pk__in=own.values("pk"))
    problem = Problem.objects.filter(found, pk=pk).select_related("programme__committee", "owner").first()
    if problem is None:
        return _left_the_market(request, pk)
    form = OfferForm(request.POST)
    if not form.is_valid():
        return market_page(request, pk, form)
    try:
        agreement, made = volunteer(problem, seat=request.seat, sentence=form.cleaned_data["sentence"])
    except NotNow as refusal:
        messages.warning(request, " ".join(refusal.sentences))
        return redirect(MARKET)
    if made:
        say_done(request, agreement, "invite")
    else:
        messages.info(request, _("Your branch has offered to help already; here is the offer."))
    return redirect(agreement)
