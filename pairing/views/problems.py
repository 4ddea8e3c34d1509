"""Problems: the list, the market, and the page of one with its episodes, files and history."""

from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from accounts.models import Role
from accounts.models.seat import ACTING_FOR_A_BRANCH
from pairing.enums import LookBack, PartyRole, ProblemState
from pairing.filters import MarketFilter, ProblemFilter
from pairing.forms.files import FileForm
from pairing.models import Problem, own_organisation_ids, read_problem_life
from pairing.views.files import may_attach
from pairing.views.list_exports import MARKET, PROBLEMS, chunked, export, export_urls, wants_export
from pairing.views.lists import count_words, page_asked
from pairing.views.market import mark_unmatched, market_page, may_offer
from pairing.views.problem_life import life_of
from pairing.views.steps import offers, step_url

MOST_EVENTS = 200
SHOWN = (
    "owner",
    "unit",
    "post",
    "filer",
    "category__parent",
    "wished_partner",
    "programme__committee",
    "origin",
    "found_in",
)


@require_safe
def problem_list(request):
    """?list=market: problems of others looking for a partner; else all that the person may open."""
    market = request.GET.get("list") == "market"
    if market:
        rows = Problem.objects.market_for(request.user).exclude(owner__in=own_organisation_ids(request.user))
        rows = rows.with_parameter("market_notice", timezone.localdate())
        found = MarketFilter(request.GET, rows, user=request.user)
    else:
        found = ProblemFilter(request.GET, Problem.objects.visible_to(request.user).for_list(), user=request.user)
    if wants_export(request):
        return _exported(request, found, market)
    page = page_asked(request, found.found)
    if market:
        page.object_list = mark_unmatched(page.object_list, timezone.localdate())
    words = {
        "filter": found,
        "page": page,
        "chips": found.chips(request),
        "count": count_words(page),
        "exports": export_urls(request),
        "market": market,
        "clear": "?list=market" if market else reverse("pairing:problem_list"),
        "offers_help": bool(request.seat) and request.seat.role == Role.SECRETARY,
        "files_problems": bool(request.seat) and request.seat.role in ACTING_FOR_A_BRANCH,
    }
    return render(request, "pairing/problem_list.html", words)


def _exported(request, found, market):
    return export(
        request, name="market" if market else "problems", columns=MARKET if market else PROBLEMS,
        title=_("Problems looking for a partner") if market else _("Problems"), rows=chunked(found.found),
        count=found.found.order_by().count(), chips=found.chips(request),
    )  # fmt: skip


@require_safe
def problem(request, pk):
    """The page of a problem; who only finds it on the market sees four fields and two ways to take part."""
    obj = Problem.objects.visible_to(request.user).select_related(*SHOWN).filter(pk=pk).first()
    if obj is None:
        return market_page(request, pk)
    events = read_problem_life(obj, MOST_EVENTS)
    episodes = _episodes(request, obj)
    words = {
        "obj": obj,
        "offers": offers(request, obj),
        "invite_url": _invite_url(request, obj),
        "offers_help": may_offer(request.seat, obj),
        "joiners": obj.owners()[1:],
        "episodes": episodes,
        "life": life_of(obj, episodes),
        "looks": _looks(obj),
        "held_by": obj.open_episode.agreement if obj.open_episode else None,
        "files": [file for file in obj.attachments.all() if file.removed_at is None],
        "file_form": FileForm() if may_attach(request.seat, obj) else None,
        "add_file_url": reverse("pairing:problem_add_file", args=[obj.pk]),
        "events": events,
        "found_in": obj.found_in if obj.found_in_id and obj.found_in.is_visible_to(request.user) else None,
        "edit_url": step_url(obj, "file") if obj.state == ProblemState.DRAFT else "",
    }
    return render(request, "pairing/problem_page.html", words)


def _invite_url(request, obj):
    """Where to invite a partner for it, for the branches that may begin an agreement about it; else ""."""
    if obj.state != ProblemState.OPEN or not request.seat or request.seat.role not in ACTING_FOR_A_BRANCH:
        return ""
    return f"{reverse('pairing:agreement_new')}?problem={obj.pk}"


def _episodes(request, obj):
    """The pairs that took the problem, oldest first; each with `open_to_me`: whether its page may be opened.

    Wishes of unsent drafts are nobody else's business.
    """
    episodes = [episode for episode in obj.episodes.all() if episode.taken_on]
    for episode in episodes:
        episode.open_to_me = episode.agreement.is_visible_to(request.user)
        episode.parties = [party for party in episode.agreement.parties.all() if party.left_on is None]
        episode.offered = obj.owner_id in [p.organisation_id for p in episode.parties if p.role == PartyRole.INVITEE]
    return episodes


def _looks(obj):
    """The look-backs with their verdict in words, in order."""
    looks = list(obj.look_backs.all())
    for look in looks:
        look.label = LookBack(look.verdict).label
    return looks
