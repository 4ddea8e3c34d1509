"""Bad spreadsheets: each bad cell is named, nothing is guessed, nothing is half-loaded."""

import zipfile
from io import StringIO

import pytest
from django.core.management import CommandError, call_command

from accounts.models import Event, Organisation, Seat, User
from accounts.tests.people import create_branch, create_committee, create_seat, create_user
from accounts.tests.test_loading import csv_file, workbook

pytestmark = pytest.mark.django_db

ORGANISATIONS = ["类型", "代码", "名称", "侧别", "上级代码", "设立日期", "撤销日期", "承接代码", "所属支部代码", "排序"]
COMMITTEE = ["党委", "GS", "公司党委"]
BRANCH = ["党支部", "ZB", "某支部", "基层", "GS"]
PEOPLE = ["用户名", "姓名", "邮箱", "初始密码"]
SEATS = ["用户名", "角色", "组织代码", "岗位", "自", "至", "代理"]


def refusal(path):
    """What the command says; asserts that it refused and left nothing behind."""
    before = [model.objects.count() for model in (Organisation, User, Seat, Event)]
    with pytest.raises(CommandError) as caught:
        call_command("load_organisations", str(path), stdout=StringIO())
    assert [model.objects.count() for model in (Organisation, User, Seat, Event)] == before
    return str(caught.value)


@pytest.mark.parametrize(
    ("line", "sentence"),
    [
        (["党支部", "ZB1", "某支部", "基层", "GS", "2021-02-30"], "第 3 行“设立日期”：“2021-02-30”不是有效日期"),
        (["党支部", "ZB1", "某支部", "基层", "GS", "2021年3月32日"], "第 3 行“设立日期”：“2021年3月32日”不是有效日期"),
        (["党支部", "ZB1", "某支部", "基层", "GS", 44350], "第 3 行“设立日期”：“44350”不是有效日期"),
        (["党支部", "ZB1", "某支部", "基层", "GS", "0202-06-03"], "第 3 行“设立日期”：年份 202 不正确"),
        (["党支部", "ZB1", "某支部", "基层", "GX"], "第 3 行“上级代码”：没有代码为“GX”的组织"),
        (["党支部", "ZB1", "某支部", "基层", None], "第 3 行“上级代码”：未填写，只有党委"),
        (["党支部", "ZB1", "某支部", None, "GS"], "第 3 行“侧别”："),
        (["支部", "ZB1", "某支部", "基层", "GS"], "第 3 行“类型”：“支部”无法识别"),
        (["党支部", None, "某支部", "基层", "GS"], "第 3 行“代码”：未填写"),
        (["党支部", "GS", "某支部", "基层", "GS"], "第 3 行“代码”：与第 2 行重复"),
        (["党支部", "ZB1", "某支部", "中层", "GS"], "第 3 行“侧别”：“中层”无法识别"),
        (["党支部", "Z B1", "某支部", "基层", "GS"], "第 3 行“代码”：代码中不能有空格"),
        (["党支部", "ZB1", "某\x07支部", "基层", "GS"], "第 3 行“名称”：第 2 个字符不可见（U+0007）"),
        (["党支部", "ZB1", "某\u200b支部", "基层", "GS"], "第 3 行“名称”：第 2 个字符不可见（U+200B）"),
        (["党支部", "ZB1", "长" * 121, "基层", "GS"], "第 3 行“名称”：最多 120 个字符"),
        (["党支部", "ZB1", "长" * 100_000, "基层", "GS"], "第 3 行“名称”：最多 120 个字符"),
        (["党支部", "ZB1", "#REF!", "基层", "GS"], "第 3 行“名称”：单元格显示错误"),
        (["党支部", "ZB1", "某支部", "基层", "GS", "2021-3-1", "2021-3-1"], "第 3 行“撤销日期”：早于起始日期"),
        (["党支部", "ZB1", "某支部", "基层", "GS", None, None, "GS"], "第 3 行“撤销日期”：未填写，承接组织"),
        (["党支部", "ZB1", "某支部", "基层", "GS", None, "2026-1-1", "ZB1"], "第 3 行“承接代码”：组织不能由自身承接"),
        (["党支部", "ZB1", "某支部", "基层", "GS", None, None, None, "GS"], "第 3 行“所属支部代码”：只有单位"),
        (["单位", "D1", "某单位", None, "GS", "2021-1-1", None, None, "GS"], "第 3 行“所属支部代码”：“GS”不是党支部"),
        (["党支部", "ZB1", "某支部", "基层", "GS", None, None, None, None, -1], "第 3 行“排序”：此处应为整数"),
        (["党支部", "ZB1", "某支部", "基层", "GS", None, None, None, None, None, "多"], "第 3 行：单元格多于表头"),
    ],
)
def test_a_bad_organisation_is_named(tmp_path, line, sentence):
    lines = [ORGANISATIONS, COMMITTEE, line]
    said = refusal(csv_file(tmp_path / "bad.csv", lines))
    assert sentence in said
    assert "请先改正以下" in said


