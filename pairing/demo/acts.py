"""The acts of problems and of pairs up to signing, as the people of a branch take them: act(stage, at, key, …)."""

from datetime import timedelta

from pairing.deadlines import add_months, previous_working_day
from pairing.demo import follow_ups
from pairing.models import Agreement, Problem
from pairing.services import save_agreement_draft, save_problem_draft, volunteer
from pairing.workflow.contract import current_digest

GROUP = "TX"
WITNESS = "“强创争”第三工作组"


# Problems
def draft_problem(stage, at, key):
    plan = stage.problems[key]
    seat = stage.seat(plan.filer or plan.owner, "liaison")
    stage.problem[key] = save_problem_draft(
        Problem(programme=stage.programme), seat=seat, at=at, title=plan.title, description=plan.text,
        category=stage.categories[plan.category], urgency=plan.urgency, owner=stage.body(plan.owner),
        unit=stage.company.units[plan.owner], origin=stage.problem.get(plan.origin),
    )  # fmt: skip


def file_problem(stage, at, key):
    plan = stage.problems[key]
    draft_problem(stage, at, key)
    stage.step("file", stage.problem[key], at=at, by=plan.filer or plan.owner)


def on_problem(stage, at, key, name, by, role="secretary", note="", **data):
    """Any step of a problem."""
    stage.step(name, stage.problem[key], at=at, by=by, role=role, note=note, **data)


def play_problem(stage, key, raised=None):
    """Put the filing into the queue; on another's behalf it is filed a day before and then confirmed."""
    plan = stage.problems[key]
    raised = raised or stage.day(plan.raised)
    if plan.filer:
        stage.on(stage.before(raised, 1), 14, file_problem, key)
        stage.on(raised, 9, on_problem, key, "confirm", plan.owner)
    else:
        stage.on(raised, 9, file_problem, key)


# Pairs up to signing
def draft_pair(stage, at, key):
    """A new draft, or the one that the end of an earlier pair has made."""
    plan = stage.pairs[key]
    agreement = Agreement(programme=stage.programme)
    if plan.predecessor:
        agreement = Agreement.objects.get(predecessor=stage.agreement[plan.predecessor])
    posts = dict(plan.posts)
    stage.agreement[key] = save_agreement_draft(
        agreement, seat=stage.seat(plan.parties[0]), at=at, aim=plan.aim, term_months=plan.term,
        exception_reason=plan.exception, problems=[stage.problem[one] for one in plan.problems],
        partners=[
            {
                "organisation": stage.body(party), "unit": stage.company.units.get(party),
                "post": stage.company.posts[party, posts[party]] if party in posts else None,
            }
            for party in plan.parties
        ],
    )  # fmt: skip


def invite(stage, at, key):
    draft_pair(stage, at, key)
    on_pair(stage, at, key, "invite", stage.pairs[key].parties[0])


def on_pair(stage, at, key, name, by, role="secretary", note="", **data):
    """Any step of a pair that needs no more than words."""
    stage.step(name, stage.agreement[key], at=at, by=by, role=role, note=note, **data)


def clock(stage, at, key, name):
    """A step that the clock takes."""
    stage.step(name, stage.agreement[key], at=at)


def edit(stage, at, key, goals=None):
    """Save goals and list as planned, or other `goals` (GoalPlans) instead."""
    plan, agreement = stage.pairs[key], stage.agreement[key]
    goals = plan.goals if goals is None else goals
    parties = {party.organisation_id: party for party in agreement.present_parties}
    owners = {}
    for body in plan.parties:
        if party := parties.get(stage.body(body).pk):
            owners[party.pk] = _goal_owner(stage, body, plan)
    last = add_months(at.date(), plan.term) - timedelta(days=4)
    rows = [
        {
            "text": one.text, "measure": one.measure, "criterion": one.criterion, "owners": owners,
            "date": previous_working_day(last - timedelta(days=10 * (len(goals) - index)), stage.calendar),
            "problems": [stage.problem[problem].pk for problem in one.problems],
        }
        for index, one in enumerate(goals, 1)
    ]  # fmt: skip
    for row, written in zip(rows, agreement.goals.order_by("order", "pk"), strict=False):
        row["id"] = written.pk  # changed, not written anew
    helpers = {stage.problem[one].pk: _helper(stage, plan, one) for goal in goals for one in goal.problems}
    stage.step(
        "edit", agreement, at=at, by=plan.parties[0], role="liaison" if plan.parties[0] != "JW" else "secretary",
        version=agreement.text_version, goals=rows, helpers=helpers,
    )  # fmt: skip


