"""Stories of pairs: what really happens between an invitation and an end (the twenty-one stories, first part)."""

from datetime import timedelta

import pytest
from django.utils import timezone

from accounts.models import Event, Role
from accounts.tests.people import create_branch, create_discipline_committee, create_general_branch, create_seat
from pairing.enums import EndCode
from pairing.models import Agreement, Episode, Review, Signature
from pairing.services import hand_over_closed, save_agreement_draft
from pairing.tests import world
from pairing.tests.states import EFFECT, Cast
from pairing.tests.world import moment
from pairing.workflow.engine import NotNow, perform

pytestmark = pytest.mark.django_db


@pytest.fixture
def cast():
    return Cast()


def three_parties(cast, *problems):
    """Invited: the filer's branch, the partner's and the stranger's."""
    partners = [cast.people.partner_branch, cast.people.other_branch]
    agreement = world.create_agreement(cast.programme, cast.filer, partners, problems or [cast.problem()], at=cast.at)
    cast.act("invite", agreement, "filer")
    return agreement


def states(*problems):
    for problem in problems:
        problem.refresh_from_db()
    return [problem.state for problem in problems]


def test_three_parties_of_which_one_declines(cast):
    agreement = three_parties(cast)
    cast.act("decline_invitation", agreement, "stranger", note="近期抽不出人")
    assert (agreement.state, agreement.turn_names) == ("invited", "廊坊分公司党支部")
    cast.act("accept_invitation", agreement, "partner")
    assert (agreement.state, agreement.turn_names) == ("invited", "工程管理部党支部")
    cast.act("go_on", agreement, "filer")
    assert [party.organisation for party in agreement.present_parties] == [
        cast.people.branch, cast.people.partner_branch,
    ]  # fmt: skip
    world.bring_to("closed", agreement, reviewer=cast.reviewer, at=cast.at)
    declined = agreement.parties.get(organisation=cast.people.other_branch)
    assert (declined.answer, declined.left_reason) == ("declined", "近期抽不出人")
    assert "电气事业部" not in agreement.text


def test_three_parties_of_which_the_owner_declines(cast):
    problem = cast.problem()
    cast.act("join", problem, "stranger")
    agreement = world.create_agreement(
        cast.programme, cast.partner, [cast.people.branch, cast.people.other_branch], [problem], at=cast.at
    )
    cast.act("invite", agreement, "partner")
    cast.act("decline_invitation", agreement, "filer", note="先自己做")
    assert agreement.state == "invited", "the co-owner may still make it a pair"
    cast.act("decline_invitation", agreement, "stranger", note="也先自己做")
    assert (agreement.state, *states(problem)) == ("declined", "open")


def test_a_counter_proposal_taken_asks_those_again_who_had_accepted(cast):
    agreement = three_parties(cast)
    cast.act("accept_invitation", agreement, "stranger")
    cast.act("counter_propose", agreement, "partner", aim="先做焊接", term_months=2, note="人手不足")
    cast.act("take_counter", agreement, "filer")
    assert (agreement.state, agreement.aim, agreement.term_months) == ("invited", "先做焊接", 2)
    assert agreement.turn_names == "电气事业部党支部"
    cast.act("accept_invitation", agreement, "stranger")
    assert agreement.state == "drafting"


def test_a_counter_proposal_taken_leaves_who_declined_alone(cast):
    agreement = three_parties(cast)
    cast.act("decline_invitation", agreement, "stranger", note="近期抽不出人")
    cast.act("counter_propose", agreement, "partner", aim="先做焊接", note="人手不足")
    cast.act("take_counter", agreement, "filer")
    cast.act("go_on", agreement, "filer")
    assert agreement.state == "drafting"


def test_insisting_clears_the_answer_of_the_counter_proposer_alone(cast):
    agreement = three_parties(cast)
    cast.act("accept_invitation", agreement, "stranger")
    cast.act("counter_propose", agreement, "partner", aim="先做焊接", note="人手不足")
    cast.act("insist", agreement, "filer")
    assert agreement.turn_names == "廊坊分公司党支部"
    cast.act("accept_invitation", agreement, "partner")
    assert agreement.state == "drafting"


