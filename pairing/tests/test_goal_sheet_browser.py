"""The goal sheet in a browser: keys, paste from a spreadsheet, fill down, undo, and what is saved in the end.

The fixture `page` fails on any console error, so also on a violation of the Content-Security-Policy.
"""

import re

import pytest
from playwright.sync_api import Page, expect

from pairing import versions
from pairing.tests.scenes import create_scene
from pairing.workflow.engine import perform

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]

PASTE = """cell => {
  const data = new DataTransfer();
  data.setData("text/plain", window.pasted);
  cell.dispatchEvent(new ClipboardEvent("paste", {clipboardData: data, bubbles: true, cancelable: true}));
}"""
BLOCK = (
    "焊口合格率98%\t每周抽检\t连续四周达标\t8.15\t张工 主管\r\n"
    '返工率降到2%\t"逐条复查\n写出""原因"""\t抽查20道\t2027/8/15 0:00\t赵工（班长）\r\n'
    "资料当日上传\t按\t每日核对\t年底前\t钱工\r\n"
)


@pytest.fixture
def scene():
    return create_scene("drafting", problems=3)


@pytest.fixture
def sheet(page: Page, scene, client, live_server) -> Page:
    """The window of the filer's secretary on the sheet, in which no goal stands yet."""
    client.force_login(scene.people.filer.person)
    cookie = {"name": "sessionid", "value": client.cookies["sessionid"].value, "url": live_server.url}
    page.context.add_cookies([cookie])
    page.goto(scene.url("_goals"))
    return page


def cell(sheet, row, name):
    return (
        sheet.locator(".goal-row:visible").nth(row - 1).locator(f".cell-{name} :is(textarea, input[data-date])").first
    )


def paste(sheet, where, text):
    sheet.evaluate("text => { window.pasted = text }", text)
    where.focus()
    where.evaluate(PASTE)


def write(sheet, *goals):
    """Goals into the first column, going down with Enter."""
    cell(sheet, 1, "text").focus()
    for number, goal in enumerate(goals):
        if number:
            sheet.keyboard.press("Enter")
        sheet.keyboard.insert_text(goal)


def has(sheet, *wanted):
    """The goals stand there, row by row."""
    boxes = sheet.locator(".goal-row:visible .cell-text textarea")
    expect(boxes).to_have_count(len(wanted))
    for number, text in enumerate(wanted):
        expect(boxes.nth(number)).to_have_value(text)


def texts(sheet):
    return [box.input_value() for box in sheet.locator(".goal-row:visible .cell-text textarea").all()]


def save(sheet):
    sheet.keyboard.press("Control+s")
    expect(sheet.locator(".message-success")).to_contain_text("已保存")


def test_enter_goes_down_and_adds_rows(sheet):
    write(sheet, "甲", "乙", "丙")
    has(sheet, "甲", "乙", "丙")
    sheet.keyboard.press("Shift+Enter")
    sheet.keyboard.insert_text("第二行")
    expect(cell(sheet, 3, "text")).to_have_value("丙\n第二行")
    sheet.keyboard.press("Alt+Enter")
    expect(cell(sheet, 3, "text")).to_have_value("丙\n第二行\n")
    sheet.keyboard.press("Enter")
    sheet.keyboard.press("Enter")  # from a blank row there is no further one
    expect(sheet.locator(".goal-row:visible")).to_have_count(4)


def test_arrows_walk_over_cells_and_inside_a_text_move_the_caret(sheet):
    write(sheet, "甲甲", "乙乙")
    sheet.keyboard.press("ArrowUp")
    expect(cell(sheet, 1, "text")).to_be_focused()
    sheet.keyboard.press("ArrowRight")  # the cell is chosen as a whole
    expect(cell(sheet, 1, "measure")).to_be_focused()
    sheet.keyboard.press("ArrowDown")
    expect(cell(sheet, 2, "measure")).to_be_focused()
    sheet.keyboard.press("ArrowLeft")
    sheet.keyboard.press("F2")
    sheet.keyboard.press("ArrowLeft")  # inside the text
    sheet.keyboard.insert_text("中")
    expect(cell(sheet, 2, "text")).to_have_value("乙中乙")
    for _ in range(2):
        sheet.keyboard.press("ArrowRight")
    expect(cell(sheet, 2, "measure")).to_be_focused()