def _goal_owner(stage, body, plan):
    """A role stands for the person where the pair names none: the post named for it, else the first of the unit."""
    if body not in stage.company.units:
        return {"name": f"{stage.body(body).short_name}工作人员", "post": "监督检查岗"}
    unit = stage.company.units[body].short_name
    post = dict(plan.posts).get(body) or next(name for key, name in stage.company.posts if key == body)
    return {"name": dict(plan.owners).get(body, f"{unit}{post}负责人"), "post": post}


def _helper(stage, plan, problem):
    """The first party that does not own the problem helps."""
    owner = stage.problems[problem].owner
    return next(stage.body(party).pk for party in plan.parties if party != owner)


def confirm(stage, at, key, by):
    """Every party confirms the same text: it is rendered once for all of them."""
    agreement = stage.agreement[key]
    version = key, agreement.text_version
    if version not in stage.digests:
        stage.digests[version] = current_digest(agreement)
    stage.step("confirm_goals", agreement, at=at, by=by, digest=stage.digests[version])


def opine(stage, at, key, verdicts=(), note="目标具体，措施可行，同意进入签约。", **data):
    """The reviewer's opinion; `verdicts` names by number of the goal those that do not simply pass."""
    agreement, differing = stage.agreement[key], dict(verdicts)
    if stage.pairs[key].exception:
        data["approve_exception"] = True
    goals = {
        goal.pk: differing.get(index, {"verdict": "pass"}) for index, goal in enumerate(agreement.goals.all(), 1)
    }  # fmt: skip
    stage.step("opine", agreement, at=at, by=GROUP, role="reviewer", note=note, goals=goals, **data)


def sign(stage, at, key, by):
    agreement = stage.agreement[key]
    stage.step("sign", agreement, at=at, by=by, digest=agreement.text_digest, witness=WITNESS)
    if agreement.state == "active":
        follow_ups.plan_term(stage, at, key)


def offer(stage, at, key, by, sentence):
    """Another branch offers to help with a problem of the market."""
    volunteer(stage.problem[key], seat=stage.seat(by), sentence=sentence, at=at)


# The main path
PATH = ("draft", "invited", "drafting", "submitted", "signing", "active")


def play_pair(stage, key):
    """Put the steps of the main path up to `until` into the queue, counted back from the signing."""
    plan = stage.pairs[key]
    signed, pace = stage.day(plan.signed), plan.pace
    steps = PATH.index(plan.until)

    def on(days, hour, act, *args):
        stage.on(stage.before(signed, days), hour, act, key, *args)

    if steps == 0:
        on(pace.invite, 10, draft_pair)
        return
    on(pace.invite, 10, invite)
    if steps >= PATH.index("drafting"):
        for number, party in enumerate(plan.parties[1:]):
            on(pace.answer, 11 + number, on_pair, "accept_invitation", party)
    if steps >= PATH.index("submitted"):
        on(pace.edit, 10, edit)
        submit_again(stage, key, stage.before(signed, pace.confirm), stage.before(signed, pace.submit))
    if steps >= PATH.index("signing") and reviewed(stage, stage.before(signed, pace.submit)):
        on(pace.opine, 14, opine)
    if steps >= PATH.index("active"):
        *others, last = plan.parties[1:]
        for number, party in enumerate([plan.parties[0], *others]):
            on(pace.sign, 10 + number, sign, party)
        on(0, 10, sign, last)


def reviewed(stage, day):
    return stage.programme.rules_on(day).review_before_signing


def submit_again(stage, key, confirmed, submitted):
    """Every party confirms, the first submits."""
    parties = stage.pairs[key].parties
    for number, party in enumerate(parties):
        stage.on(confirmed, 11 + number, confirm, key, party)
    stage.on(submitted, 16, on_pair, key, "submit", parties[0])
