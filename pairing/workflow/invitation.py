"""Draft, invitation, answers and counter-proposals of an agreement (domain.md §4)."""

from django.db.models import Prefetch, prefetch_related_objects
from django.utils.translation import gettext as _

from accounts.models import Side
from pairing.enums import AgreementState as S
from pairing.enums import Answer, Direction, Level, ProblemState
from pairing.models import CounterProposal, Joiner
from pairing.workflow.engine import Then, leads_to


# Guards
def aim_is_named(agreement, step):
    return "" if agreement.aim.strip() else _("Name the aim of the invitation.")


def two_parties(agreement, step):
    return "" if len(agreement.present_parties) >= 2 else _("Invite at least one partner.")


def problem_is_listed(agreement, step):
    return "" if _listed(agreement, step) else _("Put at least one problem on the list.")


def _listed(agreement, step):
    return step.once("listed", agreement.listed)


def every_problem_free(agreement, step):
    """The first invitation wins; the others get a sentence."""
    taken = [
        e.problem for e in _listed(agreement, step) if e.taken_on is None and e.problem.state != ProblemState.OPEN
    ]  # fmt: skip
    return not_free_sentence(taken)


def not_free_sentence(problems):
    if not problems:
        return ""
    names = "、".join(str(problem) for problem in problems)
    return _("Not free any more: %(names)s. Take it off the list; another pair has it or it is not open.") % {
        "names": names
    }


def every_owner_present(agreement, step):
    problems = [episode.problem for episode in _listed(agreement, step)]
    return owners_missing_sentence(agreement, agreement.present_parties, problems)


def owners_missing_sentence(agreement, parties, problems):
    """The owner or a co-owner is a party, or lies below one."""
    bodies = [party.organisation for party in parties]
    problems = list(problems)
    prefetch_related_objects(problems, Prefetch("joiners", Joiner.objects.select_related("organisation")))
    lost = [p for p in problems if not any(o.lies_below(body) for o in p.owners() for body in bodies)]
    if not lost:
        return ""
    names = "、".join(f"{problem}（{problem.owner.short_name}）" for problem in lost)
    return _("The owner of each problem takes part itself. Missing: %(names)s") % {"names": names}


def allowed_by_rules(agreement, step):
    rules, parties = agreement.rules(step.day), agreement.present_parties
    if not rules.post_to_post and any(party.post_id for party in parties):
        return _("The rules in force do not know pairs of posts.")
    if not rules.headquarters_pairs and all(party.organisation.side == Side.HEADQUARTERS for party in parties):
        return _("The rules in force do not allow a pair of headquarters branches only.")
    return ""


def not_yet_answered(agreement, step):
    party = agreement.party_of(step.seat)
    return _("You have answered this invitation already.") if party and party.answer else ""


def all_answered_some_declined(agreement, step):
    answers = [party.answer for party in invitees(agreement)]
    if Answer.NONE in answers:
        return _("Wait until every invited party has answered.")
    return "" if Answer.DECLINED in answers else _("Nobody has declined.")


def the_rest_suffices(agreement, step):
    return "" if rest_suffices(agreement, staying(agreement)) else _("Without that party the pair cannot go on.")


def counter_says_something(agreement, step):
    if step.preview or step.data.get("aim") or step.data.get("term_months"):
        return ""
    return _("Propose another aim or another term.")


# Who is in
def invitees(agreement):
    return [party for party in agreement.present_parties if party.pk != agreement.initiator.pk]


def staying(agreement):
    return [party for party in agreement.present_parties if party.answer != Answer.DECLINED]


def rest_suffices(agreement, rest):
    """Two parties and every owner remain (domain.md §4)."""
    problems = [episode.problem for episode in agreement.listed()]
    return len(rest) >= 2 and not owners_missing_sentence(agreement, rest, problems)


# Targets: what the state becomes with this answer
@leads_to(S.DRAFTING, S.DECLINED, None)
def after_accepting(agreement, step):
    return S.DRAFTING if _answers_with(agreement, step, Answer.ACCEPTED) == {Answer.ACCEPTED} else _if_hopeless(
        agreement, step, Answer.ACCEPTED
    )  # fmt: skip


@leads_to(S.DECLINED, None)
def after_declining(agreement, step):
    return _if_hopeless(agreement, step, Answer.DECLINED)


def _if_hopeless(agreement, step, answer):
    """When all have answered and one declined: declined, unless the initiator may go on without it."""
    answers = _answers_with(agreement, step, answer)
    if Answer.NONE in answers or Answer.DECLINED not in answers:
        return None
    own = agreement.party_of(step.seat)
    rest = [p for p in staying(agreement) if answer != Answer.DECLINED or p.pk != own.pk]
    return None if rest_suffices(agreement, rest) else S.DECLINED


