"""How pairs go on and end: extension, suspension, completion, acceptance, termination: act(stage, at, key, …)."""

from pairing.demo import follow_ups
from pairing.demo.acts import GROUP, on_pair


def ask_extension(stage, at, key, by, to, reason, progress):
    on_pair(stage, at, key, "ask_extension", by, note=reason, new_due_on=to, progress=progress)


def grant(stage, at, key, role="reviewer", note="同意延期，请按新的时间抓紧完成。"):
    on_pair(stage, at, key, "grant_extension", GROUP, role, note=note)
    follow_ups.plan_visits(stage, at, key)


def resume(stage, at, key):
    on_pair(stage, at, key, "resume", GROUP, "lead")
    follow_ups.plan_visits(stage, at, key)


def propose(stage, at, key, results=None, by=None):
    """Report completion: all done with the planned effect, except `results` {problem key: "part" or "not"}."""
    plan, agreement = stage.pairs[key], stage.agreement[key]
    results = results or {}
    keys = {stage.problem[one].pk: one for one in plan.problems}
    held = {keys[episode.problem_id]: episode for episode in agreement.episodes.held()}
    problems = {
        episode.problem_id: {
            "result": results.get(one, "done"), "effect": "" if one in results else stage.problems[one].effect
        }
        for one, episode in held.items()
        if episode.confirmed_on is None
    }  # fmt: skip
    worst = {}
    for one, episode in held.items():
        if one in results or episode.goal_id not in worst:
            worst[episode.goal_id] = results.get(one, "done")
    goals = {goal.pk: worst.get(goal.pk, "done") for goal in agreement.goals.all()}
    stage.step("propose_completion", agreement, at=at, by=by or plan.parties[0], goals=goals, problems=problems)


def confirm_completion(stage, at, key, by):
    agreement = stage.agreement[key]
    stage.step("confirm_completion", agreement, at=at, by=by, digest=agreement.completion_digest)


def accept(stage, at, key, note="对照清单逐项核验，效果属实，同意销号。"):
    on_pair(stage, at, key, "accept", GROUP, "reviewer", note=note)


def send_back(stage, at, key, reasons):
    """`reasons` by problem key."""
    given = {stage.problem[one].pk: reason for one, reason in reasons.items()}
    on_pair(stage, at, key, "send_back", GROUP, "reviewer", reasons=given)


def refuse(stage, at, key, ground, note, others):
    """The lead refuses the whole; `others` names problems whose ground is another one."""
    grounds = {stage.problem[one].pk: other for one, other in others.items()}
    on_pair(stage, at, key, "refuse", GROUP, "lead", note, ground=ground, problem_grounds=grounds)


def play_completion(stage, key, completed, accepted="", results=None):
    """Put the report, the confirmations on the same day and, if given, the acceptance into the queue."""
    others = stage.pairs[key].parties[1:]
    stage.on(completed, 9, propose, key, results)
    for number, party in enumerate(others):
        stage.on(completed, 14 + number, confirm_completion, key, party)
    if accepted:
        stage.on(accepted, 16, accept, key)


def end_together(stage, at, key, code, note):
    """The first party proposes the end and the others agree on the same day."""
    first, *others = stage.pairs[key].parties
    on_pair(stage, at, key, "propose_termination", first, note=note, code=code)
    for party in others:
        on_pair(stage, at, key, "agree_termination", party)


def claim(stage, at, key, by):
    """A helper reports one problem as done, before the pair is."""
    stage.step("claim", stage.problem[key], at=at, by=by, effect=stage.problems[key].effect)
