"""A problem and an agreement in any state, produced by perform alone; and the data that each step needs."""

from datetime import timedelta

from django.utils import timezone

from accounts.models import Role
from accounts.tests.people import create_branch, create_personas, create_seat
from pairing.enums import AgreementState as A
from pairing.enums import ProblemState as P
from pairing.models import FollowUp
from pairing.tests import world
from pairing.workflow.contract import current_digest
from pairing.workflow.engine import perform

EFFECT = "缺陷率由5%降到1.6%"


class Cast:
    """The ten personas, the lead, the filer's liaison and the clock (None), with a programme. Everything that brings a
    thing into its state happened sixty days ago, so that clocks may run out today."""

    def __init__(self, **parameters):
        self.people = people = create_personas()
        self.programme = world.create_programme(people.committee, **parameters)
        lead = create_seat(Role.LEAD, people.committee)
        liaison = create_seat(Role.LIAISON, people.branch)
        self.seats = people.seats() | {"lead": lead, "liaison": liaison, "clock": None}
        self.at = timezone.now() - timedelta(days=60)
        for seat in self.seats.values():
            if seat is not None:
                seat.may_backdate = True
                seat.save(update_fields=["may_backdate"])

    def __getattr__(self, name):
        return self.__dict__["seats"][name]

    def act(self, name, obj, persona, **data):
        """`persona` takes the step sixty days ago."""
        return perform(name, obj, seat=self.seats[persona], at=self.at, **data)

    def draft_problem(self, **columns):
        return world.create_draft(self.programme, self.filer, at=self.at, **columns)

    def problem(self, **columns):
        return world.create_problem(self.programme, self.filer, at=self.at, **columns)

    def draft_agreement(self, *problems):
        problems = problems or [self.problem()]
        return world.create_agreement(self.programme, self.filer, [self.people.partner_branch], problems, at=self.at)

    def agreement(self, state="active", *problems):
        agreement = self.draft_agreement(*problems)
        return world.bring_to(state, agreement, reviewer=self.reviewer, at=self.at)

    def closed_predecessor(self, successor):
        """A branch that was closed yesterday in favour of `successor`."""
        day = timezone.localdate() - timedelta(days=1)
        return create_branch("已撤销党支部", parent=self.people.committee, closed_on=day, successor=successor)


def problem_in(state, cast):
    """A problem of the filer's branch in `state`; to_confirm and what follows from it: of the partner's branch."""
    if state == P.DRAFT:
        return cast.draft_problem()
    if state in (P.TO_CONFIRM, P.EXPLAINED):
        problem = cast.problem(owner=cast.people.partner_branch)
        if state == P.EXPLAINED:
            cast.act("explain", problem, "partner", note="情况说明如下")
        return problem
    if state == P.DISCARDED:
        problem = cast.draft_problem()
        cast.act("discard", problem, "filer")
        return problem
    problem = cast.problem()
    _from_open(state, cast, problem)
    problem.refresh_from_db()
    return problem


def _from_open(state, cast, problem):
    if state == P.REFUSED:
        cast.act("refuse", problem, "reviewer", ground="pay", note="属于薪酬问题")
    elif state == P.PARKED:
        cast.act("park", problem, "reviewer", note="等待上级文件")
    elif state == P.WITHDRAWN:
        cast.act("withdraw", problem, "filer", note="已自行解决")
    elif state == P.MATCHED:
        cast.agreement("invited", problem)
    elif state in (P.IN_PAIRING, P.DONE):
        cast.agreement("active", problem)
        if state == P.DONE:
            cast.act("claim", problem, "filer", effect=EFFECT)
    elif state == P.CLOSED:
        cast.agreement("closed", problem)


def agreement_in(state, cast):
    """An agreement of the filer's with the partner's branch, about one problem of the filer's, in `state`."""
    if state in world.PATH:
        return cast.agreement(state)
    before, name, persona, data = OFF_THE_PATH[state]
    agreement = cast.agreement(before)
    if state == A.RETURNED:
        data = {"goals": {goal.pk: {"verdict": "revise", "comment": "写清标准"} for goal in agreement.goals.all()}}
    at = timezone.now() if state == A.LAPSED else cast.at
    perform(name, agreement, seat=cast.seats[persona], at=at, **data)
    return agreement