def test_who_leaves_is_no_owner_of_goals_any_more(cast):
    agreement = three_parties(cast)
    for persona in ("partner", "stranger"):
        cast.act("accept_invitation", agreement, persona)
    rows = world.goal_rows(agreement)
    helpers = {agreement.episodes.get().problem_id: cast.people.other_branch.pk}
    cast.act("edit", agreement, "filer", version=agreement.text_version, goals=rows, helpers=helpers)
    cast.act("leave", agreement, "stranger", note="人员调动")
    assert agreement.state == "drafting"
    world.confirm_all(agreement, cast.at)
    cast.act("submit", agreement, "partner")
    assert agreement.episodes.get().helper is None
    cast.act("opine", agreement, "reviewer", goals=world.pass_all(agreement))
    assert "电气事业部" not in agreement.text


def test_all_reviewers_conflicted_the_lead_decides(cast):
    agreement = cast.agreement("submitted")
    create_seat(Role.MEMBER, cast.people.partner_branch, person=cast.reviewer.person)
    cast.act("opine", agreement, "lead", goals=world.pass_all(agreement))
    assert agreement.state == "signing"


def test_the_secretary_changes_between_two_signatures(cast):
    agreement = cast.agreement("signing")
    cast.act("sign", agreement, "filer", digest=agreement.text_digest)
    today = timezone.localdate()
    cast.filer.to_on = today - timedelta(days=1)
    cast.filer.save(update_fields=["to_on"])
    successor = create_seat(Role.SECRETARY, cast.people.branch, from_on=today)
    with pytest.raises(NotNow, match="已经签字"):
        perform("sign", agreement, seat=successor, digest=agreement.text_digest)
    perform("sign", agreement, seat=cast.partner, digest=agreement.text_digest)
    assert agreement.state == "active"
    assert Signature.objects.get(party=agreement.initiator).person_name == cast.filer.person.name


def test_an_error_found_at_signing(cast):
    agreement = cast.agreement("signing")
    shown = agreement.text_digest
    cast.act("sign", agreement, "filer", digest=shown)
    cast.act("recall_signing", agreement, "partner", note="数字写错")
    assert (agreement.state, agreement.text, agreement.approved_on) == ("returned", "", None)
    assert Signature.objects.get().void_reason == "数字写错"
    rows = [row | {"criterion": "缺陷率降到1.8%以下"} for row in world.goal_rows(agreement)]
    cast.act("edit", agreement, "partner", version=agreement.text_version, goals=rows)
    world.confirm_all(agreement, cast.at)
    cast.act("submit", agreement, "partner")
    cast.act("opine", agreement, "reviewer", goals=world.pass_all(agreement))
    with pytest.raises(NotNow):
        cast.act("sign", agreement, "filer", digest=shown)
    for persona in ("filer", "partner"):
        cast.act("sign", agreement, persona, digest=agreement.text_digest)
    assert agreement.state == "active"
    assert "1.8%" in agreement.text
    assert Signature.objects.filter(voided_at=None).count() == 2


def test_a_second_round_does_not_show_the_first_rounds_decision(cast):
    agreement = cast.agreement("submitted")
    goals = {goal.pk: {"verdict": "refuse", "ground": "pay"} for goal in agreement.goals.all()}
    cast.act("opine", agreement, "reviewer", goals=goals, note="涉及薪酬")
    assert (agreement.state, agreement.rule_version) == ("returned", None)
    assert states(agreement.episodes.get().problem) == ["matched"], "a refusing opinion touches no problem"
    cast.act("edit", agreement, "filer", version=agreement.text_version, goals=world.goal_rows(agreement))
    world.confirm_all(agreement, cast.at)
    cast.act("submit", agreement, "filer")
    assert list(Review.objects.values_list("round", "outcome")) == [(1, "returned"), (2, "")]
    cast.act("recall", agreement, "partner")
    assert Review.objects.last().outcome == "recalled"
    old = Review.objects.first().opinions.get().goals.get()
    assert (old.verdict, old.goal_text) == ("refuse", "解决焊接缺陷率偏高")


