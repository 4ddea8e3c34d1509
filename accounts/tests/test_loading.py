"""Organisations, people and seats from a spreadsheet: what a good file brings, twice, changed, and by which command."""

from datetime import date
from io import StringIO
from pathlib import Path

import pytest
from django.core.management import CommandError, call_command
from openpyxl import load_workbook
from xlsxwriter import Workbook

from accounts.loading.template import SHEETS
from accounts.models import Event, Organisation, Post, Role, Seat, UnitLink, User

pytestmark = pytest.mark.django_db

GOOD = {
    "组织": [
        # the tree's order does not depend on the rows' order
        ["类型*", "代码*", "名称*", "简称", "侧别", "上级代码", "设立日期", "所属支部代码", "所属自", "备注"],
        ["单位", "DW01", "廊坊分公司", "廊坊", None, "GS", date(2019, 1, 1), "ZB01", None, "一期"],
        ["党支部", "ZB01", "廊坊分公司党支部", None, "基层", "ZZ", "2019年3月1日", None, None, None],
        ["联合党支部", 102, "机关第一联合党支部", "机关一支部", "机关", "GS", "2019.03.01", None, None, None],
        [None] * 10,
        ["党总支", "ZZ", "廊坊党总支", None, None, "GS", None, None, None, None],
        ["党委", "GS", "公司党委", None, None, None, None, None, None, None],
        ["纪委", "JW", "公司纪委", None, None, "GS", "20190301", None, None, None],
    ],
    "岗位": [["组织代码", "岗位"], ["DW01", "计划管理岗"]],
    "人员": [
        ["用户名", "姓名", "邮箱", "初始密码"],
        ["langfang", "郭㛃䶮", "langfang@example.com", "Erste-2021-x"],
        ["ｊｉｇｕａｎ", "某𠅤", None, None],
    ],
    "任职": [
        ["用户名", "角色", "组织代码", "岗位", "自", "至", "代理", "可补录"],
        ["jiguan", "党支部书记", "ZB01", None, "2021-02-01", "2021-03-31", "langfang", "是"],
        ["langfang", "党支部书记", "ZB01", None, "2021-01-01", None, None, None],
        ["jiguan", "督办人", "GS", None, "2021-01-01", None, None, "否"],
        ["langfang", "支部成员", "102", None, "2021-01-01", None, None, None],
    ],
}


def workbook(path, sheets):
    with Workbook(path) as book:
        day = book.add_format({"num_format": "yyyy-mm-dd"})
        for title, lines in sheets.items():
            page = book.add_worksheet(title)
            for y, line in enumerate(lines):
                for x, value in enumerate(line):
                    page.write(y, x, value, day) if isinstance(value, date) else page.write(y, x, value)
    return path


def csv_file(path, lines, encoding="utf-8"):
    text = "\n".join(",".join("" if cell is None else str(cell) for cell in line) for line in lines)
    path.write_bytes(text.encode(encoding))
    return path


def load(*arguments):
    out = StringIO()
    call_command("load_organisations", *map(str, arguments), stdout=out)
    return out.getvalue()


@pytest.fixture
def good(tmp_path):
    return workbook(tmp_path / "good.xlsx", GOOD)


def test_a_good_workbook_brings_everything(good):
    said = load(good)
    tree = {o.code: (o.kind, o.joint, o.side, o.parent and o.parent.code, o.short_name) for o in organisations()}
    assert tree == {
        "GS": ("committee", False, "", None, "公司党委"),
        "JW": ("discipline_committee", False, "", "GS", "公司纪委"),
        "ZZ": ("general_branch", False, "", "GS", "廊坊党总支"),
        "ZB01": ("party_branch", False, "grassroots", "ZZ", "廊坊分公司党支部"),
        "102": ("party_branch", True, "headquarters", "GS", "机关一支部"),
        "DW01": ("unit", False, "", "GS", "廊坊"),
    }
    branch = Organisation.objects.get(code="ZB01")
    assert branch.lies_below(Organisation.objects.get(code="GS"))
    assert branch.opened_on == date(2019, 3, 1)
    link = UnitLink.objects.get()
    assert (link.unit.code, link.branch.code, link.from_on, link.to_on) == ("DW01", "ZB01", date(2019, 1, 1), None)
    assert Post.objects.get().organisation.code == "DW01"
    deputy = Seat.objects.get(person__username="jiguan", role=Role.SECRETARY)
    assert (deputy.deputy_of.person.name, deputy.to_on, deputy.may_backdate) == ("郭㛃䶮", date(2021, 3, 31), True)
    assert "共 14 项变更" in said


def organisations():
    return Organisation.objects.select_related("parent")


def test_passwords_are_initial_and_shown_once(good):
    said = load(good)
    given, made_up = User.objects.get(username="langfang"), User.objects.get(username="jiguan")
    assert given.check_password("Erste-2021-x")
    password = said.strip().split("\n")[-1].split("\t")[2]
    assert made_up.check_password(password)
    assert given.must_change_password
    assert made_up.must_change_password
    assert "Erste-2021-x" not in said
    assert password not in str(list(Event.objects.values()))


def test_passwords_go_to_a_private_new_file(good, tmp_path):
    out = tmp_path / "passwords.csv"
    said = load(good, "--passwords", out)
    assert "初始密码" not in said
    assert out.stat().st_mode & 0o777 == 0o600
    assert out.read_text("utf-8-sig").splitlines()[1].startswith("jiguan,某𠅤,")