def test_every_bad_cell_is_named_at_once(tmp_path):
    lines = [ORGANISATIONS, COMMITTEE, ["支部", "Z B", None, "左", "GX", "32日"]]
    said = refusal(workbook(tmp_path / "bad.xlsx", {"组织": lines}))
    assert "请先改正以下 6 处" in said
    for column in ("类型", "代码", "名称", "侧别", "上级代码", "设立日期"):
        assert f"工作表“组织”第 3 行“{column}”" in said


def test_a_circle_is_named_whatever_its_length(tmp_path):
    lines = [ORGANISATIONS, COMMITTEE]
    lines += [["党委", code, f"党委{code}", None, above] for code, above in (("A", "C"), ("B", "A"), ("C", "B"))]
    said = refusal(csv_file(tmp_path / "circle.csv", lines))
    assert said.count("组织不能隶属于自身") == 3


def test_a_circle_through_what_is_there_is_named(tmp_path):
    committee = create_committee(code="GS")
    create_branch("某支部", parent=committee, code="ZB")
    said = refusal(csv_file(tmp_path / "circle.csv", [ORGANISATIONS, ["党委", "GS", "公司党委", None, "ZB"]]))
    assert "第 2 行“上级代码”：组织不能隶属于自身" in said


def test_too_deep_a_tree_is_named(tmp_path):
    lines = [ORGANISATIONS, COMMITTEE]
    lines += [["党委", f"D{n}", "党委", None, f"D{n - 1}" if n else "GS"] for n in range(25)]
    assert "层级超过 20 级" in refusal(csv_file(tmp_path / "deep.csv", lines))


def test_a_kind_never_changes(tmp_path):
    create_committee(code="GS")
    said = refusal(csv_file(tmp_path / "kind.csv", [ORGANISATIONS, ["纪委", "GS", "公司党委", None, "GS"]]))
    assert "已登记为“党委”，类型不可更改" in said


@pytest.mark.parametrize(
    ("line", "sentence"),
    [
        (["a b", "某", None, None], "第 2 行“用户名”：只能使用文字、数字"),
        (["good", None, None, None], "第 2 行“姓名”：未填写"),
        (["good", "某", "nobody", None], "第 2 行“邮箱”：“nobody”不是邮箱地址"),
        (["good", "某", None, "short"], "第 2 行“初始密码”：至少 10 个字符"),
        (["good", "某", None, "=1+1"], "第 2 行“初始密码”：是公式"),
    ],
)
def test_a_bad_person_is_named(tmp_path, line, sentence):
    assert sentence in refusal(csv_file(tmp_path / "people.csv", [PEOPLE, line]))