def test_refused_as_a_whole(cast):
    macro, other = cast.problem(title="增加编制"), cast.problem(title="焊接缺陷")
    agreement = cast.agreement("submitted", macro, other)
    grounds = {macro.pk: "personnel", other.pk: "no_measure"}
    cast.act("refuse", agreement, "lead", ground="personnel", problem_grounds=grounds, note="属于编制问题")
    assert (agreement.state, *states(macro, other)) == ("refused", "refused", "open")
    assert macro.ground == "personnel"
    assert {episode.released_on for episode in Episode.objects.all()} == {agreement.ended_on}


def test_extension_asked_on_the_due_day_and_decided_after_it(cast):
    cast.at = moment("2021-03-01")
    agreement = cast.agreement("active")
    new = agreement.due_on + timedelta(days=60)
    cast.at = moment(agreement.due_on, 17)
    cast.act("ask_extension", agreement, "partner", new_due_on=new, progress="完成一半", note="设备晚到")
    assert agreement.turn == "group"
    cast.at = moment(agreement.due_on + timedelta(days=6))
    assert not Agreement.objects.overdue_on(cast.at.date()).exists()
    cast.act("grant_extension", agreement, "reviewer")
    assert (agreement.due_on, agreement.days_late) == (new, None)
    for days in range(-8, 1):
        assert not Agreement.objects.overdue_on(cast.at.date() + timedelta(days=days)).exists()


def test_suspended_over_the_due_date(cast):
    cast.at = moment("2021-03-01")
    agreement = cast.agreement("active")
    cast.at = moment("2021-05-30")
    cast.act("suspend", agreement, "lead", note="汛期停工")
    with pytest.raises(NotNow, match="已中止"):
        cast.act("claim", agreement.episodes.get().problem, "filer", effect=EFFECT)
    cast.at = moment("2021-07-30")
    assert not Agreement.objects.overdue_on(cast.at.date()).exists()
    cast.act("note", agreement, "partner", note="水位已退")
    cast.act("resume", agreement, "lead")
    assert str(agreement.due_on) == "2021-08-01"


def test_termination_with_half_done(cast):
    done, open_ = cast.problem(title="甲"), cast.problem(title="乙")
    agreement = cast.agreement("active", done, open_)
    cast.act("claim", done, "filer", effect=EFFECT)
    cast.act("propose_termination", agreement, "partner", code="no_capacity", note="项目抽人")
    assert agreement.turn_names == "工程管理部党支部"
    cast.act("object_termination", agreement, "filer", note="再坚持两周")
    cast.act("propose_termination", agreement, "partner", code="no_capacity", note="确实抽人")
    cast.act("agree_termination", agreement, "filer")
    assert (agreement.state, *states(done, open_)) == ("terminated", "done", "open")
    assert done.turn == "group"
    cast.act("write_off", done, "reviewer")
    assert Episode.objects.get(problem=done).written_off_on == agreement.ended_on
    assert not Agreement.objects.filter(predecessor=agreement).exists()


def test_done_in_a_terminated_pair_and_not_accepted_is_open_again(cast):
    problem = cast.problem()
    agreement = cast.agreement("active", problem)
    cast.act("claim", problem, "filer", effect=EFFECT)
    cast.act("terminate", agreement, "lead", code="reorganised", note="支部合并")
    cast.act("send_back", problem, "reviewer", note="没有数据")
    episode = Episode.objects.get()
    assert (problem.state, episode.claimed_on, episode.released_on) == ("open", None, agreement.ended_on)


