"""The goal grid: edited by all parties, saved on the version that was read, confirmed by each (domain.md §4)."""

from dataclasses import dataclass, field

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.db.models import Q
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from pairing import versions
from pairing.enums import WRITING, ProblemState
from pairing.forms.goals import MOST_GOALS, GoalGrid, TermsForm
from pairing.models import Problem
from pairing.versions import TERMS, UNKNOWN
from pairing.views.acting import opened, over, say_done
from pairing.views.agreement_parts import described
from pairing.views.goal_meeting import words_of_meeting
from pairing.views.remarks import changes_since, last_return, remarks_on_goals
from pairing.workflow.contract import current_digest
from pairing.workflow.engine import NotNow, available, perform, problems

DECISIONS = {  # what a button takes besides saving: its steps, in order
    "confirm_goals": ("confirm_goals",),
    "confirm_and_submit": ("confirm_goals", "submit"),
    "submit": ("submit",),
}
MOST_ADDED = 60  # open problems of the parties that are offered beside those of the list


@dataclass
class Page:
    """What the person typed, or what is saved, as the page shows it."""

    terms: TermsForm
    grid: GoalGrid
    version: int
    off: set[int] = field(default_factory=set)  # problems ticked to be taken off the list
    helpers: dict[int, int] = field(default_factory=dict)  # {problem id: organisation id}
    beside: dict = field(default_factory=dict)  # terms: the present value where both sides changed it
    sentences: list[str] = field(default_factory=list)


@require_http_methods(["GET", "HEAD", "POST"])
def goals(request, pk):
    agreement = opened(request, pk)
    posted = request.method == "POST"
    if agreement.state in WRITING and posted and "edit" not in available(agreement, request.seat):
        raise PermissionDenied
    if not posted and not _may_edit(agreement, request.seat):
        return over(request, agreement)
    now = versions.present(agreement)
    choices = list(_choices(agreement, request.user))
    page = _typed(request, agreement, choices) if posted else _saved(agreement, now, choices)
    if posted and agreement.state not in WRITING:  # what was typed stays on the page, to be copied
        page.sentences = [_not_any_more(agreement)]
    elif posted and _stale(page, now):
        page = _met(request, agreement, page, now, choices)
    elif posted and page.terms.is_valid() and page.grid.is_valid and (address := _save(request, agreement, page, now)):
        return redirect(address, agreement.pk)
    return render(request, "pairing/agreement_goals.html", _context(request, agreement, page, now, choices))


def _may_edit(agreement, seat):
    return agreement.state in WRITING and "edit" in available(agreement, seat)


def _not_any_more(agreement):
    words = {"state": agreement.get_state_display()}
    return _("The state is now “%(state)s”: the goals cannot be changed, and nothing was saved.") % words


def _choices(agreement, user):
    """Problems that may stand under a goal: all of the list, and open ones of the parties that `user` may see."""
    bodies = [party.organisation_id for party in agreement.present_parties]
    own = Q(owner__in=bodies) | Q(joiners__organisation__in=bodies)
    seen = Problem.objects.visible_to(user).filter(own, state=ProblemState.OPEN, programme=agreement.programme_id)
    added = seen.order_by("-pk").values_list("pk", flat=True).distinct()[:MOST_ADDED]
    listed = agreement.episodes.filter(released_on__isnull=True).values_list("problem_id", flat=True)
    found = Problem.objects.filter(pk__in={*listed, *added})
    return found.select_related("owner", "category").order_by("pk")


# What the page shows
def _saved(agreement, now, choices):
    cap = agreement.rules(timezone.localdate()).term_months
    grid = GoalGrid.showing(agreement.present_parties, choices, now.goals)
    return Page(TermsForm(initial=now.terms, cap=cap), grid, now.number, helpers=_helpers_now(agreement))


def _typed(request, agreement, choices):
    cap, post = agreement.rules(timezone.localdate()).term_months, request.POST
    grid = GoalGrid.typed(agreement.present_parties, choices, post)
    typed = post.get("version", "")
    version = int(typed) if typed.isascii() and typed.isdecimal() and len(typed) < 9 else -1
    off = {problem.pk for problem in choices if f"off-{problem.pk}" in post}
    for row in [*grid.rows, *grid.clean_rows]:
        row.problems = tuple(pk for pk in row.problems if pk not in off)
    bodies = {str(party.organisation_id): party.organisation_id for party in agreement.present_parties}
    helpers = {problem.pk: bodies.get(post.get(f"helper-{problem.pk}", "")) for problem in choices}
    return Page(TermsForm(post, cap=cap), grid, version, off, helpers)


