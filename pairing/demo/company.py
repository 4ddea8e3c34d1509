"""The company of both demo programmes: committee, discipline committee, 19 party branches with their units and seats.

Units named in the article keep their names; the other branches, and all persons, are invented. Persons carry the name
of their role. Only the ten accounts named in the README have a password.
"""

from dataclasses import dataclass, field
from datetime import date
from functools import cache

from django.contrib.auth.hashers import make_password

from accounts.models import Kind, Organisation, Post, Role, Seat, Side, UnitLink, User

OPENED_ON = date(2019, 1, 1)
SEATED_ON = date(2020, 1, 1)
PASSWORD = "Jiedui-demo-2026"  # noqa: S105 (published in the README; the command refuses production settings)
COMMITTEE_CODE = "TX"
HQ, GR = Side.HEADQUARTERS, Side.GRASSROOTS

# key, name of the branch without 党支部, side, units, posts
BRANCHES = (
    ("OFF", "办公室", HQ, ("办公室",), ("资产管理岗", "文书档案岗")),
    ("HR", "人力资源部", HQ, ("人力资源部",), ("培训管理岗",)),
    ("FIN", "财务资产部", HQ, ("财务资产部",), ("成本核算岗", "资金税务岗")),
    ("MKT", "市场开发部", HQ, ("市场开发部",), ("投标报价岗",)),
    ("ENG", "工程管理部", HQ, ("工程管理部",), ("进度控制岗", "竣工资料岗")),
    ("QSE", "质量安全环保部", HQ, ("质量安全环保部",), ("体系管理岗", "安全监督岗")),
    ("TECH", "技术与标准部", HQ, ("技术与标准部",), ("标准化岗", "科技管理岗")),
    ("JOINT", "机关联合", HQ, ("信息管理部", "企管法规部"), ("系统运维岗", "合同管理岗")),
    ("PSC", "项目支持中心", GR, ("项目支持中心",), ("采购管理岗", "物资仓储岗")),
    ("INNO", "技术创新中心", GR, ("技术创新中心",), ("研发测试岗",)),
    ("ELEC", "电气安装事业部", GR, ("电气安装事业部",), ("电气调试岗", "创新攻关岗")),
    ("LINE", "线路工程事业部", GR, ("线路工程事业部",), ("光缆熔接岗", "现场安全岗")),
    ("SYS", "系统集成事业部", GR, ("系统集成事业部",), ("系统调试岗", "质量检验岗")),
    ("OPS", "运行维护中心", GR, ("运行维护中心",), ("网络监控岗", "备件管理岗")),
    ("LF", "廊坊通信分公司", GR, ("廊坊通信分公司",), ("技术管理岗", "档案资料岗")),
    ("SY", "沈阳通信分公司", GR, ("沈阳通信分公司",), ("现场安全岗", "设备维护岗")),
    ("XA", "西安通信分公司", GR, ("西安通信分公司",), ("光缆熔接岗", "线路巡检岗")),
    ("XZ", "徐州通信分公司", GR, ("徐州通信分公司",), ("竣工资料岗", "线路巡检岗")),
    ("INTL", "国际项目联合", GR, ("中亚通信项目部", "东非通信项目部"), ("商务管理岗",)),
)
BODIES = {"JW": "纪委"}
# user name of an account -> (body, role, name of the person)
ACCOUNTS = {
    "secretary": ("PSC", Role.SECRETARY, "项目支持中心党支部书记"),
    "liaison": ("PSC", Role.LIAISON, "项目支持中心党支部联络员"),
    "partner": ("ELEC", Role.SECRETARY, "电气安装事业部党支部书记"),
    "reviewer": ("TX", Role.REVIEWER, "工作组成员"),
    "lead": ("TX", Role.LEAD, "工作组组长"),
    "supervisor": ("TX", Role.SUPERVISOR, "工作组督办人"),
    "leader": ("TX", Role.LEADER, "公司党委书记"),
    "sysadmin": ("TX", Role.SYSADMIN, "系统管理员"),
    "secadmin": ("TX", Role.SECADMIN, "安全管理员"),
    "auditor": ("TX", Role.AUDITOR, "审计管理员"),
}


