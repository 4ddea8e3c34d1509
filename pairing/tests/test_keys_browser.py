"""Keys, search while typing, and lists that change without a reload, in a real browser."""

import re

import pytest
from playwright.sync_api import Page, expect

from accounts.tests.people import create_personas
from pairing.models import Notice
from pairing.tests.world import bring_to, create_agreement, create_problem, create_programme
from pairing.views.lists import PER_PAGE

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


@pytest.fixture
def personas():
    return create_personas()


@pytest.fixture
def programme(personas):
    return create_programme(personas.committee)


@pytest.fixture
def enter(page: Page, client, live_server):
    """Opens an address as the holder of a seat."""

    def enter(seat, address):
        client.force_login(seat.person)
        cookie = {"name": "sessionid", "value": client.cookies["sessionid"].value, "url": live_server.url}
        page.context.add_cookies([cookie])
        page.goto(address)
        return page

    return enter


def search_box(page):
    return page.get_by_role("searchbox", name="搜索编号和标题")


def test_slash_suggestions_and_arrows(enter, personas, programme):
    problem = create_problem(programme, personas.filer, "焊缝返工多")
    page = enter(personas.filer, "/organisations/")
    page.keyboard.press("/")
    expect(search_box(page)).to_be_focused()
    page.keyboard.type("焊缝")
    link = page.locator(".suggestions").get_by_role("link", name="焊缝返工多")
    expect(link).to_be_visible()
    expect(page.locator("#announce")).to_have_text("问题 1")
    page.keyboard.press("ArrowDown")
    expect(link).to_be_focused()
    page.keyboard.press("Escape")
    expect(page.locator(".suggestions")).to_have_count(0)
    expect(search_box(page)).to_be_focused()
    search_box(page).fill("7")
    search_box(page).fill(problem.number)
    page.keyboard.press("Enter")
    page.wait_for_url(f"**{problem.get_absolute_url()}")


def test_a_short_word_asks_for_nothing(enter, personas):
    page = enter(personas.filer, "/organisations/")
    asked = []
    page.on("request", lambda request: asked.append(request.url))
    search_box(page).fill("焊")
    page.wait_for_timeout(600)
    assert not [address for address in asked if "/search/" in address]


def test_on_a_phone_the_search_is_a_page(enter, personas, page):
    page.set_viewport_size({"width": 390, "height": 844})
    enter(personas.filer, "/organisations/")
    page.keyboard.press("/")
    page.wait_for_url("**/search/")
    expect(search_box(page)).to_be_focused()
    assert page.evaluate("document.documentElement.scrollWidth") <= 390


def test_the_list_of_keys_is_that_of_the_page_and_can_be_switched_off(enter, personas, programme):
    create_problem(programme, personas.filer)
    page = enter(personas.filer, "/problems/")
    page.keyboard.press("?")
    keys = page.get_by_role("dialog", name="快捷键")
    expect(keys.get_by_text("打开所在行")).to_be_visible()
    expect(keys.get_by_text("将此目标标为修改")).to_be_hidden()
    keys.get_by_label("在本机使用单键快捷键").uncheck()
    page.keyboard.press("Escape")
    for key in "?j/":
        page.keyboard.press(key)
    expect(page.get_by_role("dialog")).to_have_count(0)
    expect(page.locator(".row-here")).to_have_count(0)
    page.locator(".bar details.menu summary").click()
    page.get_by_role("button", name="快捷键").click()
    keys.get_by_label("在本机使用单键快捷键").check()
    page.keyboard.press("Escape")
    page.keyboard.press("j")
    expect(page.locator(".row-here")).to_have_count(1)


def test_keys_do_nothing_in_fields_or_with_modifiers(enter, personas, programme):
    create_problem(programme, personas.filer)
    page = enter(personas.filer, "/problems/")
    page.locator("#filters [name=q]").press("j")
    page.keyboard.press("Shift+J")
    page.locator("h1").click()
    for key in ("Control+j", "Alt+j", "Shift+J"):
        page.keyboard.press(key)
    expect(page.locator(".row-here")).to_have_count(0)


def test_enter_on_a_chip_of_a_long_form_sends_nothing(enter, personas, programme):
    page = enter(personas.filer, "/problems/new/")
    page.locator("[name=urgency]").first.focus()
    page.keyboard.press("Enter")
    page.wait_for_timeout(300)
    assert page.locator(".error-summary").count() == 0


