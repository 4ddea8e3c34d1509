"""A year-end pack in two clicks: the page tells by itself how far it is and when the files are there."""

from io import BytesIO

import pytest
from docx import Document
from playwright.sync_api import expect

from reports.models import Pack
from reports.packs import making
from reports.tests.years import create_years

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


def test_two_clicks_and_the_page_follows(new_window, client, live_server, tmp_path, settings):
    settings.MEDIA_ROOT = tmp_path
    client.force_login(create_years().seats["leader"].person)
    page = new_window()
    page.context.add_cookies(
        [{"name": "sessionid", "value": client.cookies["sessionid"].value, "url": live_server.url}]
    )
    page.goto("/reports/packs/")
    page.click(".pack-offers li:first-child a")
    page.click("text=生成报告")
    page.wait_for_url("**/reports/packs/*/")
    pack = Pack.objects.get()
    expect(page.locator("progress.pack-progress")).to_have_attribute("value", "0")
    expect(page.locator("text=刷新进度")).to_be_visible()
    making.make(pack.pk)  # what a worker does
    page.wait_for_selector("text=导出 Word")
    expect(page.locator("progress")).to_have_count(0)
    with page.expect_download() as download:
        page.click("text=导出 Word")
    assert Document(BytesIO(download.value.path().read_bytes())).paragraphs[0].text.endswith("年报")
    for width in (1440, 390):
        page.set_viewport_size({"width": width, "height": 844})
        for address in (
            pack.get_absolute_url(),
            "/reports/packs/",
            "/reports/packs/preview/?period=year&first=2021-01-01",
        ):
            page.goto(address)
            assert page.evaluate("document.documentElement.scrollWidth <= innerWidth"), (width, address)