def test_partial_completion(cast):
    done, part = cast.problem(title="甲"), cast.problem(title="乙")
    agreement = cast.agreement("active", done, part)
    cast.act("claim", part, "partner", effect="初步见效")
    results = world.results(agreement)
    results["problems"][part.pk] = {"result": "part", "effect": "完成一半"}
    cast.act("propose_completion", agreement, "liaison", **results)
    with pytest.raises(NotNow, match="整体填报"):
        cast.act("confirm_claim", part, "filer")
    for persona in ("partner", "filer"):
        cast.act("confirm_completion", agreement, persona, digest=agreement.completion_digest)
    assert (agreement.state, *states(done, part)) == ("acceptance", "done", "in_pairing")
    with pytest.raises(NotNow, match="整体验收"):
        cast.act("write_off", done, "reviewer")
    cast.act("accept", agreement, "reviewer")
    assert (agreement.state, *states(done, part)) == ("closed", "closed", "open")
    left = Episode.objects.get(problem=part)
    assert (left.result, left.effect, left.claimed_on, left.released_on) == (
        "part", "完成一半", None, agreement.ended_on,
    )  # fmt: skip


def test_a_changed_completion_is_confirmed_again(cast):
    agreement = cast.agreement("active")
    cast.act("propose_completion", agreement, "filer", **world.results(agreement))
    old = agreement.completion_digest
    cast.act("propose_completion", agreement, "partner", **world.results(agreement, effect="缺陷率降到1.5%"))
    with pytest.raises(NotNow, match="重新阅读"):
        cast.act("confirm_completion", agreement, "filer", digest=old)
    cast.act("confirm_completion", agreement, "filer", digest=agreement.completion_digest)
    assert agreement.state == "acceptance"


@pytest.mark.parametrize(("asked_by", "initiator"), [("partner", "partner_branch"), (None, "branch")])
def test_rematch(cast, asked_by, initiator):
    solved, left = cast.problem(title="甲"), cast.problem(title="乙")
    agreement = cast.agreement("active", solved, left)
    cast.act("claim", solved, "filer", effect=EFFECT)
    if asked_by:
        cast.act("propose_termination", agreement, asked_by, code=EndCode.REMATCH, note="换一家更合适")
        event = cast.act("agree_termination", agreement, "filer")
    else:
        event = cast.act("terminate", agreement, "lead", code=EndCode.REMATCH, note="换一家更合适")
    draft = Agreement.objects.get(predecessor=agreement)
    assert (draft.state, draft.initiator.organisation) == ("draft", getattr(cast.people, initiator))
    assert event.details["new draft"]["id"] == draft.pk
    assert [goal.text for goal in draft.goals.all()] == ["解决乙"]
    assert [episode.problem for episode in draft.listed()] == [left]
    assert states(left) == ["open"]
    seat = cast.partner if asked_by else cast.filer
    partners = [{"organisation": cast.people.other_branch}, {"organisation": cast.people.branch}]
    draft = save_agreement_draft(draft, seat=seat, partners=partners, problems=[left], at=cast.at, aim="换伙伴再做")
    assert draft.goals.get().text == "解决乙", "the unfinished goals stay when the draft is saved"
    perform("invite", draft, seat=seat, at=cast.at)
    assert states(left) == ["matched"]
    assert left.episodes.filter(taken_on__isnull=False).count() == 2, "lineage"


def test_a_problem_added_and_another_taken_off_while_writing(cast):
    first, second = cast.problem(title="甲"), cast.problem(title="乙")
    agreement = cast.agreement("drafting", first)
    row = world.goal_rows(agreement)[0] | {"problems": [second.pk]}
    cast.act("edit", agreement, "filer", version=agreement.text_version, goals=[row])
    assert states(first, second) == ["open", "matched"]
    cast.act("withdraw", first, "filer", note="已自行解决")
    assert agreement.episodes.held().get().problem == second


