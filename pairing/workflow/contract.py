"""The agreement's text in canonical form: what is read, confirmed, signed and printed (domain.md §4, signing).

The text is an official Chinese document whatever the language of the screen, so its words stand here and not in the
catalogue. Lines end with one newline and hold no trailing blanks: the same content always has the same digest.
"""

import hashlib

from django.db.models import Prefetch

from pairing.models import GoalOwner


def chinese_date(day):
    """2021年6月3日: no zero padding; "—" for none (domain.md §7)."""
    return f"{day.year}年{day.month}月{day.day}日" if day else "—"


def render(agreement):
    """The canonical text of `agreement`, with the names of today (before approval) or of the approval day."""
    parties = agreement.present_parties
    lines = ["结对共建协议书", f"协议编号：{agreement.number or '—'}", f"合作事项：{agreement.aim}", ""]
    lines += ["参与方："]
    lines += [f"{index}. {_party(party)}" for index, party in enumerate(parties, 1)]
    lines += ["", f"共建期限：{agreement.term_months}个月，自最后一方签字之日起算。"]
    if agreement.exception_reason:
        lines.append(f"期限说明：{agreement.exception_reason}")
    episodes = agreement.listed()
    lines += ["", "共建目标与任务清单："]
    owners = Prefetch("owners", GoalOwner.objects.select_related("party__organisation"))
    goals = agreement.goals.all() if agreement.has_read("goals") else agreement.goals.prefetch_related(owners)
    for index, goal in enumerate(goals, 1):
        lines += _goal(index, goal, [e for e in episodes if e.goal_id == goal.pk])
    lines += [f"清单内问题：{_problem(e)}" for e in episodes if e.goal_id is None]
    return "\n".join(line.rstrip() for line in lines).strip() + "\n"


def digest(text):
    """SHA-256 of the text, hexadecimal (64 characters)."""
    return hashlib.sha256(text.encode()).hexdigest()


def current_digest(agreement):
    return digest(render(agreement))


def _party(party):
    names = [party.name_then or party.organisation.name]
    unit = party.unit_then or (party.unit.name if party.unit_id else "")
    post = party.post_then or (party.post.name if party.post_id else "")
    return "，".join([*names, *([unit] if unit else []), *([post] if post else [])])


def _goal(index, goal, episodes):
    yield f"目标{index}：{goal.text}"
    yield f"  措施：{goal.measure or '—'}"
    yield f"  完成标准：{goal.criterion or '—'}"
    yield f"  完成时间：{chinese_date(goal.date)}"
    for owner in goal.owners.all():
        side = owner.party.name_then or owner.party.organisation.name
        yield f"  责任人（{side}）：{owner.name}{f'，{owner.post}' if owner.post else ''}"
    for episode in episodes:
        yield f"  问题：{_problem(episode)}"


def _problem(episode):
    helper = f"，协助方：{episode.helper.name}" if episode.helper_id else ""
    return f"{episode.problem.number} {episode.problem.title}（{episode.problem.owner.name}{helper}）"