def test_an_existing_password_file_is_kept_and_nothing_loaded(good, tmp_path):
    out = tmp_path / "passwords.csv"
    out.write_text("older")
    with pytest.raises(CommandError, match="未导入任何数据"):
        load(good, "--passwords", out)
    assert out.read_text() == "older"
    assert not Organisation.objects.exists()


def test_the_same_file_again_changes_nothing(good):
    load(good)
    before = Event.objects.count()
    assert "共 0 项变更" in load(good)
    assert Event.objects.count() == before + 1  # that somebody loaded it


def test_a_dry_run_says_what_would_change_and_keeps_nothing(good):
    said = load(good, "--dry-run")
    assert "将有 14 项变更" in said
    assert "新增：组织 廊坊分公司党支部" in said
    assert not any(model.objects.exists() for model in (Organisation, User, Seat, Event))


def test_every_change_is_recorded_with_its_cause(good):
    load(good)
    cause = Event.objects.get(action="loaded")
    assert cause.details["file"] == "good.xlsx"
    assert cause.consequences.count() == 14
    assert set(cause.consequences.values_list("action", flat=True)) == {"added"}


def test_a_later_file_updates_by_code_and_leaves_missing_columns(good, tmp_path):
    load(good)
    lines = [
        ["类型", "代码", "名称", "上级代码", "撤销日期", "承接代码"],
        ["党支部", "ZB01", "廊坊第一党支部", "GS", "2026-01-01", "102"],
    ]
    said = load(workbook(tmp_path / "later.xlsx", {"组织": lines}))
    branch = Organisation.objects.get(code="ZB01")
    assert (branch.name, branch.short_name, branch.side) == ("廊坊第一党支部", "廊坊分公司党支部", "grassroots")
    assert (branch.parent.code, branch.successor.code) == ("GS", "102")
    assert branch.path == f"{branch.parent.path}{branch.pk}/"
    assert "修改：组织 廊坊第一党支部（名称、撤销日期、上级）" in said
    event = Event.objects.filter(action="changed", object_id=branch.pk).earliest("pk")
    assert event.details["name"] == ["廊坊分公司党支部", "廊坊第一党支部"]


def test_two_organisations_may_change_places(good, tmp_path):
    load(good)
    lines = [["类型", "代码", "名称", "侧别", "上级代码"]]
    lines += [["党总支", "ZZ", "廊坊党总支", None, "ZB01"], ["党支部", "ZB01", "廊坊分公司党支部", "基层", "GS"]]
    load(workbook(tmp_path / "swap.xlsx", {"组织": lines}))
    lower, upper = Organisation.objects.get(code="ZZ"), Organisation.objects.get(code="ZB01")
    assert lower.path == f"{upper.path}{lower.pk}/"


def test_a_unit_moves_to_another_branch_on_a_day(good, tmp_path):
    load(good)
    lines = [["类型", "代码", "名称", "上级代码", "所属支部代码", "所属自"]]
    lines += [["单位", "DW01", "廊坊分公司", "GS", "102", "2022-07-01"]]
    moved = workbook(tmp_path / "moved.xlsx", {"组织": lines})
    for _round in range(2):
        load(moved)
        links = list(UnitLink.objects.order_by("from_on").values_list("branch__code", "from_on", "to_on"))
        assert links == [("ZB01", date(2019, 1, 1), date(2022, 7, 1)), ("102", date(2022, 7, 1), None)]


def test_a_seat_ends_by_a_later_file(good, tmp_path):
    load(good)
    lines = [["用户名", "角色", "组织代码", "自", "至"], ["jiguan", "督办人", "GS", "2021-01-01", "2021-12-31"]]
    load(workbook(tmp_path / "ended.xlsx", {"任职": lines}))
    assert Seat.objects.get(role=Role.SUPERVISOR).to_on == date(2021, 12, 31)
    assert Seat.objects.count() == 4


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gb18030"])
def test_csv_in_three_encodings_known_by_its_header(tmp_path, encoding):
    load(csv_file(tmp_path / "a.csv", GOOD["组织"], encoding))
    load(csv_file(tmp_path / "b.csv", GOOD["人员"], encoding))
    load(csv_file(tmp_path / "c.csv", GOOD["任职"], encoding))
    assert Organisation.objects.get(code="102").name == "机关第一联合党支部"
    assert User.objects.get(username="langfang").name == "郭㛃䶮"
    assert Seat.objects.count() == 4


def test_a_title_above_the_header_is_passed_over(tmp_path):
    lines = [["公司党组织一览表", None], [None, None], ["类型", "代码", "名称"], ["党委", "GS", "公司党委"]]
    load(workbook(tmp_path / "titled.xlsx", {"Sheet1": lines}))
    assert Organisation.objects.get().name == "公司党委"


def test_the_template_has_the_columns_and_can_be_loaded_back(tmp_path):
    path = tmp_path / "template.xlsx"
    call_command("organisation_template", str(path), stdout=StringIO())
    book = load_workbook(path)
    assert book.sheetnames == ["组织", "岗位", "人员", "任职", "说明"]
    with pytest.raises(CommandError, match="没有数据行"):
        load(path)
    with pytest.raises(CommandError, match="exists"):
        call_command("organisation_template", str(path))


def test_the_guide_explains_every_column(settings):
    guide = (Path(settings.BASE_DIR) / "docs/organisations.md").read_text("utf-8")
    for sheet in SHEETS:
        for column in sheet.columns:
            assert f"| {sheet.title} | {column.title}{'*' if column.required else ''} |" in guide