@pytest.mark.parametrize(
    ("line", "sentence"),
    [
        (["nobody", "督办人", "GS", None, "2021-1-1"], "第 2 行“用户名”：“nobody”没有账号"),
        (["somebody", "督察员", "GS", None, "2021-1-1"], "第 2 行“角色”：“督察员”无法识别"),
        (["somebody", "督办人", "XX", None, "2021-1-1"], "第 2 行“组织代码”：没有代码为“XX”的组织"),
        (["somebody", "督办人", "ZB", None, "2021-1-1"], "第 2 行：工作组、督办人和领导须在党委任职"),
        (["somebody", "党支部书记", "GS", None, "2021-1-1"], "第 2 行：书记、联络员和支部成员须在支部任职"),
        (["somebody", "督办人", "GS", "某岗", "2021-1-1"], "第 2 行“岗位”：该组织没有岗位“某岗”"),
        (["somebody", "督办人", "GS", None, None], "第 2 行“自”：未填写"),
        (["somebody", "督办人", "GS", None, "2021-1-2", "2021-1-1"], "第 2 行“至”：早于起始日期"),
        (
            ["somebody", "督办人", "GS", None, "2021-1-1", None, "auditor"],
            "第 2 行“代理”：“auditor”在该时间没有相应任职",
        ),
        (["auditor", "系统管理员", "GS", None, "2021-1-1"], "第 2 行：系统、安全、审计管理员须由不同的人担任"),
        (["auditor", "审计管理员", "GS", None, "2021-1-1"], "第 2 行“自”：此人在该时间段已有相同任职"),
    ],
)
def test_a_bad_seat_is_named(tmp_path, line, sentence):
    committee = create_committee(code="GS")
    create_branch("某支部", parent=committee, code="ZB")
    create_user("somebody")
    create_seat("auditor", committee, person=create_user("auditor"))
    assert sentence in refusal(csv_file(tmp_path / "seats.csv", [SEATS, line]))


def test_good_sheets_are_not_loaded_beside_a_bad_one(tmp_path):
    sheets = {"组织": [ORGANISATIONS, COMMITTEE, BRANCH], "人员": [PEOPLE, ["good", "某", None, "short"]]}
    assert "工作表“人员”第 2 行“初始密码”" in refusal(workbook(tmp_path / "half.xlsx", sheets))


@pytest.mark.parametrize(
    ("header", "sentence"),
    [
        (["类型", "代码", "名称", "颜色"], "列“颜色”无法识别"),
        (["类型", "代码", "名称", "名称"], "列“名称”重复"),
        (["类别", "编码", "名字", "x"], "没有找到模板的表头"),
    ],
)
def test_a_wrong_header_is_named(tmp_path, header, sentence):
    said = refusal(csv_file(tmp_path / "header.csv", [header, ["党委", "GS", "公司党委", "公司党委"]]))
    assert sentence in said


def test_formulas_are_not_read(tmp_path):
    path = workbook(tmp_path / "formula.xlsx", {"组织": [ORGANISATIONS, ["党委", "GS", "=A2&B2"]]})
    assert "第 2 行“名称”：是公式" in refusal(path)


def _a_zip(path):
    with zipfile.ZipFile(path, "w") as packed:
        packed.writestr("hello.txt", "not a workbook")


@pytest.mark.parametrize(
    ("name", "content", "sentence"),
    [
        ("missing.xlsx", None, "无法打开"),
        ("missing.csv", None, "无法打开"),
        ("old.xls", b"\xd0\xcf\x11\xe0", "只能读取 .xlsx 或 .csv"),
        ("picture.xlsx", b"\x89PNG\r\n\x1a\n", "不是有效的 .xlsx 文件"),
        ("zip.xlsx", _a_zip, "不是有效的 .xlsx 文件"),
        ("empty.xlsx", b"", "不是有效的 .xlsx 文件"),
        ("empty.csv", b"", "没有数据行"),
        ("bytes.csv", bytes(range(128, 256)) * 9, "既非 UTF-8 也非 GB18030"),
        ("nul.csv", "类型,代码,名称\n党委,GS,公司\0党委".encode(), "第 2 行“名称”：第 3 个字符不可见（U+0000）"),
        ("quote.csv", ('类型,代码,名称\n党委,GS,"' + "x" * 200_000).encode(), "不是有效的 CSV 文件"),
    ],
)
def test_a_wrong_file_is_named(tmp_path, name, content, sentence):
    path = tmp_path / name
    if callable(content):
        content(path)
    elif content is not None:
        path.write_bytes(content)
    assert sentence in refusal(path)
