"""The words of the trade (domain.md §2), one way in each language, and how a sentence is written.

`config.translations check` asks `faults` about every message; config/tests/test_glossary.py about everything else that
people read.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass

HAN = r"[\u4e00-\u9fff]"


@dataclass(frozen=True)
class Term:
    """A word of the glossary: patterns of its forms in both languages."""

    chinese: str
    english: str
    without: tuple[str, ...] = ()  # English messages that mean something else by the word


TERMS = (
    Term("督办", r"supervis\w+"),
    Term("催办", r"urg(e|es|ed|ing)"),
    Term("销号", r"(written|wrote|write|writing) .{0,30}\boff|write-offs?"),
    Term("验收", r"acceptance"),
    Term("回头看", r"look(s|ed|ing)?[- ]back"),
    Term("措施", r"measures?"),
    Term("完成标准", r"criteri(on|a)"),
    Term("效果", r"effects?"),
    Term("宏观", "macro"),
    Term("挂账", r"park(s|ed|ing)?"),
    Term("临期", "due soon"),
    Term("逾期", "overdue"),
    Term("延期", r"extensions?"),
    Term("终止", r"terminat\w+"),
    Term("中止", r"suspend\w*|suspension"),
    Term("口径", r"counting rules?"),
    Term("邀请", r"invitations?"),
    Term("发起方", r"initiators?"),
    Term("受邀方", r"invitees?"),
    Term("书记", r"secretar(y|ies)"),
    Term("联络员", r"liaisons?"),
    Term("工作组", "working group"),
    Term("机关", "headquarters"),
    Term("基层", "grassroots"),
    Term("岗位", r"posts?"),
    Term("门类", r"categor(y|ies)"),
    Term("见证", r"witness\w*"),
    Term("典型案例|案例", "model cases?"),
    Term("专题会", "meetings?"),
    Term("台账", "ledgers?"),
    Term("统计表", "statistics tables?"),
    Term(
        "签",
        r"sign(s|ed|atures?|ing)?",
        without=("At least %(count)s characters, letters together with digits or signs.",),
    ),
)
# Chinese that is never right here -> why, or the pattern of the English beside which it is
NEVER = {
    "配对": "结对",
    "派单": "督办",
    "工单": "问题 or 协议",
    "结案": "销号",
    "关单": "销号",
    "监督员": "督办人",
    "督导": "督办",
    "验证通过": "验收",
    "审批流": "审核",
    "再次配对": "再结对",
    "重新结对": "再结对",
    "暂停中": "中止",
    "超期": "逾期",
    "合理化意见": "合理化建议",
    "点击": "nothing: say what the button does",
    "请稍候": "nothing, or how long",
}
SET_PHRASES = ("无超期事项",)  # of reports, as they have always been written
NEVER_ENGLISH = {
    "twin(s|ned|ning)?": "pair",
    "oversight|monitor(s|ed|ing)?": "supervise",
    "cancel(s|led)? the problem|struck off|strike off": "write off",
    "inspect(s|ed|ion)?": "accept, acceptance",
    "prolong(s|ed|ation)?|postpone(s|d|ment)?": "extend, extension",
    "clerks?": "secretary",
    "cells? of the party|party cells?|sub-?branch(es)?": "party branch",
    "back-?check(s|ed)?|revisits?": "look-back",
    "tickets?": "problem",
    "contracts?": "agreement",
    "repair(s|ed|ing)?": "rematch, pair again",
    "outdated pairs?|past due": "overdue",
    "shelve(s|d)?": "park",
}
ONLY_BESIDE = {
    "审批": r"extension|request|decid|decision",  # drafts are 审核, requests for extension 审批 (domain.md §7)
    "关闭": r"\bclose\b",  # of a panel; matters are 销号 or 完成
}
MARKS = {
    "ASCII punctuation beside Chinese": rf"{HAN}[,;:!?]|[,;:!?]{HAN}|{HAN}\.(?=\s|$)|{HAN}\((?!\w*%)|\){HAN}",
    "an exclamation mark": r"[!！]",
    "a space between Chinese characters": rf"{HAN} +{HAN}",
}
BUTTON = re.compile("^(确定|确认操作|是|否|OK|Yes|No)$")


def faults(english: str, chinese: str) -> list[str]:
    """What is wrong with a message, one line each."""
    return [*terms(english, chinese), *wrong_words(english, chinese), *manners(chinese), *manners_of_english(english)]


def terms(english: str, chinese: str) -> Iterator[str]:
    """Terms translated another way. What stands for a value, e.g. %(goals)s, is no word.

    Chinese often names what English only points to (“it”, “the other side”), so the way back is not asked here: that
    an English word is never another one's stands in NEVER_ENGLISH.
    """
    plain = re.sub(r"%\(\w+\)[sd]|\{\w*\}", " ", english)
    for term in TERMS:
        said = re.search(rf"\b({term.english})\b", plain, re.IGNORECASE)
        if said and not re.search(term.chinese, chinese) and english.strip() not in term.without:
            yield f"“{said[0]}” is {term.chinese}, not in {chinese!r}"


def wrong_words(english: str, chinese: str, *, beside: bool = True) -> Iterator[str]:
    """Words that are never used, or not for this; `beside`: whether `english` is there to tell what it is for."""
    own = re.sub("|".join(SET_PHRASES), "", chinese)
    for word, right in NEVER.items():
        if word in own:
            yield f"{word} in {chinese!r}; say {right}"
    for word, pattern in ONLY_BESIDE.items():
        if beside and word in chinese and not re.search(pattern, english, re.IGNORECASE):
            yield f"{word} in {chinese!r} only for {pattern}"
    if not beside and "！" in chinese:
        yield f"an exclamation mark in {chinese!r}"


def manners(chinese: str) -> Iterator[str]:
    """How Chinese is written, and what a button says."""
    for fault, pattern in MARKS.items():
        if re.search(pattern, chinese):
            yield f"{fault} in {chinese!r}"
    if BUTTON.match(chinese):
        yield f"a button or answer says what happens, not {chinese!r}"


def manners_of_english(english: str) -> Iterator[str]:
    """No exclamation marks, one word for one thing; signing is for agreements."""
    for pattern, right in NEVER_ENGLISH.items():
        if said := re.search(rf"\b({pattern})\b", english, re.IGNORECASE):
            yield f"“{said[0]}” in {english!r}; say {right}"
    if "!" in english:
        yield f"an exclamation mark in {english!r}"
    if re.search(r"\bsign(s|ing)?[ -](in|out)\b|\b(are|have) signed (in|out)\b", english, re.IGNORECASE):
        yield f"{english!r}: people log in and out, they sign agreements"
