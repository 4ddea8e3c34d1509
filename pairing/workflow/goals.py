"""Goals and list: edited by all parties, confirmed by each, submitted (domain.md §4, drafting and returned)."""

from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from pairing.deadlines import add_months
from pairing.enums import AgreementState as S
from pairing.enums import ProblemState
from pairing.models import Episode, Goal, GoalOwner, Problem, Review
from pairing.workflow.contract import current_digest
from pairing.workflow.engine import Then, leads_to
from pairing.workflow.invitation import (
    end_if_final,
    leave_party,
    not_free_sentence,
    owners_missing_sentence,
    rest_suffices,
    set_shape,
)
from pairing.workflow.signing import approve


# Guards
def not_stale(agreement, step):
    if step.preview or step.data.get("version") == agreement.text_version:
        return ""
    return _("Somebody else has changed the goals since you opened the page. Compare both texts and save again.")


def added_problems_free(agreement, step):
    if step.preview:
        return ""
    here = {episode.problem_id for episode in agreement.listed()}
    added = Problem.objects.filter(pk__in=_wanted(step).keys() - here)
    return not_free_sentence([problem for problem in added if problem.state != ProblemState.OPEN])


def wanted_owners_present(agreement, step):
    if step.preview:
        return ""
    problems = Problem.objects.filter(pk__in=_wanted(step)).select_related("owner")
    return owners_missing_sentence(agreement, agreement.present_parties, problems)


def helpers_are_parties(agreement, step):
    """The helper of a problem ("helpers": {problem id: organisation id}) is a party."""
    parties = {party.organisation_id for party in agreement.present_parties}
    helpers = {pk for pk in (step.data.get("helpers") or {}).values() if pk}
    return "" if helpers <= parties else _("Who helps with a problem is a party of the agreement.")


def list_is_not_empty(agreement, step):
    return "" if step.preview or _wanted(step) else _("Put at least one problem on the list.")


def goals_are_complete(agreement, step):
    """At least one goal; under a rule with lists each with measure, criterion, date, owners and a problem."""
    goals = _goals(agreement, step)
    if not goals:
        return _("Write at least one goal.")
    with_lists = agreement.rules(step.day).lists
    gaps = [(index, list(_gaps(goal, agreement, with_lists))) for index, goal in enumerate(goals, 1)]
    return " ".join(
        _("Goal %(index)s lacks: %(gaps)s.") % {"index": index, "gaps": "、".join(missing)}
        for index, missing in gaps
        if missing
    )


def _goals(agreement, step):
    if agreement.has_read("goals"):
        return list(agreement.goals.all())
    return step.once("goals", lambda: list(agreement.goals.prefetch_related("owners", "episodes")))


def _gaps(goal, agreement, with_lists):
    if not goal.date:
        yield _("date")
    if not with_lists:
        return
    if not goal.measure.strip():
        yield _("measure")
    if not goal.criterion.strip():
        yield _("criterion")
    named = {owner.party_id for owner in goal.owners.all() if owner.name.strip()}
    for party in agreement.present_parties:
        if party.pk not in named:
            yield _("owner of %(party)s") % {"party": party.organisation.short_name}
    if not any(episode.released_on is None for episode in goal.episodes.all()):
        yield _("problem")


def dates_inside_the_term(agreement, step):
    last = add_months(step.day, agreement.term_months)
    goals = _goals(agreement, step)
    past = [str(i) for i, goal in enumerate(goals, 1) if goal.date and goal.date < step.day]
    if past:
        return _("The day of goals %(goals)s has passed already. Give a later one.") % {"goals": "、".join(past)}
    late = [str(i) for i, goal in enumerate(goals, 1) if goal.date and goal.date > last]
    if not late:
        return ""
    words = {"goals": "、".join(late), "day": date_format(last)}
    return _("Goals %(goals)s end after %(day)s, the last day of a term signed today. Split or shorten them.") % words


def term_within_cap(agreement, step):
    """A soft cap: beyond it only with an exception that the review approves."""
    rules = agreement.rules(step.day)
    if agreement.term_months < 1:
        return _("The term is at least one month.")
    if agreement.term_months <= rules.term_months or (agreement.exception_reason and rules.review_before_signing):
        return ""
    sentence = ngettext(
        "The term is longer than %(months)s month. Shorten it, or say why an exception is needed.",
        "The term is longer than %(months)s months. Shorten it, or say why an exception is needed.", rules.term_months,
    )  # fmt: skip
    return sentence % {"months": rules.term_months}


def digest_is_current(agreement, step):
    if step.preview or step.data.get("digest") == _digest(agreement, step):
        return ""
    return _("The goals have changed since you opened the page. Read them again and confirm.")


def not_confirmed_yet(agreement, step):
    party = agreement.party_of(step.seat)
    confirmed = party and party.confirmed_digest and party.confirmed_digest == _digest(agreement, step)
    return _("Your branch has confirmed this text already.") if confirmed else ""


