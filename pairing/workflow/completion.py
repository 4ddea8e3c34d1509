"""Completion, acceptance, termination and rematch (domain.md §4)."""

import hashlib
import json

from django.utils.translation import gettext as _

from pairing.enums import AgreementState as S
from pairing.enums import Decision, EndCode, IntervalKind, PartyRole, ProblemState, Result
from pairing.models import Agreement, Episode, Goal, Party
from pairing.workflow.engine import Then, leads_to
from pairing.workflow.invitation import release_all, release_problems
from pairing.workflow.running import close_interval, decide_extension, lateness_on, open_interval
from pairing.workflow.visiting import drop_follow_ups, move_follow_ups


# Guards
def every_result_given(agreement, step):
    """A result for each goal and each problem; what is done needs an effect."""
    if step.preview:
        return ""
    goals = {int(pk): value for pk, value in (step.data.get("goals") or {}).items()}
    for index, goal in enumerate(agreement.goals.all(), 1):
        if goals.get(goal.pk) not in set(Result):
            return _("Give a result for goal %(index)s.") % {"index": index}
    problems = {int(pk): value for pk, value in (step.data.get("problems") or {}).items()}
    for episode in open_work(agreement):
        given = problems.get(episode.problem_id, {})
        if given.get("result") not in set(Result):
            return _("Give a result for problem %(number)s.") % {"number": episode.problem.number}
        if given["result"] == Result.DONE and not (given.get("effect") or "").strip():
            return _("Describe the effect of %(number)s in one sentence.") % {"number": episode.problem.number}
    return ""


def completion_proposed(agreement, step):
    return "" if agreement.completion_digest else _("No party has reported the completion yet.")


def same_completion(agreement, step):
    if step.preview or step.data.get("digest") == agreement.completion_digest:
        return ""
    return _("The report has changed since you opened the page. Read it again and confirm.")


def completion_not_confirmed(agreement, step):
    party = agreement.party_of(step.seat)
    if party and agreement.completion_digest and party.completion_digest == agreement.completion_digest:
        return _("Your branch has confirmed this report already.")
    return ""


def every_done_has_effect(agreement, step):
    held = [episode for episode in agreement.episodes.all() if episode.is_held]
    lacks = any(episode.result == Result.DONE and not episode.effect for episode in held)
    return _("There is no write-off without an effect.") if lacks else ""


def some_problem_sent_back(agreement, step):
    if step.preview:
        return ""
    listed = set(agreement.episodes.held().values_list("problem_id", flat=True))
    reasons = (step.data.get("reasons") or {}).items()
    if any(int(pk) in listed and str(reason).strip() for pk, reason in reasons):
        return ""
    return _("Say for at least one problem why it is sent back.")


def end_code_chosen(agreement, step):
    return "" if step.preview or step.data.get("code") in set(EndCode) else _("Choose the reason from the list.")


def end_not_proposed(agreement, step):
    return _("The end of the pair has been proposed already.") if agreement.end_code else ""


def end_proposed(agreement, step):
    return "" if agreement.end_code else _("Nobody has proposed to end the pair.")


def not_agreed_yet(agreement, step):
    party = agreement.party_of(step.seat)
    return _("Your branch has agreed already.") if party and party.agrees_to_end else ""


def open_work(agreement):
    """Episodes still to be reported: held, and not yet confirmed as done."""
    return agreement.episodes.held().exclude(problem__state=ProblemState.DONE).select_related("problem")


# Completion
def do_propose_completion(agreement, step):
    for goal in agreement.goals.all():
        goal.result = step.data["goals"].get(goal.pk) or step.data["goals"][str(goal.pk)]
        goal.save(update_fields=["result"])
    given = {int(pk): value for pk, value in (step.data.get("problems") or {}).items()}
    for episode in open_work(agreement):
        item = given[episode.problem_id]
        episode.result, episode.effect = item["result"], (item.get("effect") or "").strip()
        if episode.result != Result.DONE:  # a helper's single claim is overtaken
            episode.claimed_on = episode.claimed_by = None
        episode.save(update_fields=["result", "effect", "claimed_on", "claimed_by"])
    agreement.completion_digest = completion_digest(agreement)
    clear_completion(agreement)
    if step.seat.role == "secretary":
        _confirm(agreement.party_of(step.seat), agreement)


def completion_digest(agreement):
    """SHA-256 over the proposed results and effects: what each secretary confirms."""
    goals = list(agreement.goals.values_list("pk", "result"))
    episodes = list(agreement.episodes.held().order_by("pk").values_list("pk", "result", "effect"))
    return hashlib.sha256(json.dumps([goals, episodes]).encode()).hexdigest()


def clear_completion(agreement):
    for party in agreement.all_parties:
        party.completion_digest = ""
        party.save(update_fields=["completion_digest"])


def _confirm(party, agreement):
    party.completion_digest = agreement.completion_digest
    party.save(update_fields=["completion_digest"])


def do_confirm_completion(agreement, step):
    _confirm(agreement.party_of(step.seat), agreement)
    if agreement.state == S.ACCEPTANCE:
        agreement.completed_on = step.day
        open_interval(agreement, step, IntervalKind.ACCEPTANCE)
        if agreement.pending_extension:
            decide_extension(agreement.pending_extension, step, Decision.WITHDRAWN)
        clear_end(agreement)


@leads_to(S.ACCEPTANCE, None)
def acceptance_when_last(agreement, step):
    own = agreement.party_of(step.seat)
    others = [party for party in agreement.present_parties if party.pk != own.pk]
    return S.ACCEPTANCE if all(p.completion_digest == agreement.completion_digest for p in others) else None