def test_typing_in_a_chosen_cell_replaces_it_and_escape_leaves(sheet):
    write(sheet, "甲", "乙")
    sheet.keyboard.press("ArrowUp")
    sheet.keyboard.type("new")
    has(sheet, "new", "乙")
    sheet.keyboard.press("Control+z")  # the browser's own
    has(sheet, "甲", "乙")
    sheet.keyboard.press("F2")
    for _ in range(2):
        sheet.keyboard.press("Escape")
    expect(sheet.locator("button[value=edit]")).to_be_focused()


def test_a_block_of_a_spreadsheet_spreads_over_cells_and_is_undone(sheet, scene):
    write(sheet, "前一条")
    sheet.keyboard.press("Enter")
    paste(sheet, cell(sheet, 2, "text"), BLOCK)
    has(sheet, "前一条", "焊口合格率98%", "返工率降到2%", "资料当日上传")
    expect(cell(sheet, 3, "measure")).to_have_value('逐条复查\n写出"原因"')
    expect(cell(sheet, 2, "date")).to_have_value(re.compile("-08-15$"))
    expect(cell(sheet, 3, "date")).to_have_value("2027-08-15")
    expect(cell(sheet, 4, "date")).to_have_value("年底前")
    people = sheet.locator(".goal-row:visible").nth(2).locator(".owner").first.locator("textarea")
    assert [box.input_value() for box in people.all()] == ["赵工", "班长"]
    status = sheet.locator("[data-status]")
    expect(status).to_contain_text("已粘贴 15 格")
    expect(status).to_contain_text("“年底前”")

    sheet.keyboard.press("Control+z")
    has(sheet, "前一条", "")
    sheet.keyboard.press("Control+y")
    has(sheet, "前一条", "焊口合格率98%", "返工率降到2%", "资料当日上传")
    cell(sheet, 4, "date").fill("2027-9-1")
    save(sheet)
    goals = list(scene.fresh().goals.all())
    assert [goal.text for goal in goals] == texts(sheet)
    assert (goals[2].measure, f"{goals[2].date}") == ('逐条复查\n写出"原因"', "2027-08-15")
    filer = scene.agreement.present_parties[0]
    assert [(o.name, o.post) for o in goals[1].owners.filter(party=filer)] == [("张工", "主管")]


def test_problems_are_known_by_number_or_title_and_the_rest_is_said(sheet, scene):
    first, second, third = scene.problems
    line = ["目标", "措施", "标准", "2027-1-5", "张工", "李工"]
    tail = first.number.rpartition("〕")[2]
    block = [
        ["目标", "措施", "完成标准", "完成时间"],
        [*line, f"{tail}、{second.title}"],
        [*line, ""],
    ]
    paste(sheet, cell(sheet, 1, "text"), "\n".join("\t".join(cells) for cells in block))
    status = sheet.locator("[data-status]")
    expect(status).to_contain_text("表头行未填入")
    rows = sheet.locator(".goal-row:visible")
    paste(sheet, rows.nth(1).locator(".picker > summary"), "没有这个问题\t多出一列")
    for said in ("“没有这个问题”", "“多出一列”"):
        expect(status).to_contain_text(said)
    expect(rows.nth(0).locator(".picked-one")).to_have_text([first.title, second.title])
    expect(rows.nth(1).locator(".picked-one")).to_have_count(0)

    sheet.get_by_role("button", name="为未列入目标的问题各建一行（1）").click()
    expect(rows.nth(2).locator(".picked-one")).to_have_text([third.title])
    rows.nth(1).locator(".picker > summary").press("Enter")
    rows.nth(1).get_by_label(first.title).check()  # and leaves the first row
    expect(rows.nth(0).locator(".picked-one")).to_have_text([second.title])
    expect(status).to_contain_text("改列在目标 2")


def test_the_cell_above_is_taken_over(sheet):
    write(sheet, "甲", "乙")
    cell(sheet, 1, "measure").fill("每周检查")
    cell(sheet, 2, "measure").focus()
    sheet.keyboard.press("Control+d")
    expect(cell(sheet, 2, "measure")).to_have_value("每周检查")
    sheet.keyboard.press("Control+z")
    expect(cell(sheet, 2, "measure")).to_have_value("")
    expect(cell(sheet, 1, "measure")).to_have_value("每周检查")