def all_confirmed(agreement, step):
    current = _digest(agreement, step)
    missing = [p.organisation.short_name for p in agreement.present_parties if p.confirmed_digest != current]
    if not missing:
        return ""
    return _("Not confirmed yet by: %(names)s.") % {"names": "、".join(missing)}


def _digest(agreement, step):
    return step.once("digest", lambda: current_digest(agreement))


# Effects
def do_edit(agreement, step):
    data = step.data
    agreement.aim = data.get("aim") or agreement.aim
    agreement.term_months = data.get("term_months") or agreement.term_months
    agreement.exception_reason = data.get("exception_reason", agreement.exception_reason)
    agreement.text_version += 1
    save_goals(agreement, data["goals"])
    _save_list(agreement, step)
    clear_confirmations(agreement)


def save_goals(agreement, rows):
    """Bring the goals to `rows` (dicts: id or None, text, measure, criterion, date, owners {party id: {name, post}},
    problems [id]); goals without a row go. Each row gets its saved goal under "goal"."""
    old = {goal.pk: goal for goal in agreement.goals.all()}
    parties = {party.pk: party for party in agreement.present_parties}
    for order, row in enumerate(rows, 1):
        known = old.pop(row.get("id"), None)
        goal = known or Goal(agreement=agreement)
        goal.order, goal.text = order, row["text"]
        goal.measure, goal.criterion, goal.date = row.get("measure", ""), row.get("criterion", ""), row.get("date")
        goal.save()
        row["goal"] = goal
        if known:
            goal.owners.all().delete()
        GoalOwner.objects.bulk_create(
            GoalOwner(goal=goal, party=parties[int(pk)], name=owner["name"], post=owner.get("post", ""))
            for pk, owner in row.get("owners", {}).items()
            if int(pk) in parties and owner.get("name")
        )
    for goal in old.values():
        goal.delete()


def _save_list(agreement, step):
    """Problems put on the list are taken on, those taken off are released; both steps follow in `then`."""
    wanted = _wanted(step)
    here = {episode.problem_id: episode for episode in agreement.listed()}
    step.memo["released"] = [here[pk].problem for pk in sorted(here.keys() - wanted.keys())]
    agreement.episodes.filter(released_on__isnull=True).exclude(problem__in=wanted).update(released_on=step.day)
    step.memo["matched"] = list(Problem.objects.filter(pk__in=wanted.keys() - here.keys()).order_by("pk"))
    for order, (pk, goal) in enumerate(wanted.items(), 1):
        episode = here.get(pk) or Episode(agreement=agreement, problem_id=pk, taken_on=step.day)
        episode.goal, episode.order = goal, order
        episode.helper_id = step.data.get("helpers", {}).get(pk, episode.helper_id)
        episode.save()


def _wanted(step):
    """{problem id: its Goal or None} in the order of the grid; goals are known once saved."""
    wanted = {int(pk): row.get("goal") for row in step.data["goals"] for pk in row.get("problems", ())}
    return wanted | {int(pk): None for pk in step.data.get("loose", ()) if int(pk) not in wanted}


def clear_confirmations(agreement):
    for party in agreement.all_parties:
        if party.confirmed_digest or party.confirmed_on:
            party.confirmed_digest, party.confirmed_on = "", None
            party.save(update_fields=["confirmed_digest", "confirmed_on"])


def do_confirm(agreement, step):
    party = agreement.party_of(step.seat)
    party.confirmed_digest, party.confirmed_on = step.data["digest"], step.day
    party.save(update_fields=["confirmed_digest", "confirmed_on"])


def do_submit(agreement, step):
    """The version in force at the first submission is kept; without review the programme's of the day goes on."""
    agreement.submitted_on = step.day
    if agreement.state == S.SIGNING:
        approve(agreement, step)
        return
    agreement.rule_version = agreement.rules(step.day)
    agreement.round += 1
    Review.objects.create(
        agreement=agreement, round=agreement.round, rule_version=agreement.rule_version,
        digest=current_digest(agreement), submitted_at=step.at,
    )  # fmt: skip


def do_leave(agreement, step):
    leave_party(agreement.party_of(step.seat), step, step.note)
    if agreement.state == S.WITHDRAWN:
        end_if_final(agreement, step)
    else:
        set_shape(agreement)
        clear_confirmations(agreement)


# Targets and follow-on steps
@leads_to(S.SUBMITTED, S.SIGNING)
def reviewed_or_signing(agreement, step):
    return S.SUBMITTED if agreement.rules(step.day).review_before_signing else S.SIGNING


@leads_to(S.WITHDRAWN, None)
def after_leaving(agreement, step):
    own = agreement.party_of(step.seat)
    rest = [party for party in agreement.present_parties if party.pk != own.pk]
    return None if rest_suffices(agreement, rest) else S.WITHDRAWN


def match_and_release(agreement, step):
    for problem in step.memo["released"]:
        yield Then("release", problem, {"agreement": agreement})
    for problem in step.memo["matched"]:
        yield Then("match", problem, {"agreement": agreement})