def claim_done(agreement, step):
    """The last confirmation counts as claim and confirmation."""
    if agreement.state == S.ACCEPTANCE:
        for episode in open_work(agreement).filter(result=Result.DONE).order_by("problem"):
            yield Then("claim_with_pair", episode.problem, {"effect": episode.effect, "agreed": True})


# Acceptance
def do_accept(agreement, step):
    """Every done problem is written off, what is partly or not done is released: now and not before."""
    agreement.days_late = (agreement.days_late or 0) + lateness_on(agreement, agreement.completed_on)
    close_interval(agreement, step)
    agreement.ended_on = step.day
    drop_follow_ups(agreement, step, agreement.completed_on)
    done = agreement.episodes.held().filter(problem__state=ProblemState.DONE).select_related("problem")
    step.memo["done"] = [episode.problem for episode in done.order_by("problem")]
    step.memo["released"] = release_all(agreement, step)


def write_off_and_release(agreement, step):
    for problem in step.memo["done"]:
        yield Then("write_off", problem)
    for problem in step.memo["released"]:
        yield Then("release", problem, {"agreement": agreement})


def do_send_back(agreement, step):
    days = close_interval(agreement, step)
    agreement.stopped_days += days
    move_follow_ups(agreement, step, days)
    agreement.completed_on, agreement.completion_digest = None, ""
    clear_completion(agreement)


def send_back_problems(agreement, step):
    reasons = {int(pk): reason for pk, reason in step.data["reasons"].items() if str(reason).strip()}
    held = agreement.episodes.held().filter(problem__in=reasons, problem__state=ProblemState.DONE)
    for episode in held.select_related("problem").order_by("problem"):
        yield Then("send_back", episode.problem, note=reasons[episode.problem_id])


# Termination and rematch
def do_propose_end(agreement, step):
    agreement.end_code, agreement.end_note = step.data["code"], step.note
    party = agreement.party_of(step.seat)
    agreement.end_asked_by = party.organisation
    _agree(party, True)


def do_agree_end(agreement, step):
    _agree(agreement.party_of(step.seat), True)
    if agreement.state == S.TERMINATED:
        terminate(agreement, step)


def do_object_end(agreement, step):
    clear_end(agreement)


def clear_end(agreement):
    agreement.end_code, agreement.end_note, agreement.end_asked_by = "", "", None
    for party in agreement.all_parties:
        _agree(party, False)


def do_terminate(agreement, step):
    agreement.end_code, agreement.end_note = step.data["code"], step.note
    terminate(agreement, step)


def terminate(agreement, step):
    """Claimed problems keep "done", the rest are released; with code rematch a new draft carries them on."""
    stood_since = _clock_stood_since(agreement, step)
    agreement.days_late = (agreement.days_late or 0) + lateness_on(agreement, stood_since)
    close_interval(agreement, step)
    agreement.ended_on = step.day
    if agreement.pending_extension:
        decide_extension(agreement.pending_extension, step, Decision.WITHDRAWN)
    drop_follow_ups(agreement, step, stood_since)
    step.memo["released"] = release_all(agreement, step)
    step.memo["kept"] = [
        episode.problem for episode in agreement.episodes.held().select_related("problem").order_by("problem")
    ]
    if agreement.end_code == EndCode.REMATCH and step.memo["released"]:
        draft = carry_over(agreement, step)
        step.memo["details"] = {"new draft": draft}


def release_and_keep(agreement, step):
    """What is done waits for the working group alone from now on."""
    yield from release_problems(agreement, step)
    for problem in step.memo.get("kept", ()):
        yield Then("keep", problem, {"agreement": agreement})


def _clock_stood_since(agreement, step):
    """The day to which lateness counts: the suspension's first day where the pair is suspended, else today."""
    interval = agreement.intervals.filter(to_on__isnull=True).first()
    return interval.from_on if interval else step.day


def carry_over(agreement, step):
    """A new draft with the released problems and the unfinished goals, linked to the old pair."""
    problems = step.memo["released"]
    initiator = agreement.end_asked_by or problems[0].owner
    draft = Agreement.objects.create(
        programme=agreement.programme, aim=agreement.aim, predecessor=agreement, state_since=step.at,
        term_months=min(agreement.term_months, agreement.programme.rules_on(step.day).term_months),
        viewers=[initiator.pk],
    )  # fmt: skip
    Party.objects.create(agreement=draft, organisation=initiator, role=PartyRole.INITIATOR)
    draft.set_turn("branches", [initiator], step.at)
    draft.save()
    ids = {problem.pk for problem in problems}
    for goal in agreement.goals.exclude(result=Result.DONE).filter(episodes__problem__in=ids).distinct():
        copy = Goal.objects.create(
            agreement=draft, order=goal.order, text=goal.text, measure=goal.measure, criterion=goal.criterion
        )
        for episode in goal.episodes.filter(problem__in=ids):
            Episode.objects.create(agreement=draft, goal=copy, problem=episode.problem, order=episode.order)
            ids.discard(episode.problem_id)
    Episode.objects.bulk_create(Episode(agreement=draft, problem_id=pk) for pk in sorted(ids))
    return draft


@leads_to(S.TERMINATED, None)
def terminated_when_last(agreement, step):
    own = agreement.party_of(step.seat)
    others = [party for party in agreement.present_parties if party.pk != own.pk]
    return S.TERMINATED if all(party.agrees_to_end for party in others) else None


def _agree(party, value):
    party.agrees_to_end = value
    party.save(update_fields=["agrees_to_end"])