OFF_THE_PATH = {
    A.COUNTERED: ("invited", "counter_propose", "partner", {"aim": "先做焊接", "note": "人手不足"}),
    A.RETURNED: ("submitted", "opine", "reviewer", {}),
    A.SUSPENDED: ("active", "suspend", "lead", {"note": "汛期停工"}),
    A.TERMINATED: ("active", "terminate", "lead", {"code": "gone", "note": "问题已不存在"}),
    A.DECLINED: ("invited", "decline_invitation", "partner", {"note": "没有力量"}),
    A.LAPSED: ("invited", "lapse", "clock", {}),
    A.REFUSED: ("submitted", "refuse", "lead", {"ground": "pay", "note": "属于薪酬问题"}),
    A.WITHDRAWN: ("invited", "withdraw", "filer", {"note": "另找伙伴"}),
    A.DISCARDED: ("draft", "discard", "filer", {}),
}


# What each step needs to be taken, besides a reason
def data_for(name, obj, cast):
    """The data with which `name` succeeds on `obj`, for a world of `problem_in` or `agreement_in`."""
    return (PROBLEM_DATA if obj._meta.model_name == "problem" else AGREEMENT_DATA).get(name, _none)(obj, cast)


def _none(obj, cast):
    return {}


def _hand_over(obj, cast):
    """The partner's branch (for its own problem) or the filer's goes into a branch that is no party."""
    old = obj.owner if obj._meta.model_name == "problem" else cast.people.partner_branch
    old.closed_on, old.successor = timezone.localdate() - timedelta(days=1), cast.people.other_branch
    old.save(update_fields=["closed_on", "successor"])
    return {"old": old, "new": old.successor}


def _edit(agreement, cast):
    return {"version": agreement.text_version, "goals": world.goal_rows(agreement, timezone.localdate())}


def _due_in(days):
    return lambda agreement, cast: {"new_due_on": agreement.due_on + timedelta(days=days), "progress": "完成一半"}


def _correct_problem(problem, cast):
    return {"field": "raised_on", "new": problem.raised_on - timedelta(days=1)}


def _correct_name(agreement, cast):
    return {"field": "name", "party": agreement.present_parties[1].pk, "new": "廊坊分公司联合党支部"}


PROBLEM_DATA = {
    "refuse": lambda obj, cast: {"ground": "pay"},
    "claim": lambda obj, cast: {"effect": EFFECT},
    "look_back": lambda obj, cast: {"verdict": "works"},
    "correct": _correct_problem,
    "hand_over": _hand_over,
}

AGREEMENT_DATA = {
    "counter_propose": lambda obj, cast: {"aim": "先做焊接"},
    "edit": _edit,
    "confirm_goals": lambda obj, cast: {"digest": current_digest(obj)},
    "opine": lambda obj, cast: {"goals": world.pass_all(obj)},
    "refuse": lambda obj, cast: {"ground": "pay"},
    "sign": lambda obj, cast: {"digest": obj.text_digest},
    "report_progress": lambda obj, cast: {"percent": 50, "text": "检查两次"},
    "follow_up": lambda obj, cast: {"kind": "visit", "progress": "进展正常"},
    "skip_follow_up": lambda obj, cast: {"follow_up": FollowUp.objects.filter(agreement=obj).first().pk},
    "ask_extension": _due_in(30),
    "propose_completion": lambda obj, cast: world.results(obj),
    "confirm_completion": lambda obj, cast: {"digest": obj.completion_digest},
    "send_back": lambda obj, cast: {"reasons": {obj.episodes.get().problem_id: "缺少验证"}},
    "propose_termination": lambda obj, cast: {"code": "gone"},
    "terminate": lambda obj, cast: {"code": "gone"},
    "correct": _correct_name,
    "hand_over": _hand_over,
}


# What has to happen before, in the same state
def prepare(name, obj, cast):
    """Take the steps that `name` needs first and that leave the state as it is."""
    for step, persona, data in BEFORE.get(name, ()):
        if step == "confirm_all":
            world.confirm_all(obj)
        else:
            given = data_for(step, obj, cast) if data is None else data
            perform(step, obj, seat=cast.seats[persona], note="先行说明", **given)


BEFORE = {
    "confirm_claim": [("claim", "partner", {"effect": EFFECT})],
    "reject_claim": [("claim", "partner", {"effect": EFFECT})],
    "confirm_goals": [("edit", "filer", None)],
    "submit": [("edit", "filer", None), ("confirm_all", "", {})],
    "unmute": [("mute", "reviewer", {})],
    "grant_extension": [("ask_extension", "partner", None)],
    "refuse_extension": [("ask_extension", "partner", None)],
    "confirm_completion": [("propose_completion", "filer", None)],
    "agree_termination": [("propose_termination", "filer", None)],
    "object_termination": [("propose_termination", "filer", None)],
}
