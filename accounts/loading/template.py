"""What a file looks like: four sheets with their columns. The words of the file are Chinese in any language."""

from collections.abc import Callable
from dataclasses import dataclass

from django.utils.translation import gettext_lazy as _

from accounts.loading import cells
from accounts.models import Kind, Role, Side

JOINT = "joint"
KINDS = {
    "党委": Kind.COMMITTEE,
    "纪委": Kind.DISCIPLINE_COMMITTEE,
    "党总支": Kind.GENERAL_BRANCH,
    "党支部": Kind.PARTY_BRANCH,
    "联合党支部": JOINT,
    "单位": Kind.UNIT,
}
SIDES = {"机关": Side.HEADQUARTERS, "基层": Side.GRASSROOTS}
ROLES = {
    "党支部书记": Role.SECRETARY,
    "联络员": Role.LIAISON,
    "支部成员": Role.MEMBER,
    "工作组成员": Role.REVIEWER,
    "工作组组长": Role.LEAD,
    "督办人": Role.SUPERVISOR,
    "领导": Role.LEADER,
    "系统管理员": Role.SYSADMIN,
    "安全管理员": Role.SECADMIN,
    "审计管理员": Role.AUDITOR,
}
YES_NO = {"是": True, "否": False}
IGNORED = "备注"  # a column that may stand in every sheet and is not read
EXPLANATION = "说明"  # a sheet that is not read


@dataclass(frozen=True)
class Column:
    """`key` is the field's name in our code; `read` makes the value of a cell (accounts.loading.cells)."""

    key: str
    title: str
    read: Callable
    help: str = ""
    example: str = ""
    required: bool = False
    words: tuple = ()


@dataclass(frozen=True)
class Sheet:
    key: str
    title: str
    columns: tuple[Column, ...]

    @property
    def required(self):
        """The titles without which the sheet cannot be read."""
        return {column.title for column in self.columns if column.required}


def one_of(key, title, words, *more, **options):
    return Column(key, title, cells.choice(words), *more, words=tuple(words), **options)


ORGANISATIONS = Sheet(
    "organisations",
    "组织",
    (
        one_of("kind", "类型", KINDS, _("What it is."), "党支部", required=True),
        Column("code", "代码", cells.code, _("Never changes; a later file updates by it."), "JG03", required=True),
        Column("name", "名称", cells.text(120), _("The full name."), "工程管理部党支部", required=True),
        Column("short_name", "简称", cells.text(60), _("For lists; empty: the full name."), "工程部支部"),
        one_of("side", "侧别", SIDES, _("Needed for a branch."), "机关"),
        Column("parent", "上级代码", cells.code, _("Only a party committee may have none."), "DW"),
        Column("order", "排序", cells.number, _("Manual order; empty: the order of the rows."), "3"),
        Column("opened_on", "设立日期", cells.day, _("The first day it exists."), "2019-03-01"),
        Column("closed_on", "撤销日期", cells.day, _("The first day it exists no more."), ""),
        Column("successor", "承接代码", cells.code, _("Who takes over the open work; needs a closing day."), ""),
        Column("branch", "所属支部代码", cells.code, _("Only for a unit: the branch it belongs to."), ""),
        Column("linked_on", "所属自", cells.day, _("From when the unit belongs to it; empty: its opening day."), ""),
    ),
)
POSTS = Sheet(
    "posts",
    "岗位",
    (
        Column("organisation", "组织代码", cells.code, _("The unit or branch of the post."), "JG03", required=True),
        Column("name", "岗位", cells.text(80), _("The name of the post."), "计划管理岗", required=True),
        Column("closed_on", "撤销日期", cells.day, _("The first day it exists no more."), ""),
    ),
)
PEOPLE = Sheet(
    "people",
    "人员",
    (
        Column("username", "用户名", cells.username, _("For the log-in; never changes."), "gongcheng01", required=True),
        Column("name", "姓名", cells.text(60), _("As in documents."), "某同志", required=True),
        Column("email", "邮箱", cells.email, _("For reminders."), "gongcheng01@example.com"),
        Column("password", "初始密码", cells.text(128), _("Only for new accounts; empty: one is made up."), ""),
    ),
)
SEATS = Sheet(
    "seats",
    "任职",
    (
        Column("username", "用户名", cells.username, _("Who."), "gongcheng01", required=True),
        one_of("role", "角色", ROLES, _("In which role."), "党支部书记", required=True),
        Column("organisation", "组织代码", cells.code, _("Where."), "JG03", required=True),
        Column("post", "岗位", cells.text(80), _("A post of that organisation."), ""),
        Column("from_on", "自", cells.day, _("The first day."), "2021-01-01", required=True),
        Column("to_on", "至", cells.day, _("The last day; empty: until further notice."), ""),
        Column("deputy_of", "代理", cells.username, _("User name of whom this person deputises for."), ""),
        one_of("may_backdate", "可补录", YES_NO, _("May enter what happened on paper earlier."), "否"),
    ),
)
SHEETS = (ORGANISATIONS, POSTS, PEOPLE, SEATS)
