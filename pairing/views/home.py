"""Home: work, not charts. What waits for me, my pairs, what I wait for; for each role what it needs first."""

from datetime import timedelta

from django.db.models import Count, F, OuterRef, Prefetch, Q, Value, Window, prefetch_related_objects
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from accounts.models import Role
from accounts.models.seat import GROUP
from pairing.enums import RUNNING, Decision
from pairing.enums import AgreementState as A
from pairing.enums import ProblemState as P
from pairing.models import (
    Agreement,
    Counted,
    Extension,
    Party,
    Problem,
    RuleVersion,
    own_organisation_ids,
)
from pairing.models.programme import Programme
from pairing.views.board import MOST_COUNTED, counted
from pairing.views.deadline import cards_for
from pairing.views.duties import DRAFTS, LIMIT, MINE, OTHERS, Desk, give_effects, look_back_due, others_of, sections
from pairing.views.follow_ups import week_of
from pairing.views.market import mark_unmatched
from pairing.views.recusal import Recusal
from pairing.views.steps import step_url
from pairing.words import due_day

BESIDE = 5  # lines of a list beside the queue


@require_safe
def home(request):
    role = request.seat.role if request.seat else ""
    if not role:
        return render(request, "pairing/home_no_seat.html")
    group = role in GROUP
    running = _running(request, BESIDE if group else LIMIT) if group or role == Role.SUPERVISOR else None
    words = _desk(request, running or [])
    if running is not None:
        more = running[0].of_all > len(running) if running else False
        words |= {"supervised": running, "all_supervised": running[0].of_all if more else 0}
    if group:
        words |= _unmatched_and_unchecked(request)
    if role == Role.SUPERVISOR:
        words["visits"] = week_of(request)
    words["beside"] = words["group"] or bool(words["pairs"] or words["others"] or words["drafts"])
    words["parts"] = _parts(words)
    return render(request, "pairing/home.html", words | {"role": role})


def _parts(words):
    """(anchor, heading, number) of the parts that are there: on a phone they stand on top, a tap away. The number is
    that of all, or what is shown with a plus where more stand behind it."""
    headings = (
        ("visits", "visits-heading", _("Follow-ups")),
        ("deadlines", "deadlines-heading", _("Due now")),
        ("duties", "mine-heading", _("Waiting for me")),
        ("supervised", "running-heading", _("Running pairs")),
        ("pairs", "pairs-heading", _("My pairs")),
        ("others", "others-heading", _("Waiting for others")),
        ("drafts", "drafts-heading", _("Drafts")),
        ("unmatched", "unmatched-heading", _("Without a partner")),
        ("unchecked", "unchecked-heading", _("Look-backs")),
    )
    return [(a, label, _number(words, name)) for name, a, label in headings if words.get(name)]


def _number(words, name):
    whole = {"supervised": "all_supervised", "pairs": "all_pairs", "unmatched": "all_unmatched"}.get(name)
    if whole and words[whole]:
        return words[whole]
    behind = {
        "duties": ("all_agreements", "all_problems"), "others": ("others_agreements", "others_problems"),
        "unchecked": ("more_unchecked",),
    }.get(name, ())  # fmt: skip
    more = "+" if any(words[other] for other in behind) else ""
    return f"{len(words[name])}{more}"


def _desk(request, running):
    """Duties, drafts, what others have to do, and the own pairs. `running`: further pairs whose parties are shown."""
    user, today = request.user, timezone.localdate()
    problems, agreements = _problems(user, today), _agreements(user)
    pairs = _pairs(user, today)
    loaded = [row for rows, _all in agreements.values() for row in rows]
    parties = Prefetch("parties", Party.objects.select_related("organisation"))
    prefetch_related_objects([*loaded, *pairs, *running], parties)
    own = set(own_organisation_ids(user))
    for pair in pairs:
        pair.partners = others_of(pair, own)
    deadlines = cards_for(pairs, request.seat, today)
    desk = Desk(user, request.seat, Recusal(user))
    shown_as_pairs = {pair.pk for pair in pairs}  # with whose turn it is: not said twice
    waiting = [obj for obj in agreements[OTHERS][0] if obj.pk not in shown_as_pairs]
    duties = [desk.duty(obj) for obj in [*agreements[MINE][0], *problems[MINE][0]]]
    give_effects(duties)
    group = bool(request.seat) and request.seat.role in GROUP
    if group:  # the queue by age; what others decide stands below, by the reason
        duties.sort(key=lambda duty: (duty.barred, duty.since or duty.obj.state_since))
    else:  # what somebody waits for comes before what is merely open
        duties.sort(key=lambda duty: duty.quiet)
    return {
        "duties": duties,
        "all_agreements": _more(agreements[MINE]),
        "all_problems": _more(problems[MINE]),
        "drafts": [_draft(obj) for obj in [*agreements[DRAFTS][0], *problems[DRAFTS][0]]],
        "others": [*waiting, *problems[OTHERS][0]],
        "others_agreements": _more(agreements[OTHERS]),
        "others_problems": _more(problems[OTHERS]),
        "deadlines": deadlines,
        "pairs": pairs,
        "all_pairs": pairs[0].of_all if pairs and pairs[0].of_all > LIMIT else 0,
        "group": group,
        "has_branch": bool(own),
        "today": today,
    }


