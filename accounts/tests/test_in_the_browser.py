"""Log-in and administration in a real browser: no console error, so nothing that the strict CSP would block."""

import re

import pytest
from playwright.sync_api import expect

from accounts.models import Organisation, Seat
from accounts.tests.people import PASSWORD, create_personas, create_user

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


@pytest.fixture
def personas(live_server):
    return create_personas()


def log_in(page, username):
    page.goto("/accounts/login/?next=/accounts/password/")
    page.get_by_label("用户名").fill(username)
    page.get_by_label("密码").fill(PASSWORD)
    page.get_by_role("button", name="登录").click()
    page.wait_for_url("**/accounts/password/")


def fits(page):
    """True if nothing sticks out of the window sideways."""
    return page.evaluate("document.documentElement.scrollWidth <= document.documentElement.clientWidth")


def choose(page, field, words):
    """Choose from one of the admin's searching selects."""
    page.locator(f".field-{field} .select2-selection").click()
    page.locator(".select2-search__field").fill(words)
    page.locator(".select2-results__option", has_text=words).first.click()


def test_a_person_logs_in_with_words_for_a_wrong_password(page, personas):
    page.goto("/accounts/login/")
    page.get_by_label("用户名").fill("filer")
    page.get_by_label("密码").fill("not the password")
    page.get_by_role("button", name="登录").click()
    expect(page).to_have_title(re.compile("^错误"))
    expect(page.get_by_role("alert")).to_contain_text("用户名或密码不正确")
    expect(page.get_by_label("用户名")).to_have_value("filer")
    log_in(page, "filer")
    expect(page.get_by_role("heading", name="修改密码")).to_be_visible()


def test_an_initial_password_is_changed_first(page, personas):
    create_user("neu", must_change_password=True)
    log_in(page, "neu")
    page.goto("/")
    assert page.url.endswith("/accounts/password/")
    page.get_by_label("当前密码").fill(PASSWORD)
    page.get_by_label("新密码", exact=True).fill("Mein-Wort-2026")
    page.get_by_label("再次输入新密码").fill("Mein-Wort-2026")
    page.get_by_role("main").get_by_role("button", name="修改密码").click()
    page.wait_for_url(lambda address: "/accounts/" not in address)
    page.goto("/accounts/password/")
    expect(page.get_by_role("link", name="暂不修改")).to_be_visible()


def test_the_system_administrator_makes_an_organisation(page, personas):
    log_in(page, "sysadmin")
    page.goto("/admin/")
    page.get_by_role("link", name="组织", exact=True).click()
    page.get_by_role("link", name="新增组织").click()
    page.locator("#id_kind").select_option("unit")
    page.locator("#id_name").fill("廊坊分公司")
    page.locator("#id_short_name").fill("廊坊")
    page.locator("#id_code").fill("DW01")
    choose(page, "parent", "公司党委")
    page.locator("input[name=_save]").click()
    page.wait_for_url("**/admin/accounts/organisation/")
    assert Organisation.objects.get(code="DW01").parent == personas.committee


def test_the_security_administrator_gives_a_seat_on_a_phone(page, personas):
    page.set_viewport_size({"width": 390, "height": 844})
    log_in(page, "secadmin")
    page.goto("/admin/accounts/seat/add/")
    assert fits(page)
    choose(page, "person", "filer")
    choose(page, "organisation", "廊坊")
    page.locator("#id_role").select_option("liaison")
    page.locator("#id_from_on").fill("2026-01-01")
    page.locator("input[name=_save]").click()
    page.wait_for_url("**/admin/accounts/seat/")
    assert fits(page)
    assert Seat.objects.filter(person=personas.filer.person, organisation=personas.partner_branch).exists()


def test_the_auditor_reads_and_filters_the_record(page, personas):
    log_in(page, "auditor")
    page.goto("/admin/accounts/event/")
    page.get_by_label("人员").fill("auditor")
    page.get_by_role("button", name="显示").click()
    page.wait_for_url("**who=auditor**")
    expect(page.locator("#result_list tbody tr")).to_have_count(1)
    page.locator("#result_list tbody a").first.click()
    expect(page.get_by_role("heading", name="查看记录")).to_be_visible()
