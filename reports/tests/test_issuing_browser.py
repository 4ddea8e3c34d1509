"""A table is issued, read, compared and printed in a real browser."""

import pytest
from playwright.sync_api import expect

from reports.models import IssuedTable
from reports.tests.years import create_years

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


def test_from_the_table_to_its_issue_to_paper(new_window, client, live_server, tmp_path):
    client.force_login(create_years().seats["reviewer"].person)
    page = new_window()
    page.context.add_cookies(
        [{"name": "sessionid", "value": client.cookies["sessionid"].value, "url": live_server.url}]
    )
    page.goto("/reports/solved/?as_of=2021-06-03")
    page.click("text=印发本表")
    page.wait_for_url("**/reports/issue/**")
    expect(page.locator("main")).to_contain_text("2 对、3 个党支部、3 个问题")
    page.fill("[name=note]", "供专题会使用")
    page.click("main form .btn-primary")
    page.wait_for_url("**/reports/issued/*/")
    issued = IssuedTable.objects.get()
    assert issued.number in page.text_content(".second-line")
    assert page.locator("[data-total='3'] tr[data-row]").count() == 3
    path = tmp_path / "issued.pdf"
    page.pdf(path=path, prefer_css_page_size=True)
    assert b"/MediaBox [0 0 841.91998 594.95996]" in path.read_bytes()
    page.emulate_media(media="print")
    foot = page.locator(".print-foot")
    assert issued.digest in foot.text_content()
    assert foot.locator("svg.qr").is_visible()
    page.emulate_media(media="screen")
    page.click("text=与现在的统计对比")
    expect(page.locator("main")).to_contain_text("没有差异")
    for width in (1440, 390):
        page.set_viewport_size({"width": width, "height": 844})
        for address in (f"/reports/issued/{issued.pk}/", "/reports/issued/", "/reports/issue/solved/"):
            page.goto(address)
            assert page.evaluate("document.documentElement.scrollWidth <= innerWidth"), (width, address)