def test_rows_are_moved_copied_removed_and_brought_back(sheet, scene):
    goals = [{"id": None, "text": f"目标{n}", "problems": [p.pk]} for n, p in enumerate(scene.problems, 1)]
    perform("edit", scene.agreement, seat=scene.people.filer, version=0, goals=goals)
    sheet.reload()
    rows = sheet.locator(".goal-row:visible")

    def act(row, name):
        rows.nth(row - 1).locator(".row-menu > summary").click()
        rows.nth(row - 1).get_by_role("button", name=name).click()

    act(3, "上移")
    act(1, "删除这条目标")
    expect(sheet.locator(".goal-gone")).to_contain_text("目标 1 已删除")
    has(sheet, "目标3", "目标2")
    sheet.locator(".goal-gone button").click()
    has(sheet, "目标1", "目标3", "目标2")
    act(1, "删除这条目标")
    act(2, "在下方复制一行")
    has(sheet, "目标3", "目标2", "目标2")
    save(sheet)
    saved = versions.present(scene.fresh()).goals
    assert [row.text for row in saved] == ["目标3", "目标2", "目标2"]
    assert [row.problems for row in saved] == [(scene.problems[2].pk,), (scene.problems[1].pk,), ()]


def test_a_copy_on_this_device_brings_back_rows_their_order_and_what_was_removed(sheet, scene):
    write(sheet, "甲", "乙", "丙")
    picker = sheet.locator(".goal-row:visible").nth(1).locator(".picker")
    picker.locator("summary").first.click()
    picker.get_by_label(scene.problems[1].title).check()
    sheet.locator(".goal-row:visible").nth(0).locator(".row-menu > summary").click()
    sheet.locator(".goal-row:visible").nth(0).get_by_role("button", name="删除这条目标").click()
    sheet.locator(".goal-row:visible").nth(1).locator(".row-menu > summary").click()
    sheet.locator(".goal-row:visible").nth(1).get_by_role("button", name="上移").click()
    has(sheet, "丙", "乙")
    sheet.evaluate("document.getElementById('goals-form').dispatchEvent(new CustomEvent('save-now'))")
    expect(sheet.locator("[data-saved]")).to_contain_text("本机")
    sheet.reload()
    sheet.locator("[data-restore-take]").click()
    expect(cell(sheet, 1, "text")).to_have_value("丙")
    has(sheet, "丙", "乙")
    expect(sheet.locator(".goal-row:visible").nth(1).locator(".picked-one")).to_have_text([scene.problems[1].title])


def test_hints_come_while_typing_and_go_when_the_goal_is_mended(sheet):
    write(sheet, "加强焊接管理")
    hint = sheet.locator(".goal-row:visible .cell-text .hint")
    expect(hint).to_contain_text("难以衡量")
    cell(sheet, 1, "text").fill("焊接合格率达到98%")
    expect(hint).to_be_hidden()


def test_completion_is_reported_with_one_press_and_enter_between_the_effects(page, client, live_server):
    scene = create_scene("active", problems=2)
    client.force_login(scene.people.filer.person)
    cookie = {"name": "sessionid", "value": client.cookies["sessionid"].value, "url": live_server.url}
    page.context.add_cookies([cookie])
    page.goto(scene.url("_completion"))
    page.get_by_role("button", name="全部完成").click()
    for effect in ("缺陷率降到1%", "返工减少一半"):
        page.keyboard.insert_text(effect)
        page.keyboard.press("Enter")
    page.keyboard.press("Enter")  # the button has the focus now
    expect(page.locator(".message-success")).to_contain_text("共建中")
    done = [(e.result, e.effect) for e in scene.fresh().episodes.order_by("problem")]
    assert done == [("done", "缺陷率降到1%"), ("done", "返工减少一半")]
    assert {goal.result for goal in scene.fresh().goals.all()} == {"done"}


def test_the_sheet_works_without_javascript(new_window, scene, client, live_server):
    client.force_login(scene.people.filer.person)
    window = new_window(java_script_enabled=False)
    cookie = {"name": "sessionid", "value": client.cookies["sessionid"].value, "url": live_server.url}
    window.context.add_cookies([cookie])
    window.goto(scene.url("_goals"))
    for index, text in enumerate(("留下", "不要")):
        window.locator(f"[name=g{index}-text]").fill(text)
    window.locator("#g0-problems > summary").click()
    window.locator("[name=g0-problems]").first.check()
    window.locator("#g1 .row-menu > summary").click()
    window.locator("[name=g1-remove]").check()
    window.click("button[value=edit]")
    expect(window.locator(".message-success")).to_contain_text("已保存")
    assert [goal.text for goal in scene.fresh().goals.all()] == ["留下"]