def test_a_unit_merged_in_the_middle(cast):
    """The partner's branch is closed: its successor confirms, signs and sees; what was signed keeps the old name."""
    signed, signing = cast.agreement("active"), cast.agreement("signing")
    own = world.create_problem(cast.programme, cast.partner, at=cast.at)
    cast.act("sign", signing, "filer", digest=signing.text_digest)
    old, new = cast.people.partner_branch, cast.people.other_branch
    old.closed_on, old.successor = timezone.localdate() - timedelta(days=1), new
    old.save(update_fields=["closed_on", "successor"])
    assert hand_over_closed(timezone.localdate()) == 3
    assert hand_over_closed(timezone.localdate()) == 0
    for agreement in (signed, signing):
        agreement.refresh_from_db()
        assert [party.organisation for party in agreement.present_parties] == [cast.people.branch, new]
        assert old.name in agreement.text
        event = Event.objects.of(agreement).filter(action="hand_over").get()
        assert (event.seat, event.details["new"]["name"]) == (None, new.name)
        assert new.pk in agreement.episodes.get().problem.viewers
    own.refresh_from_db()
    assert (own.owner, own.state) == (new, "open")
    perform("sign", signing, seat=cast.stranger, digest=signing.text_digest)
    assert signing.state == "active"
    perform("report_progress", signed, seat=cast.stranger, percent=50, text="接着做")
    assert Signature.objects.filter(party__agreement=signed, person_name=cast.partner.person.name).exists()


def test_the_successor_is_a_party_already(cast):
    agreement = three_parties(cast)
    old = cast.people.partner_branch
    old.closed_on, old.successor = timezone.localdate(), cast.people.other_branch
    old.save(update_fields=["closed_on", "successor"])
    hand_over_closed(timezone.localdate())
    agreement.refresh_from_db()
    assert [party.organisation for party in agreement.present_parties] == [cast.people.branch, cast.people.other_branch]
    perform("accept_invitation", agreement, seat=cast.stranger)
    assert agreement.state == "drafting"


def test_an_owner_below_a_party(cast):
    """The pair is made by bodies above: the owner is no party, and claims and confirms all the same."""
    general = create_general_branch(parent=cast.people.committee)
    owner = create_branch("总支下属支部", parent=general)
    secretary = create_seat(Role.SECRETARY, owner, may_backdate=True)
    above = create_seat(Role.SECRETARY, general, may_backdate=True)
    problem = world.create_problem(cast.programme, secretary, at=cast.at)
    agreement = world.create_agreement(cast.programme, above, [cast.people.partner_branch], [problem], at=cast.at)
    world.bring_to("active", agreement, at=cast.at, reviewer=cast.reviewer)
    cast.act("claim", problem, "partner", effect=EFFECT)
    assert problem.turn_of == [owner.pk]
    perform("confirm_claim", problem, seat=secretary, at=cast.at)
    assert problem.state == "done"


def test_the_owner_is_not_a_party(cast):
    problem = world.create_problem(cast.programme, cast.stranger, at=cast.at)
    agreement = cast.draft_agreement(problem)
    with pytest.raises(NotNow, match="所属支部都要参与"):
        cast.act("invite", agreement, "filer")
    cast.act("join", problem, "partner")
    cast.act("invite", agreement, "filer")
    assert agreement.state == "invited", "a co-owner is a party"


def test_a_discipline_committee_is_a_party(cast):
    body = create_discipline_committee(parent=cast.people.committee)
    seat = create_seat(Role.SECRETARY, body, may_backdate=True)
    agreement = world.create_agreement(cast.programme, seat, [cast.people.branch], [cast.problem()], at=cast.at)
    world.bring_to("closed", agreement, at=cast.at, reviewer=cast.reviewer)
    assert {party.is_branch for party in agreement.present_parties} == {True, False}


def test_a_paper_signature_typed_in_later(cast):
    """Both sides signed on paper; the liaison's scan comes a week later, the term starts on the day of the ink."""
    agreement = cast.agreement("signing")
    ink = cast.at + timedelta(days=3)
    for persona in ("filer", "partner"):
        perform("sign", agreement, seat=cast.seats[persona], at=ink, digest=agreement.text_digest, witness="工作组")
    assert agreement.signed_on == timezone.localdate(ink)
    event = Event.objects.of(agreement).last()
    assert event.recorded_at.date() > event.happened_at.date()
    assert agreement.witness == "工作组"