def _stale(page, now):
    """Written on an older version, and not what is saved already (a second press of the same button)."""
    if page.version == now.number:
        return False
    mine, saved = page.grid.clean_rows, now.goals
    same = len(mine) == len(saved) and all(row.same_as(other) for row, other in zip(mine, saved, strict=True))
    return not (same and page.terms.is_valid() and not page.terms.differs_from(now))


def _met(request, agreement, page, now, choices):
    """The typed text and the one saved meanwhile, side by side; saved again it is written on the present version."""
    base = versions.at(agreement, page.version)
    merged = versions.merge(base, page.grid.clean_rows, now)
    beside, values = {}, {name: request.POST.get(name, "") for name in TERMS}
    for name in TERMS:
        was = base.terms.get(name, UNKNOWN) if base else UNKNOWN
        mine, theirs = values[name].strip(), str(now.terms[name] or "")
        if mine == theirs or theirs == str(was or ""):
            continue
        if mine == str(was or ""):
            values[name] = theirs
        else:
            beside[name] = theirs
    cap = agreement.rules(timezone.localdate()).term_months
    grid = GoalGrid.showing(agreement.present_parties, choices, merged)
    both = len(beside) + sum(len(item.theirs) for item in merged)
    terms = TermsForm(values, cap=cap)
    return Page(
        terms, grid, now.number, page.off, page.helpers, beside, words_of_meeting(request.seat, agreement, both)
    )


# Saving
def _save(request, agreement, page, now):
    """Save what was typed and take the step asked for. Answers where to go on, None when nothing could be saved."""
    step, saved = request.POST.get("step", "edit"), False
    with transaction.atomic():
        digest = request.POST.get("digest", "")
        if page.version == now.number and _differs(page, now, agreement):
            try:
                perform("edit", agreement, seat=request.seat, **_data(agreement, page, now))
            except NotNow as refusal:
                page.sentences = refusal.sentences
                return None
            digest = current_digest(agreement)  # of what was typed: nobody else can write before the transaction ends
            saved = True
        if step in DECISIONS:
            return _decide(request, agreement, step, digest, saved)
    if saved:
        messages.success(request, _("Saved. Any change clears all confirmations, so all parties confirm anew."))
    elif step == "edit":
        messages.info(request, _("Nothing had changed; confirmations stay as they are."))
    return "pairing:agreement_goals"


def _decide(request, agreement, step, digest, saved):
    """Take the steps of the button and say in one message how it stands; answers where to go on.

    A confirmation stands even where something is against submitting.
    """
    done = ["save"] if saved else []
    for name in DECISIONS[step]:
        try:
            perform(name, agreement, seat=request.seat, **({"digest": digest} if name == "confirm_goals" else {}))
        except NotNow as refusal:
            messages.warning(request, _only_so_far(tuple(done), name) % {"why": " ".join(refusal.sentences)})
            return "pairing:agreement_goals"
        done.append(name)
    say_done(request, agreement, done[-1], saved=saved)
    return "pairing:agreement"


def _only_so_far(done, name):
    """The sentence on what one press has done, and what it has not and why."""
    return {
        ((), "confirm_goals"): _("Not confirmed yet: %(why)s"),
        (("save",), "confirm_goals"): _("Saved, but not confirmed yet: %(why)s"),
        ((), "submit"): _("Not submitted yet: %(why)s"),
        (("save",), "submit"): _("Saved, but not submitted yet: %(why)s"),
        (("confirm_goals",), "submit"): _("Confirmed, but not submitted yet: %(why)s"),
        (("save", "confirm_goals"), "submit"): _("Saved and confirmed, but not submitted yet: %(why)s"),
    }[done, name]


def _differs(page, now, agreement):
    mine, saved = page.grid.clean_rows, now.goals
    rows = len(mine) == len(saved) and all(
        row.id == other.id and row.same_as(other) for row, other in zip(mine, saved, strict=True)
    )
    helpers = _helpers_now(agreement)
    chosen = any(pk in helpers and helpers[pk] != value for pk, value in page.helpers.items() if value)
    return not rows or chosen or bool(page.off & set(helpers)) or page.terms.differs_from(now)


