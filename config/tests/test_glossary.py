"""One word for one thing, in both languages, wherever people read: messages, guides, styles."""

import re

import pytest

from config import glossary
from config.services import ROOT

pytestmark = pytest.mark.pages

# the catalogue itself is asked by test_translations.py: test_the_catalogue_of_the_product_is_complete
READ = ("docs/**/*.md", "README.md", "pairing/reference.py", "templates/**/*", "static/js/*.js")


@pytest.mark.parametrize(
    ("english", "chinese", "fault"),
    [
        ("The supervisor urges.", "监察员催办。", "“supervisor” is 督办"),
        ("It is written off.", "问题已关掉。", "“written off” is 销号"),
        ("Choose a partner", "选择配对的支部", "配对"),
        ("Close", "关闭", ""),
        ("The problem is solved.", "问题已关闭。", "关闭"),
        ("Decide the request", "审批", ""),
        ("Review the draft", "审批草稿", "审批"),
        ("Saved, thank you", "已保存,谢谢", "ASCII punctuation"),
        ("Saved", "已保存.", "ASCII punctuation"),
        ("%(n)s problems, of which %(m)s are new", "%(n)s 个问题，其中 %(m)s 个是新的", ""),
        ("Done", "完成！", "exclamation mark"),
        ("Done!", "完成", "exclamation mark"),
        ("OK", "确定", "button"),
        ("A message", "一 条消息", "space"),
        ("Sign in", "登录", "log in and out"),
        ("Pairs newly signed in 2021", "2021年新签的结对", ""),
        ("Postpone the due date", "推迟到期日", "extend"),
    ],
)
def test_a_message_is_read_with_the_glossary(english, chinese, fault):
    found = "; ".join(glossary.faults(english, chinese))
    assert (fault in found) if fault else not found


def test_what_is_not_a_message_uses_the_same_words():
    found = [
        f"{path.relative_to(ROOT)}: {fault}"
        for pattern in READ
        for path in sorted(ROOT.glob(pattern))
        if path.suffix in {".md", ".py", ".html", ".txt", ".js"}
        for chinese in re.findall(rf"[^\s\"'<>`]*{glossary.HAN}[^\s\"'<>`]*", path.read_text())
        for fault in glossary.wrong_words("", chinese, beside=False)
    ]
    assert not found, "\n".join(found)


def test_styles_space_no_letters():
    for path in sorted((ROOT / "static/css").glob("*.css")):
        assert not re.search(r"letter-spacing:(?!\s*(0|normal)\b)", path.read_text()), path.name