def _more(found):
    """The number of all rows where not all are shown, else 0."""
    rows, of_all = found
    return of_all if of_all > len(rows) else 0


def _problems(user, today):
    own = own_organisation_ids(user)
    days = RuleVersion.objects.look_back_days(Programme.objects.for_user(user), today) if own else {}
    mine = Problem.objects.waiting_query(user) | look_back_due(user, days)
    return sections(Problem.objects.visible_to(user).select_related("owner", "programme"), mine, user)


def _agreements(user):
    rows = Agreement.objects.visible_to(user).select_related("programme")
    return sections(rows, Agreement.objects.waiting_query(user), user)


def _draft(obj):
    """(draft, address of its form, what it is in a word)."""
    return obj, reverse(f"pairing:{obj._meta.model_name}_edit", args=[obj.pk]), obj._meta.verbose_name


def _pairs(user, today):
    """Own running pairs, the nearest due date on top; each with `ways`: what can be done in one click from here."""
    own = own_organisation_ids(user)
    if not own:
        return []
    rows = Agreement.objects.filter(viewers__overlap=own, state__in=RUNNING).select_related("standing")
    granted = Extension.objects.filter(agreement=OuterRef("pk"), decision=Decision.GRANTED)
    rows = rows.select_related("rule_version", "programme").annotate(of_all=Window(Count("*")))
    pairs = list(rows.annotate(granted=Counted(granted)).order_by("due_on", "pk")[:LIMIT])
    for pair in pairs:
        pair.ways, pair.elapsed = _ways_on(pair), _elapsed(pair, today)
    return pairs


def _elapsed(pair, today):
    """How much of the term has passed, 0 to 100; None while the clock stands still."""
    if pair.state != A.ACTIVE:
        return None
    days = max((due_day(pair) - pair.signed_on).days, 1)
    return min(100, (today - pair.signed_on).days * 100 // days)


def _ways_on(pair):
    """What a party does while the pair runs; done, extend and pair again stand on the deadline-day card."""
    return [] if pair.state != A.ACTIVE or pair.turn else [(_("Report progress"), step_url(pair, "report_progress"))]


def _running(request, limit):
    """Running pairs, those longest overdue first; `of_all`: how many there are."""
    running = Agreement.objects.visible_to(request.user).filter(state__in=RUNNING)
    rows = running.annotate(of_all=Counted(running)).select_related("standing")
    return list(rows.order_by("due_on", "pk")[:limit])


def _unmatched_and_unchecked(request):
    """Problems that look for a partner, the longest waiting first, and how many there are; solved ones whose look-back
    is overdue, the longest solved first, and whether there are more; one query."""
    today = timezone.localdate()
    rows = Problem.objects.visible_to(request.user).select_related("owner")
    rows = rows.with_parameter("market_notice", today).with_parameter("look_back_days", today)
    unmatched = rows.filter(state=P.OPEN).order_by(F("turn_since").asc(nulls_last=True), "pk")
    running = Q(programme__ends_on__isnull=True) | Q(programme__ends_on__gte=today)
    rows = rows.filter(running).unchecked().annotate(of_all=Value(0))
    found = list(
        unmatched.annotate(of_all=counted(Problem.objects.visible_to(request.user).filter(state=P.OPEN)))[:BESIDE]
        .union(rows[: BESIDE + 1], all=True)
    )  # fmt: skip
    solved = [problem for problem in found if problem.state == P.CLOSED and _is_overdue(problem, today)]
    unmatched = mark_unmatched([problem for problem in found if problem.state == P.OPEN], today)
    of_all = unmatched[0].of_all if unmatched else 0
    return {
        "unmatched": unmatched, "all_unmatched": f"{MOST_COUNTED}+" if of_all > MOST_COUNTED else of_all,
        "unchecked": solved[:BESIDE], "more_unchecked": len(solved) > BESIDE,
    }  # fmt: skip


def _is_overdue(problem, today):
    days = problem.look_back_days
    return days is not None and timezone.localdate(problem.state_since) + timedelta(days=days) < today
