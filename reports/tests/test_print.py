"""The statistics table on paper: what the browser prints and what the Word document prints are the same table."""

import unicodedata

import pytest
from django.utils import translation

from accounts.tests.office import converted, printed
from pairing.models import Episode
from reports import counting_rules
from reports.tests.years import create_years

pytestmark = [pytest.mark.browser, pytest.mark.office, pytest.mark.django_db(transaction=True)]
ADDRESS = "/reports/solved/?as_of=2021-06-03"
HEAD = "序号问题问题所属支部协助解决支部业务门类目标提出日期销号日期是否按期解决效果"
SENTENCE, TIMES = "缺陷率由百分之五降到百分之一点六。", 12  # of an effect, so that the table takes several pages
RADICALS = str.maketrans(
    "⻔⻓⻚⻋⻅⻛⻢⻩⻬⻰⻘⺠⺟⻝⻆", "门长页车见风马黄齐龙青民母食角"
)  # no compatible forms of Unicode
WORDS = (
    "已解决问题统计表", "截至2021年6月3日·单位:个·公司结对共建",
    "结对〔2020〕1号质量安全部党支部、廊坊党支部2020年11月10日签约",
    "小计结对〔2020〕1号2个问题", "小计结对〔2021〕1号1个问题", "合计2对、3个党支部、3个问题", "统计口径", "逾期10天",
    "填报单位:公司党委填报人:审核人:日期:",
)  # fmt: skip


def plain(text):
    """Without white space and the variants of one character that faces bring into a PDF."""
    return unicodedata.normalize("NFKC", "".join(text.split())).translate(RADICALS)


@pytest.fixture
def papers(new_window, client, live_server, tmp_path):
    """[what Chromium prints, what LibreOffice prints of the document] of the same question."""
    years = create_years()
    Episode.objects.filter(written_off_on__isnull=False).update(effect=SENTENCE * TIMES)
    client.force_login(years.seats["reviewer"].person)
    document = tmp_path / "document.docx"
    document.write_bytes(b"".join(client.get(f"{ADDRESS}&export=docx").streaming_content))
    page = new_window()
    cookie = {"name": "sessionid", "value": client.cookies["sessionid"].value, "url": live_server.url}
    page.context.add_cookies([cookie])
    page.goto(ADDRESS)
    page.pdf(path=tmp_path / "page.pdf", prefer_css_page_size=True)
    return [printed(tmp_path / "page.pdf"), printed(converted([document], "pdf", tmp_path)["document"])]


def test_page_and_document_are_the_same_on_paper(papers):
    with translation.override("zh-hans"):
        rules = [plain(f"{n}.{rule}") for n, rule in enumerate(counting_rules.SOLVED, 1)]
    for paper in papers:
        texts = [plain(text) for text in paper.texts]
        whole = "".join(texts)
        assert set(paper.sizes) == {(297, 210)}  # A4 landscape
        with_rows = [text for text in texts if SENTENCE in text]
        assert len(with_rows) > 1
        assert all(HEAD in text for text in with_rows)
        assert whole.count(SENTENCE) == 3 * TIMES  # three rows, none cut
        assert not [words for words in (*WORDS, *rules) if words not in whole]
