"""A draft of the rules that the lead is working on: a shorter ladder, tried out, not yet published."""

from accounts.models import Role, Seat
from pairing.rule_trial import try_out
from pairing.services.rule_versions import begin_rules, digest_of, edit_rules, record_trial

CHANGES = {
    "title": "结对共建管理规定（修订稿）",
    "text": "一、共建周期一般不超过3个月。二、到期前7天、3天和当天提醒书记，不再提前两周。"
    "三、逾期满1个工作日告知督办人。四、督办每10天一次。",
    "reason": "提前两周的提醒大家嫌早，逾期以后又嫌晚；一线建议少提醒、早督办。",
    "meeting": "工作组例会",
    "suggestion": "第二项目党支部：提醒要少而准",
    "remind_before": [7, 3, 0],
    "escalate_after": 1,
    "follow_up_every_days": 10,
}
DAYS = 10


def draft_rules(programme, stage, today):
    """Begin, change and try out the draft on the working day before; it is seen by the working group alone."""
    seat = Seat.objects.for_header().get(role=Role.LEAD, organisation=programme.committee, matter="")
    day = stage.before(today, 1)
    draft = begin_rules(programme, seat=seat, at=stage.at(day, 15))
    draft = edit_rules(draft, base=digest_of(draft), seat=seat, at=stage.at(day, 16), **CHANGES)
    record_trial(draft, try_out(draft, today, DAYS), seat=seat, at=stage.at(day, 17))