def _data(agreement, page, now):
    under = {pk for row in page.grid.clean_rows for pk in row.problems}
    listed = [pk for row in now.goals for pk in row.problems] + list(now.loose)
    return {
        **page.terms.cleaned_data,
        "version": page.version,
        "goals": [row.as_data() for row in page.grid.clean_rows],
        "loose": [pk for pk in listed if pk not in under and pk not in page.off],
        "helpers": _helpers(agreement, page, now),
    }


def _helpers_now(agreement):
    return dict(agreement.episodes.filter(released_on__isnull=True).values_list("problem_id", "helper_id"))


def _helpers(agreement, page, now):
    """Who helps with which problem: what was chosen, else the one party that is not its owner."""
    chosen = {pk: organisation for pk, organisation in page.helpers.items() if organisation}
    parties = agreement.present_parties
    for problem in page.grid.problems:
        others = [p.organisation_id for p in parties if not problem.owner.lies_below(p.organisation)]
        if problem.pk not in chosen and len(others) == 1:
            chosen[problem.pk] = others[0]
    return chosen


# The rest of the page
def _context(request, agreement, page, now, choices):
    saved = request.method != "POST"  # else the page holds what is not saved, and the goals may be numbered otherwise
    digest = current_digest(agreement)
    may = set(available(agreement, request.seat))
    seen = versions.last_seen_by(agreement, request.seat.organisation_id)
    changes = versions.compare(seen, now) if seen and seen.number < now.number else []
    for row in page.grid.rows:
        row.hint()
        for name, cell in row.cells.items():
            cell.changed = cell.changed or any(c.goal_id == row.id and c.column == name for c in changes if row.id)
    returned = last_return(agreement)
    if returned:
        _show_remarks(page.grid.rows, agreement, returned)
    confirmed = [(party, party.confirmed_digest == digest) for party in agreement.present_parties]
    return {
        "agreement": agreement, "page": page, "grid": page.grid, "terms": page.terms, "digest": digest,
        "rows": list(_with_problems(page.grid, now, choices)),
        "changes": list(described(changes, agreement, choices)),
        "list": list(_list(agreement, page, now, choices)),
        "may": may, "confirmed": confirmed, "all_confirmed": all(done for _party, done in confirmed),
        "own_confirmed": agreement.party_of(request.seat) in [party for party, done in confirmed if done],
        "last_to_confirm": _is_last(confirmed, agreement.party_of(request.seat)) and "submit" in may,
        "blocked": problems(agreement, "confirm_goals", seat=request.seat) if saved and "confirm_goals" in may else [],
        "saved_at": agreement.last_event_at if saved else None, "most": MOST_GOALS,
        "comments": [opinion for opinion in returned.opinions.all() if opinion.comment] if returned else [],
    }  # fmt: skip


def _show_remarks(rows, agreement, returned):
    """Each remark of the return stands on its goal's row, ticked off once the goal has changed."""
    remarks = remarks_on_goals(returned)
    changed = {change.goal_id for change in changes_since(agreement, returned)}
    for row in rows:
        row.remarks, row.changed_since = remarks.get(row.id, []), row.id in changed


def _is_last(confirmed, own):
    """Whether the confirmation of `own` (Party or None) is the only one that is missing."""
    return own is not None and [party.pk for party, done in confirmed if not done] == [own.pk]


def _with_problems(grid, now, choices):
    """(row, problems at hand, problems elsewhere) for each row and at last the blank one of the script: at hand are
    those under this goal and those of the list under none."""
    taken = {pk for row in grid.rows for pk in row.problems}
    listed = {pk for row in now.goals for pk in row.problems} | set(now.loose)
    free = {problem.pk for problem in choices if problem.pk in listed and problem.pk not in taken}
    for row in [*grid.with_spare_rows(), grid.template_row()]:
        near = [problem for problem in choices if problem.pk in free or problem.pk in row.problems]
        yield row, near, [problem for problem in choices if problem not in near]


def _list(agreement, page, now, choices):
    """The list as a table: problem, number of its goal, its helper."""
    listed = {pk for row in now.goals for pk in row.problems} | set(now.loose)
    under = {pk: number for number, row in enumerate(page.grid.rows, 1) for pk in row.problems}
    helpers = _helpers_now(agreement) | {pk: value for pk, value in page.helpers.items() if value}
    for problem in choices:
        if problem.pk in listed:
            others = [p for p in agreement.present_parties if not problem.owner.lies_below(p.organisation)]
            yield {
                "problem": problem, "goal": under.get(problem.pk), "helper": helpers.get(problem.pk),
                "parties": others, "off": problem.pk in page.off,
            }  # fmt: skip
