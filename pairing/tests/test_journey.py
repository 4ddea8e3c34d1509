"""One problem from filing to write-off, in a real browser, by five roles each in a window of its own.

The fixture `new_window` fails the test on a console error or a request to another host.
"""

import re
from datetime import timedelta

import pytest
from django.utils import timezone
from playwright.sync_api import Page, expect

from accounts.models import Role
from accounts.tests.people import PASSWORD, create_personas, create_seat, create_user
from pairing.models import Agreement, Problem
from pairing.tests import world

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]
TITLE, AIM = "储罐焊接缺陷率由2%上升到5%", "把焊接一次合格率提高到98%"
EFFECT = "焊接缺陷率由5%降到1.6%，连续四周达标"


@pytest.fixture
def people():
    people = create_personas()
    create_seat(Role.LIAISON, people.branch, person=create_user("liaison"))
    world.create_programme(people.committee)
    world.create_category()
    return people


def test_from_filing_to_write_off(people, new_window):
    def sign_in(username):
        window = new_window(viewport={"width": 1440, "height": 900})
        window.goto("/accounts/login/")
        window.fill("[name=username]", username)
        window.fill("[name=password]", PASSWORD)
        window.click("main button")
        expect(window.locator(".menu .who")).to_contain_text(f"{username}同志")
        return window

    file_the_problem(sign_in("liaison"))
    owner, partner = sign_in("filer"), sign_in("partner")
    invite(owner)
    address = f"/agreements/{Agreement.objects.get().pk}/"
    accept(partner, address)
    write_goals(partner, address)
    confirm_and_submit(owner, address)
    reviewer = sign_in("reviewer")
    review(reviewer, address)
    sign(owner, address)
    sign(partner, address)
    follow_up(sign_in("supervisor"), address)
    report_completion(partner, address)
    confirm_completion(owner, address)
    accept_the_result(reviewer, address)
    owner.goto(f"/problems/{Problem.objects.get().pk}/")
    expect(owner.locator(".state-line")).to_contain_text("已销号")
    expect(owner.locator("main")).to_contain_text(EFFECT)


def forward(window: Page):
    """The one filled button of what can be done now."""
    window.locator(".step-primary a").click()


def told(window: Page, text):
    expect(window.locator(".message-success").first).to_contain_text(text)


def file_the_problem(liaison: Page):
    liaison.get_by_role("link", name="提出问题").first.click()
    liaison.fill("[name=title]", TITLE)
    liaison.select_option("[name=category]", label="质量安全")
    liaison.click("button[name=file]")
    expect(liaison.locator(".state-line")).to_contain_text("待结对")


def invite(owner: Page):
    owner.goto(f"/problems/{Problem.objects.get().pk}/")
    owner.locator("a[href*='/agreements/new/']").first.click()
    expect(owner.get_by_label(TITLE)).to_be_checked()
    owner.fill("[name=aim]", AIM)
    owner.fill("[name=partner-0-organisation]", "廊坊分公司党支部")
    owner.click("button[value=invite]")
    told(owner, "待答复")


def accept(partner: Page, address):
    partner.goto(address)
    forward(partner)
    expect(partner.locator("main")).to_contain_text(TITLE)
    partner.click("button[value=accept_invitation]")
    told(partner, "共同拟定")


def write_goals(partner: Page, address):
    partner.goto(f"{address}goals/")
    row = partner.locator(".goal-row:visible").first
    row.get_by_label("目标", exact=True).fill("焊接一次合格率达到98%以上")
    row.get_by_label("措施", exact=True).fill("每周联合检查一次")
    row.get_by_label("完成标准", exact=True).fill("连续四周抽检合格率不低于98%")
    row.locator("input[data-date]").fill(f"{timezone.localdate() + timedelta(days=60):%Y%m%d}")
    for field, text in zip(row.locator(".owner textarea").all(), ("张工", "主管", "李工", "工程师"), strict=True):
        field.fill(text)
    row.locator(".picker > summary").click()
    row.get_by_label(TITLE).check()
    partner.get_by_role("button", name="增加一条目标").click()
    added = partner.locator(".goal-row:visible").nth(1)
    added.get_by_label("目标", exact=True).fill("这一条不要了")
    added.locator(".row-menu > summary").click()
    added.get_by_role("button", name="删除这条目标").click()
    partner.click("button[value=confirm_goals]")
    told(partner, "已保存")


def confirm_and_submit(owner: Page, address):
    owner.goto(address)
    expect(owner.locator(".goal")).to_have_count(1)
    forward(owner)
    owner.click("button[value=confirm_goals]")
    told(owner, "共同拟定")
    forward(owner)
    owner.click("button[value=submit]")
    told(owner, "待审核")


def review(reviewer: Page, address):
    reviewer.goto(address)
    forward(reviewer)
    expect(reviewer.locator("main")).to_contain_text("连续四周抽检合格率不低于98%")
    reviewer.click("button[value=pass]")
    told(reviewer, "待签约")


def sign(window: Page, address):
    window.goto(address)
    forward(window)
    expect(window.locator(".document-text")).to_contain_text("每周联合检查一次")
    window.click("button[value=sign]")
    told(window, "签")


def follow_up(supervisor: Page, address):
    supervisor.goto(f"{address}step/follow_up/")
    supervisor.locator("label.choice", has_text=re.compile("走访")).click()
    supervisor.fill("[name=progress]", "现场查看，进展正常")
    supervisor.locator("main form button.btn-primary").click()
    expect(supervisor.locator("main")).to_contain_text("现场查看，进展正常")


def report_completion(partner: Page, address):
    partner.goto(address)
    forward(partner)
    chips = partner.locator("label.choice", has_text=re.compile("^完成$"))
    expect(chips.first).to_be_visible()
    for chip in chips.all():
        chip.click()
    partner.locator("textarea[name^=effect-]").fill(EFFECT)
    partner.click("button[value=propose_completion]")
    told(partner, "共建中")


def confirm_completion(owner: Page, address):
    owner.goto(f"{address}completion/")
    expect(owner.locator("main")).to_contain_text(EFFECT)
    owner.click("button[value=confirm_completion]")
    told(owner, "待验收")


def accept_the_result(reviewer: Page, address):
    reviewer.goto(address)
    forward(reviewer)
    reviewer.click("button[value=accept]")
    told(reviewer, "已完成")
