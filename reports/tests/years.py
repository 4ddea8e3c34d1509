"""A hand-made world of two years, small enough to count on the fingers; every step through the front door.

As of 2021-06-03, of the committee's programme (from 2020-01-01):

| pair | parties | signed | due | problems | on that day |
|---|---|---|---|---|---|
| first | 质量安全部 + 廊坊 | 2020-11-10 | 2021-02-10 | 1, 2 | closed 2021-01-20, on time |
| late | 电气 + 廊坊 (post to post) | 2021-01-05 | 2021-04-05 | 3 | closed 2021-04-15, 10 days late |
| soon | 质量安全部 + 纪委 | 2021-03-15 | 2021-06-15 | 4 | running, due soon |
| overdue | 测绘 + 电气 | 2021-02-20 | 2021-05-20 | 5 | running, overdue |

Problems 6 refused, 7 withdrawn, 8 open, 9 raised after the day. Branches: 质量安全部, 廊坊, 电气, 测绘, 综合 (in no
pair), 旧 (closed 2021-02-01), 新 (opened 2021-07-01).
"""

from dataclasses import dataclass, field
from datetime import date

from accounts.models import Organisation, Role, Seat, Side
from accounts.tests import people
from pairing.models import Agreement, Problem, Programme
from pairing.tests import world
from pairing.tests.world import moment
from pairing.workflow.engine import perform

DAY = date(2021, 6, 3)


@dataclass
class Years:
    committee: Organisation
    programme: Programme
    seats: dict[str, Seat]
    problems: dict[int, Problem] = field(default_factory=dict)
    pairs: dict[str, Agreement] = field(default_factory=dict)

    def body(self, name):
        return self.seats[name].organisation

    def take(self, name, obj, who, day, **data):
        """The step `name` by the holder of the seat `who` ("" for the clock) on `day`."""
        return perform(name, obj, seat=self.seats.get(who), at=moment(day), **data)


def create_years():
    committee = people.create_committee()
    programme = world.create_programme(committee, name="公司结对共建")
    years = Years(committee=committee, programme=programme, seats=_seats(committee))
    _raise(years)
    _pair(years, "first", "质量安全部", "廊坊", [1, 2], "2020-11-10", closed="2021-01-20")
    _pair(years, "late", "电气", "廊坊", [3], "2021-01-05", closed="2021-04-15", level="post")
    _pair(years, "overdue", "测绘", "电气", [5], "2021-02-20")
    _pair(years, "soon", "质量安全部", "纪委", [4], "2021-03-15")
    group = years.seats["reviewer"]
    perform("refuse", years.problems[6], seat=group, at=moment("2021-02-01"), ground="pay", note="涉及薪酬")
    perform("withdraw", years.problems[7], seat=years.seats["廊坊"], at=moment("2021-02-02"), note="已自行解决")
    return years


def _seats(committee):
    bodies = {
        name: people.create_branch(f"{name}党支部", parent=committee, side=side)
        for name, side in (
            ("质量安全部", Side.HEADQUARTERS), ("廊坊", Side.GRASSROOTS), ("电气", Side.GRASSROOTS),
            ("测绘", Side.GRASSROOTS), ("综合", Side.HEADQUARTERS),
        )
    }  # fmt: skip
    bodies["纪委"] = people.create_discipline_committee(parent=committee)
    people.create_branch("旧党支部", parent=committee, closed_on=date(2021, 2, 1))
    people.create_branch("新党支部", parent=committee, opened_on=date(2021, 7, 1))
    seats = {name: _seat(Role.SECRETARY, body) for name, body in bodies.items()}
    roles = (Role.REVIEWER, Role.LEAD, Role.SUPERVISOR, Role.LEADER, Role.SYSADMIN, Role.SECADMIN, Role.AUDITOR)
    return seats | {str(role): _seat(role, committee) for role in roles}


def _seat(role, body):
    return people.create_seat(role, body, may_backdate=True)


def _raise(years):
    safety, party_work = world.create_category("质量安全"), world.create_category("党建", kind="party_work")
    rows = (
        (1, "质量安全部", "焊接缺陷率偏高", safety, "2020-09-01"),
        (2, "质量安全部", "=SUM(A1)式的标题", safety, "2020-09-02"),
        (3, "电气", "资质申报材料反复退回", safety, "2020-12-01"),
        (4, "质量安全部", "党务公开不及时", party_work, "2021-01-10"),
        (5, "测绘", "图纸版本混乱", safety, "2021-01-11"),
        (6, "测绘", "奖金分配", safety, "2021-01-12"),
        (7, "廊坊", "车辆调度", safety, "2021-01-13"),
        (8, "廊坊", "现场培训不足", safety, "2021-05-13"),
        (9, "廊坊", "备件库存", safety, "2021-07-01"),
    )
    for key, owner, title, category, day in rows:
        at = moment(day)
        years.problems[key] = world.create_problem(
            years.programme, years.seats[owner], title, at=at, category=category
        )  # fmt: skip


def _pair(years, key, initiator, partner, problems, signed, *, closed="", level="unit"):
    """A pair signed on `signed` and, where given, closed on `closed`."""
    reviewer = years.seats["reviewer"]
    at = moment(signed)
    listed = [years.problems[n] for n in problems]
    agreement = world.create_agreement(
        years.programme, years.seats[initiator], [years.body(partner)], listed, at=at, aim=f"第{key}对"
    )
    world.bring_to("active", agreement, reviewer=reviewer, at=at)
    if closed:
        world.bring_to("closed", agreement, reviewer=reviewer, at=moment(closed), effects=f"缺陷率下降（{key}）")
    agreement.refresh_from_db()
    if level != agreement.level:
        Agreement.objects.filter(pk=agreement.pk).update(level=level)
    for n in problems:
        years.problems[n].refresh_from_db()
    years.pairs[key] = agreement