@leads_to(S.DRAFTING, S.INVITED, S.DECLINED)
def after_taking(agreement, step):
    """The counter-proposer has accepted, other acceptances are asked again: with none to ask, all have answered."""
    proposer = pending_counter(agreement).party_id
    others = {party.answer for party in invitees(agreement) if party.pk != proposer}
    if not others:
        return S.DRAFTING
    hopeless = others == {Answer.DECLINED} and not rest_suffices(agreement, staying(agreement))
    return S.DECLINED if hopeless else S.INVITED


def _answers_with(agreement, step, answer):
    own = agreement.party_of(step.seat)
    return {answer if party.pk == own.pk else party.answer for party in invitees(agreement)}


# Effects
def do_invite(agreement, step):
    agreement.give_number(agreement.rules(step.day).agreement_prefix, step.day)
    agreement.invited_on = step.day
    set_shape(agreement)
    agreement.episodes.filter(taken_on__isnull=True).update(taken_on=step.day)


def set_shape(agreement):
    """Level and direction follow from the parties: nothing to fill in (capability B3)."""
    parties = agreement.present_parties
    agreement.level = Level.POST if any(party.post_id for party in parties) else Level.UNIT
    from_hq = agreement.initiator.organisation.side != Side.GRASSROOTS
    others = {p.organisation.side != Side.GRASSROOTS for p in parties if p.pk != agreement.initiator.pk}
    if from_hq:
        agreement.direction = Direction.HQ_TO_GRASSROOTS if False in others else Direction.HEADQUARTERS
    else:
        agreement.direction = Direction.GRASSROOTS_TO_HQ if True in others else Direction.GRASSROOTS


def answer(value):
    def effect(agreement, step):
        _answer(agreement.party_of(step.seat), value, step)
        end_if_final(agreement, step)

    return effect


def do_counter(agreement, step):
    party = agreement.party_of(step.seat)
    _answer(party, Answer.COUNTERED, step)
    CounterProposal.objects.create(
        party=party, aim=step.data.get("aim") or "", term_months=step.data.get("term_months") or None,
        reason=step.note, made_on=step.day,
    )  # fmt: skip


def do_take(agreement, step):
    proposal = pending_counter(agreement)
    agreement.aim = proposal.aim or agreement.aim
    agreement.term_months = proposal.term_months or agreement.term_months
    proposal.outcome = CounterProposal.Outcome.TAKEN
    proposal.save(update_fields=["outcome"])
    for party in invitees(agreement):
        if party.pk == proposal.party_id:
            _answer(party, Answer.ACCEPTED, step)
        elif party.answer == Answer.ACCEPTED:
            _answer(party, Answer.NONE, step)
    end_if_final(agreement, step)


def do_insist(agreement, step):
    proposal = pending_counter(agreement)
    proposal.outcome = CounterProposal.Outcome.INSISTED
    proposal.save(update_fields=["outcome"])
    for party in invitees(agreement):
        if party.pk == proposal.party_id:
            _answer(party, Answer.NONE, step)


def do_go_on(agreement, step):
    for party in invitees(agreement):
        if party.answer == Answer.DECLINED:
            leave_party(party, step, party.answer_reason)
    set_shape(agreement)


def leave_party(party, step, reason):
    """The party goes, and with it what it was to do; what it answered stays."""
    party.goal_owners.all().delete()
    party.agreement.episodes.filter(helper=party.organisation_id).update(helper=None)
    party.left_on, party.left_reason = step.day, reason
    party.save(update_fields=["left_on", "left_reason"])


def pending_counter(agreement):
    return CounterProposal.objects.filter(party__agreement=agreement, outcome="").last()


def _answer(party, value, step):
    party.answer = value
    party.answered_on = step.day if value else None
    party.answer_reason = step.note if value else ""
    party.save(update_fields=["answer", "answered_on", "answer_reason"])


def end_if_final(agreement, step):
    """An agreement that ends before signing releases all it had taken."""
    if agreement.state in (S.DECLINED, S.WITHDRAWN, S.LAPSED, S.REFUSED):
        end(agreement, step)


def end(agreement, step):
    agreement.ended_on, agreement.end_note = step.day, step.note
    step.memo["released"] = release_all(agreement, step)
    CounterProposal.objects.filter(party__agreement=agreement, outcome="").update(outcome="dropped")


def release_all(agreement, step):
    """Close every open, not yet done episode; answers the problems, by id."""
    held = agreement.episodes.held().exclude(problem__state=ProblemState.DONE)
    problems = [episode.problem for episode in held.select_related("problem").order_by("problem")]
    held.update(released_on=step.day)
    return problems


# Steps on the problems
def match_listed(agreement, step):
    for episode in sorted(agreement.listed(), key=lambda episode: episode.problem_id):
        yield Then("match", episode.problem, {"agreement": agreement})


def release_problems(agreement, step):
    for problem in step.memo.get("released", ()):
        yield Then("release", problem, {"agreement": agreement})