@dataclass
class Company:
    """`bodies` and `seats` by key: bodies["PSC"], seats["PSC", "secretary"], posts["LINE", "光缆熔接岗"]."""

    committee: Organisation
    bodies: dict = field(default_factory=dict)
    units: dict = field(default_factory=dict)
    posts: dict = field(default_factory=dict)
    seats: dict = field(default_factory=dict)

    def seat(self, body, role=Role.SECRETARY):
        return self.seats[body, role]

    def allow_backdating(self, allowed):
        """Replaying the past needs the right to enter what happened earlier; afterwards nobody has it."""
        for seat in self.seats.values():
            seat.may_backdate = allowed
        Seat.objects.filter(pk__in=[seat.pk for seat in self.seats.values()]).update(may_backdate=allowed)


def load_company():
    """The Company, made when it is not there yet."""
    if not Organisation.objects.filter(code=COMMITTEE_CODE).exists():
        _create()
    return _read()


def _create():
    committee = _organisation(COMMITTEE_CODE, "通信公司党委", "公司党委", Kind.COMMITTEE, None, 1)
    _organisation("TX-JW", "通信公司纪委", "公司纪委", Kind.DISCIPLINE_COMMITTEE, committee, 2)
    _seat("tx-jw", "公司纪委书记", Role.SECRETARY, Organisation.objects.get(code="TX-JW"))
    for order, row in enumerate(BRANCHES, 1):
        _create_branch(committee, order * 10, *row)
    for username, (body, role, name) in ACCOUNTS.items():
        if body == COMMITTEE_CODE:
            _seat(username, name, role, committee, account=True)
    deputy = _seat("reviewer2", "工作组副组长", Role.REVIEWER, committee)
    # The article's deputy leader belongs to the office: recused wherever the office is a party.
    Seat.objects.create(
        person=deputy.person, role=Role.MEMBER, organisation=Organisation.objects.get(code="TX-OFF"), from_on=SEATED_ON
    )


def _create_branch(committee, order, key, name, side, units, posts):
    code, title = f"TX-{key}", f"{name}党支部"
    joint = len(units) > 1
    branch = _organisation(code, title, title, Kind.PARTY_BRANCH, committee, order, side=side, joint=joint)
    for number, unit_name in enumerate(units, 1):
        unit = _organisation(f"{code}-{number}", unit_name, unit_name, Kind.UNIT, committee, order + number)
        UnitLink.objects.create(unit=unit, branch=branch, from_on=SEATED_ON)
        if number == 1:
            Post.objects.bulk_create(Post(organisation=unit, name=post) for post in posts)
    for role, word in ((Role.SECRETARY, "书记"), (Role.LIAISON, "联络员")):
        account = next((user for user, row in ACCOUNTS.items() if row[:2] == (key, role)), None)
        _seat(account or f"{key.lower()}-{role}", f"{title}{word}", role, branch, account=bool(account))


def _organisation(code, name, short_name, kind, parent, order, **fields):
    return Organisation.objects.create(
        code=code,
        name=name,
        short_name=short_name,
        kind=kind,
        parent=parent,
        order=order,
        opened_on=OPENED_ON,
        **fields,
    )  # fmt: skip


def _seat(username, name, role, organisation, *, account=False):
    """Only an `account` can log in: the others have no password."""
    person = User.objects.create_user(username, name)
    if account:
        person.password = _hashed_password()
        person.save(update_fields=["password"])
    return Seat.objects.create(person=person, role=role, organisation=organisation, from_on=SEATED_ON)


@cache
def _hashed_password():
    """Hashing is meant to be slow: the published password is hashed once for all accounts."""
    return make_password(PASSWORD)


def _read():
    committee = Organisation.objects.get(code=COMMITTEE_CODE)
    company = Company(committee=committee)
    below = {o.code: o for o in Organisation.objects.below(committee)}
    keys = {f"{COMMITTEE_CODE}-{key}": key for key in [*BODIES, *(row[0] for row in BRANCHES)]} | {COMMITTEE_CODE: "TX"}
    company.bodies = {key: below[code] for code, key in keys.items()}
    company.units = {key: below[f"TX-{key}-1"] for key, *_rest in BRANCHES}
    by_unit = {unit.pk: key for key, unit in company.units.items()}
    company.posts = {(by_unit[p.organisation_id], p.name): p for p in Post.objects.filter(organisation__in=by_unit)}
    by_body = {body.pk: key for key, body in company.bodies.items()}
    seats = Seat.objects.for_header().filter(organisation__in=by_body).exclude(role=Role.MEMBER).order_by("-pk")
    company.seats = {(by_body[seat.organisation_id], seat.role): seat for seat in seats}
    return company
