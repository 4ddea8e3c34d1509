"""The text of a yearly notice as it arrives by copying: the lines of a PDF put together again, the rows of a table
written as sentences, without the day on which it was signed."""

import re
import unicodedata
from dataclasses import dataclass, replace
from itertools import pairwise

MOST_LINES = 8  # of one paragraph that a narrow page broke
LONGEST_NAME = 30
NUMBER = r"(?:\d{1,2}|[一二三四五六七八九十]{1,3})"
ITEM = re.compile(rf"^\s*(?:[(]?{NUMBER}[)]?[、.．]\s*)?([^:\d]{{1,{LONGEST_NAME}}}):")
FESTIVALS = re.compile("元旦|春节|除夕|清明节?|劳动节|五一|端午节?|中秋节?|国庆节?|妇女节|青年节|抗战胜利纪念日")
FESTIVAL = re.compile(f"{FESTIVALS.pattern}|节|纪念日")  # also one of its own
_DATE = re.compile(rf"{NUMBER}月{NUMBER}|\d{{1,4}}[-./]\d{{1,2}}|\d{{8}}")
_BEGINS = re.compile(rf"\s*(?:(?:\d{{4}}年)?(?:{_DATE.pattern})|[(]?{NUMBER}[)]?[、.．])")
_BEGINS_WITH_DATE = re.compile(rf"\s*(?:\d{{4}}年)?(?:{_DATE.pattern})")
_SIGNED = re.compile(r"(?P<body>[^\d。;]*?)\s*(?P<year>\d{4})年\d{1,2}月\d{1,2}日")
_WORD = re.compile("上班|补班|工作日|班|放假|休|假")
_GOES_ON = tuple("、,至到和及与-~—–(")
_ENDS = tuple("。;:")
_NO_PART_OF_IT = re.compile(r"[^\s。]*〔\d{4}〕\s*\d+号|\(此件[^()]*\)")
_BULLETS = "•·●○■□◆◇▪‣*-–— \t"


@dataclass(frozen=True)
class Paragraph:
    """What belongs together: the number of its first line (from 1), that line as typed, and all of it in plain
    characters."""

    line: int
    typed: str
    text: str


def paragraphs(text: str, year: int | None) -> list[Paragraph]:
    """The Paragraphs of `text`, a notice about `year`, in order."""
    typed = [line.strip() for line in text.splitlines()]
    lines = [Paragraph(n, line, _plain(line)) for n, line in enumerate(typed, 1)]
    return _without_signing(_joined(_table_as_sentences(lines)), year)


def whole(text: str) -> str:
    """`text` in plain characters without any white space, to find what stands across lines."""
    return re.sub(r"\s", "", unicodedata.normalize("NFKC", text))


def _plain(line):
    plain = _NO_PART_OF_IT.sub("", unicodedata.normalize("NFKC", line))
    return plain.replace('"', "").lstrip(_BULLETS).rstrip()


# A paragraph that a narrow page broke into lines
def _joined(lines):
    found, n = [], 0
    while n < len(lines):
        length = _length(lines[n : n + MOST_LINES])
        found.append(replace(lines[n], text="".join(line.text for line in lines[n : n + length])))
        n += length
    return [line for line in found if line.text]


def _length(lines):
    """How many of `lines` are one paragraph: up to the full stop, where the first one breaks off."""
    if not _breaks_off(lines[0].text):
        return 1
    for n, (before, line) in enumerate(pairwise(lines), 2):
        text = line.text
        if not text or text.endswith(":") or _begins_anew(text, before.text):
            return 1
        if text.endswith(_ENDS):
            return n
    return 1


def _begins_anew(text, before):
    """Whether a line is a paragraph of its own, unless the one before it stops in the middle."""
    if ITEM.match(text):
        return True
    return not before.endswith(_GOES_ON) and before.count("(") == before.count(")") and bool(_BEGINS.match(text))


def _breaks_off(text):
    return bool(re.search(r"\d|[一二三四五六七八九十]月", text)) and not text.endswith(_ENDS)


# A table: a festival each row
def _table_as_sentences(lines):
    found, columns = [], []
    for line in lines:
        cells = [cell.strip() for cell in re.split(r"[\t|]", line.text.strip("|"))]
        if len(cells) > 1 and not any(map(_DATE.search, cells)):
            columns = [_column(cell) for cell in cells]
        found.append(replace(line, text=_row(cells, columns) or line.text))
    return found


def _column(heading):
    """What a column holds, by its heading: "count", "works", "off" or ""."""
    for kind, words in (("count", "天数"), ("works", "上班|补班"), ("off", "放假|假|休息|时间"), ("works", "调休")):
        if re.search(words, heading):
            return kind
    return ""


def _row(cells, columns):
    """The row as in a notice: “元旦:1月1日至3日放假,共3天。1月4日上班。”; None where it is no such row."""
    if len(cells) < 3 or not cells[0] or _DATE.search(cells[0]) or not _DATE.search(cells[1]):
        return None
    kinds = columns if len(columns) == len(cells) else ["", "off", *[""] * (len(cells) - 2)]
    said, counted = [], ""
    for cell, kind in zip(cells[1:], kinds[1:], strict=True):
        if _DATE.search(cell):
            word = {"off": "放假", "works": "上班"}.get(kind, "")
            said.append(cell if _WORD.search(cell) else f"{cell}{word}")
        elif count := re.fullmatch(rf"共?({NUMBER})天?", cell):
            counted = f",共{count[1]}天"
    return f"{cells[0]}:{said[0]}{counted}。{'。'.join(said[1:])}"


# The day of signing at the end
def _without_signing(found, year):
    if not found:
        return found
    head, mark, last = re.match(r"(.*?)((?:[。;]\s*)?)([^。;]*)$", found[-1].text, re.DOTALL).groups()
    signed = _SIGNED.fullmatch(last.strip())
    before = head or (found[-2].text if len(found) > 1 else "")
    if not signed or FESTIVAL.search(signed["body"]) or _WORD.search(signed["body"]) or not before:
        return found
    in_a_list = _BEGINS_WITH_DATE.match(before) and not before.endswith("。")
    if signed["body"] or int(signed["year"]) + 1 == year or not in_a_list:
        rest = [replace(found[-1], text=head + mark)] if head else []
        return found[:-1] + rest
    return found
