"""Review: an opinion per goal; the one that completes the number needed decides by itself (domain.md §4)."""

from django.utils.translation import gettext as _

from accounts.models import Seat
from pairing.enums import MACRO, ReviewOutcome, Verdict
from pairing.enums import AgreementState as S
from pairing.models import GoalOpinion, Opinion
from pairing.workflow.engine import Then, leads_to
from pairing.workflow.goals import clear_confirmations
from pairing.workflow.invitation import end
from pairing.workflow.signing import approve


def current_review(agreement):
    return next((review for review in agreement.reviews.all() if review.round == agreement.round), None)


# Guards
def every_goal_judged(agreement, step):
    if step.preview:
        return ""
    given = {int(pk): item for pk, item in (step.data.get("goals") or {}).items()}
    grounds = agreement.rules(step.day).grounds
    for index, goal in enumerate(agreement.goals.all(), 1):
        item = given.get(goal.pk, {})
        if item.get("verdict") not in set(Verdict):
            return _("Give an opinion on goal %(index)s.") % {"index": index}
        if item["verdict"] == Verdict.REFUSE and item.get("ground") not in grounds:
            return _("Choose the ground for refusing goal %(index)s.") % {"index": index}
        if item["verdict"] == Verdict.REVISE and not (item.get("comment") or "").strip():
            return _("Say what is to be changed in goal %(index)s.") % {"index": index}
    return ""


def one_opinion_each(agreement, step):
    review = current_review(agreement)
    seats = {opinion.seat_id for opinion in review.opinions.all()} if step.seat and review else ()
    if seats and Seat.objects.filter(pk__in=seats, person=step.seat.person_id).exists():
        return _("You have given your opinion in this round.")
    return ""


def exception_decided(agreement, step):
    """A term over the cap passes only when the exception is approved with the review."""
    over = agreement.term_months > agreement.rules(step.day).term_months
    if step.preview or not over or not _passes(step) or step.data.get("approve_exception"):
        return ""
    return _("The term is longer than the rules allow. Approve the exception, or return the goals.")


def no_opinion_yet(agreement, step):
    review = current_review(agreement)
    return _("The review has begun; wait for its decision.") if review and review.opinions.all() else ""


def ground_chosen(agreement, step):
    if step.preview or step.data.get("ground") in agreement.rules(step.day).grounds:
        return ""
    return _("Choose the ground of refusal.")


# Targets
@leads_to(S.SIGNING, S.RETURNED, None)
def decision(agreement, step):
    given = GoalOpinion.objects.filter(opinion__review=current_review(agreement))
    if given.values("opinion").distinct().count() + 1 < agreement.rules(step.day).opinions_needed:
        return None
    all_pass = _passes(step) and not given.exclude(verdict=Verdict.PASS).exists()
    return S.SIGNING if all_pass else S.RETURNED


def _passes(step):
    return all(item.get("verdict") == Verdict.PASS for item in (step.data.get("goals") or {}).values())


# Effects
def do_opine(agreement, step):
    review, seat = current_review(agreement), step.seat
    opinion = Opinion.objects.create(
        review=review, seat=seat, person_name=seat.person.name, seat_title=seat.title_on_record,
        on_behalf_of=seat.on_behalf_of, comment=step.note, given_at=step.at,
    )  # fmt: skip
    items = {int(pk): item for pk, item in step.data["goals"].items()}
    GoalOpinion.objects.bulk_create(
        GoalOpinion(
            opinion=opinion, goal=goal, goal_text=goal.text, verdict=items[goal.pk]["verdict"],
            ground=items[goal.pk].get("ground") or "", comment=items[goal.pk].get("comment") or "",
        )
        for goal in agreement.goals.all()
    )  # fmt: skip
    if agreement.state == S.SIGNING:
        _decide(review, step, ReviewOutcome.APPROVED)
        agreement.exception_approved = agreement.term_months > agreement.rules(step.day).term_months
        approve(agreement, step)
    elif agreement.state == S.RETURNED:
        _decide(review, step, ReviewOutcome.RETURNED)
        agreement.rule_version = None  # fixed anew at the next submission
        clear_confirmations(agreement)


def do_recall(agreement, step):
    _decide(current_review(agreement), step, ReviewOutcome.RECALLED)
    clear_confirmations(agreement)


def do_refuse(agreement, step):
    """Refused as a whole: problems whose ground is macro are refused, the others are free again."""
    review = current_review(agreement)
    review.ground = step.data["ground"]
    _decide(review, step, ReviewOutcome.REFUSED)
    end(agreement, step)


def refuse_or_release(agreement, step):
    grounds = {int(pk): ground for pk, ground in (step.data.get("problem_grounds") or {}).items() if ground}
    for problem in step.memo["released"]:
        ground = grounds.get(problem.pk, step.data["ground"])
        if ground in MACRO:
            yield Then("refuse_with_agreement", problem, {"agreement": agreement, "ground": ground}, step.note)
        else:
            yield Then("release", problem, {"agreement": agreement})


def _decide(review, step, outcome):
    review.outcome, review.decided_at, review.comment = outcome, step.at, step.note
    review.save(update_fields=["outcome", "decided_at", "comment", "ground"])