def test_the_review_by_keys_decides_nothing_by_a_slip(enter, personas, programme):
    problems = [create_problem(programme, personas.filer, title) for title in ("焊缝返工", "图纸滞后")]
    agreement = create_agreement(programme, personas.filer, [personas.partner_branch], problems)
    bring_to("submitted", agreement)
    page = enter(personas.reviewer, f"/agreements/{agreement.pk}/review/")
    page.keyboard.press("j")
    page.keyboard.press("j")
    expect(page.locator(".judged").nth(1)).to_be_focused()
    page.keyboard.press("r")
    chip = page.locator(".judged").nth(1).locator("input[value=revise]")
    expect(chip).to_be_focused()
    expect(chip).to_be_checked()
    page.keyboard.press("k")
    expect(page.locator(".judged").nth(0)).to_be_focused()
    page.keyboard.press("a")
    expect(page.get_by_role("button", name="通过", exact=True)).to_be_focused()
    agreement.refresh_from_db()
    assert agreement.state == "submitted"


def test_lists_are_filtered_and_paged_without_a_reload(enter, personas, programme):
    for n in range(PER_PAGE + 1):
        create_problem(programme, personas.filer, f"第{n}项返工")
    page = enter(personas.filer, "/problems/")
    page.evaluate("window.same = true")
    page.keyboard.press("j")
    page.get_by_role("link", name="下一页").click()
    expect(page).to_have_url(re.compile("page=2"))
    expect(page.locator("tbody tr")).to_have_count(1)
    page.keyboard.press("j")
    expect(page.locator("tbody a")).to_be_focused()
    page.locator("#filters [name=q]").fill("第7项")
    page.get_by_role("button", name="筛选").click()
    expect(page).to_have_url(re.compile("q=%E7%AC%AC7"))
    expect(page.locator("tbody tr")).to_have_count(1)
    expect(page.locator("#announce")).to_contain_text("1")
    expect(page.get_by_role("button", name="筛选")).to_be_focused()
    page.locator("#results .chip").click()
    expect(page.locator("tbody tr")).to_have_count(PER_PAGE)
    expect(page.locator("#filters [name=q]")).to_have_value("")
    expect(page.locator("#results")).to_be_focused()
    assert page.evaluate("window.same")
    page.go_back()
    expect(page.locator("tbody tr")).to_have_count(1)
    expect(page.locator("#filters [name=q]")).to_have_value("第7项")
    page.locator("tbody a").click()
    page.wait_for_url(re.compile(r"/problems/\d+/$"))
    kept = page.evaluate("[...Object.keys(localStorage), ...Object.keys(sessionStorage)]")
    assert kept == ["htmx-current-path-for-history"]  # no copies of pages stay in the browser


def test_a_pressed_button_says_that_it_works(enter, personas):
    for n in range(2):
        Notice.objects.create(
            person=personas.filer.person, object_type="problem", object_id=n + 1, step="follow_up_due", occasion="x"
        )
    page = enter(personas.filer, "/inbox/")
    page.evaluate("addEventListener('submit', (event) => event.preventDefault())")  # an answer that does not come
    page.evaluate("for (const form of document.forms) form.replaceWith(form.cloneNode(true))")  # plain forms, no htmx
    page.get_by_role("button", name="全部已阅").click()
    expect(page.locator("[aria-busy=true]")).to_have_text("正在提交…")


@pytest.mark.parametrize(("language", "words"), [("zh-hans", "督办 案例 规定"), ("en", "Follow-ups Cases Rules")])
def test_the_bar_has_room_for_eight_tabs(enter, personas, page, language, words):
    person = personas.filer.person
    person.language = language
    person.save()
    page.set_viewport_size({"width": 1366, "height": 768})
    enter(personas.filer, "/organisations/")
    page.evaluate(
        """words => { const tabs = document.querySelector(".tabs"); for (const word of words) {
        const tab = tabs.lastElementChild.cloneNode(); tab.textContent = word; tabs.append(tab); } }""",
        words.split(),
    )
    assert page.evaluate("document.documentElement.scrollWidth") <= 1366
