"""The yearly notice as published, and plain lists: exactly the official days, and mistakes named, never guessed."""

from datetime import date, timedelta

import pytest

from pairing.models import SpecialDay
from pairing.reference import load_reference
from pairing.yearly_notice import read_notice

NOTICES = {
    2024: """国务院办公厅关于2024年
部分节假日安排的通知
国办发明电〔2023〕7号
各省、自治区、直辖市人民政府，国务院各部委、各直属机构：
经国务院批准，现将2024年元旦、春节、清明节、劳动节、端午节、中秋节和国庆节放假调休日期的具体安排通知如下。
一、元旦：1月1日放假，与周末连休。
二、春节：2月10日至17日放假调休，共8天。2月4日（星期日）、2月18日（星期日）上班。鼓励各单位结合带薪年休假等制度落实，安排职工在除夕（2月9日）休息。
三、清明节：4月4日至6日放假调休，共3天。4月7日（星期日）上班。
四、劳动节：5月1日至5日放假调休，共5天。4月28日（星期日）、5月11日（星期六）上班。
五、端午节：6月10日放假，与周末连休。
六、中秋节：9月15日至17日放假调休，共3天。9月14日（星期六）上班。
七、国庆节：10月1日至7日放假调休，共7天。9月29日（星期日）、10月12日（星期六）上班。
节假日期间，各地区、各部门要妥善安排好值班和安全、保卫、疫情防控等工作，遇有重大突发事件，要按规定及时报告并妥善处置，确保人民群众祥和平安度过节日假期。
国务院办公厅
2023年10月25日
""",
    2025: """国务院办公厅关于2025年部分节假日安排的通知
国办发明电〔2024〕12号
一、元旦：1月1日（周三）放假1天，不调休。
二、春节：1月28日（农历除夕、周二）至2月4日（农历正月初七、周二）放假调休，共8天。1月26日（周日）、2月8日（周六）上班。
三、清明节：4月4日（周五）至6日（周日）放假，共3天。
四、劳动节：5月1日（周四）至5日（周一）放假调休，共5天。4月27日（周日）上班。
五、端午节：5月31日（周六）至6月2日（周一）放假，共3天。
六、国庆节、中秋节：10月1日（周三）至8日（周三）放假调休，共8天。9月28日（周日）、10月11日（周六）上班。
国务院办公厅
2024年11月12日""",
    2026: """国务院办公厅关于2026年部分节假日安排的通知
一、元旦：1月1日（周四）至3日（周六）放假调休，共3天。1月4日（周日）上班。
二、春节：2月15日（农历腊月二十八、周日）至23日（农历正月初七、周一）放假调休，共9天。2月14日（周六）、2月28日（周六）上班。
三、清明节：4月4日（周六）至6日（周一）放假，共3天。
四、劳动节：5月1日（周五）至5日（周二）放假调休，共5天。5月9日（周六）上班。
五、端午节：6月19日（周五）至21日（周日）放假，共3天。
六、中秋节：9月25日（周五）至27日（周日）放假，共3天。
七、国庆节：10月1日（周四）至7日（周三）放假调休，共7天。9月20日（周日）、10月10日（周六）上班。
国务院办公厅
2025年11月4日""",
}
OFF = {  # written from the notices by hand: first/last
    2024: "01-01 02-10/02-17 04-04/04-06 05-01/05-05 06-10 09-15/09-17 10-01/10-07",
    2025: "01-01 01-28/02-04 04-04/04-06 05-01/05-05 05-31/06-02 10-01/10-08",
    2026: "01-01/01-03 02-15/02-23 04-04/04-06 05-01/05-05 06-19/06-21 09-25/09-27 10-01/10-07",
}
WORKED = {
    2024: "02-04 02-18 04-07 04-28 05-11 09-14 09-29 10-12",
    2025: "01-26 02-08 04-27 09-28 10-11",
    2026: "01-04 02-14 02-28 05-09 09-20 10-10",
}
YEARS = pytest.mark.parametrize("year", [2024, 2025, 2026])


def days(year, ranges):
    found = set()
    for text in ranges.split():
        first, _slash, last = text.partition("/")
        day, end = (date.fromisoformat(f"{year}-{part}") for part in (first, last or first))
        while day <= end:
            found.add(day)
            day += timedelta(days=1)
    return found


def marks(found, works):
    return {day for day, mark in found.items() if mark[0] == works}


@YEARS
def test_the_published_text_gives_exactly_the_official_days(year):
    reading = read_notice(NOTICES[year])
    assert reading.mistakes == []
    assert reading.year == year
    assert marks(reading.days, False) == days(year, OFF[year])
    assert marks(reading.days, True) == days(year, WORKED[year])


@YEARS
def test_the_calendar_that_is_delivered_has_the_same_days(year, db):
    load_reference()
    stored = {row.day: (row.works,) for row in SpecialDay.objects.filter(day__year=year)}
    assert marks(stored, True) == days(year, WORKED[year])
    assert marks(stored, False) == {day for day in days(year, OFF[year]) if day.weekday() < 5}
    assert {day: mark[:1] for day, mark in read_notice(NOTICES[year]).special.items()} == stored


def test_the_names_of_the_holidays_come_along():
    found = read_notice(NOTICES[2025]).days
    assert found[date(2025, 10, 6)] == (False, "国庆节、中秋节")
    assert found[date(2025, 10, 11)] == (True, "国庆节、中秋节调休")


@pytest.mark.parametrize(
    "text",
    [
        "2026-10-01 国庆节\n2026-10-02 国庆节 放假\n2026-10-10 国庆节 上班",
        "2026年10月1日至2日 放假\n2026年10月10日（星期六） 补班",
        "20261001\n20261002\n20261010 班",
        "国庆节：十月一日至二日放假，共两天。十月十日（星期六）上班。",
        "10.1-10.2 国庆节\n10/10 上班",
        "国庆节：10月1日、2日放假，10月10日上班",
        "１０月１日—１０月２日　放假\n１０月１０日　上班",
    ],
)
def test_plain_lists_and_numerals(text):
    reading = read_notice(text, 2026)
    assert reading.mistakes == []
    assert {day: works for day, (works, _name) in reading.days.items()} == {
        date(2026, 10, 1): False,
        date(2026, 10, 2): False,
        date(2026, 10, 10): True,
    }


@pytest.mark.parametrize(
    ("line", "part"),
    [
        ("2月30日 放假", "“2月30日”在 2026 年不存在"),
        ("春节：2月29日至3月1日放假", "“2月29日”在 2026 年不存在"),
        ("2026-13-01", "不存在"),
        ("5月9日（周日）上班", "2026年5月9日是星期六，不是周日"),
        ("10月1日至7日放假，共8天", "共 7 天"),
        ("10月7日至1日放假", "早于"),
        ("2月1日至3月1日放假", "超过 15 天"),
        ("10月9日上班", "本来就上班"),
        ("10月10日上班。10月10日放假", "既是放假又是上班"),
        ("2月14日调休", "没有写清楚"),
        ("12月31日前报送计划", "没有写清楚"),
        ("10.1-7 放假", "没有写清楚"),
        ("10月1日至放假", "没有写清楚"),
        ("3日放假", "没有月份"),
        ("劳动节：5月1日放假一天，我是错误的行 abc", "“我是错误的行abc”无法识别"),
        ("劳动节：5月1日放假，听通知 5月9日上班", "“听通知”无法识别"),
        ("2026-05-01 放假 待定", "“待定”无法识别"),
    ],
)
def test_what_is_not_certain_is_named_with_its_line(line, part):
    reading = read_notice(f"元旦：1月1日放假\n{line}", 2026)
    assert [mistake.line for mistake in reading.mistakes] == [2]
    assert part in reading.mistakes[0].sentence


@pytest.mark.parametrize(
    "line",
    [
        "劳动节：5月1日放假，与周末连休。", "劳动节：5月1日（周五）放假1天，不调休。",
        "劳动节：从5月1日放假公休，共1天。",
        "2026-05-01 放假 劳动节", "劳动节：5月1日放假调休，5月9日照常上班。",
    ],
)  # fmt: skip
def test_usual_words_beside_the_days_are_no_doubt(line):
    reading = read_notice(line, 2026)
    assert reading.mistakes == []
    assert reading.days[date(2026, 5, 1)][0] is False


def test_the_line_is_quoted_as_it_was_typed():
    line = "劳动节：５月１日放假，待定（内部）"
    assert read_notice(f"  {line}\n", 2026).mistakes[0].text == line


def test_without_a_year_nothing_is_read():
    assert "年份" in read_notice("1月1日放假").mistakes[0].sentence
    assert "2026" in read_notice(NOTICES[2026], 2027).mistakes[0].sentence
    assert read_notice("各单位：").mistakes[0].sentence.startswith("没有找到日期")


def test_a_stretch_over_the_turn_of_the_year_needs_its_years():
    reading = read_notice("元旦：2022年12月31日至2023年1月2日放假，共3天。", 2023)
    assert reading.mistakes == []
    assert list(reading.days) == [date(2022, 12, 31), date(2023, 1, 1), date(2023, 1, 2)]
    assert read_notice("元旦：12月31日至1月2日放假", 2023).mistakes


def broken_into_lines(text, width):
    """As a narrow page of a PDF breaks it."""
    lines = text.splitlines()
    return "\n".join(line[n : n + width] for line in lines for n in range(0, len(line) or 1, width))


@YEARS
@pytest.mark.parametrize(
    "copied",
    [
        *[lambda text, width=width: broken_into_lines(text, width) for width in (20, 22, 25, 28, 30, 33, 37, 41)],
        lambda text: "\n\n".join(f"　　{line}" for line in text.splitlines()),
        lambda text: text.replace("\n", " "),
        lambda text: text.replace("\n", "\r\n").replace("、元旦", "．元旦"),
    ],
)
def test_however_the_notice_was_copied_it_says_the_same(year, copied):
    reading = read_notice(copied(NOTICES[year]), year)
    assert reading.mistakes == []
    assert marks(reading.days, False) == days(year, OFF[year])
    assert marks(reading.days, True) == days(year, WORKED[year])


@pytest.mark.parametrize(
    "heading",
    [
        "节日\t放假时间\t调休上班日期\t放假天数", "| 节假日 | 放假调休日期 | 补班 | 天数 |", "",
    ],
)  # fmt: skip
def test_a_table_with_a_festival_each_row(heading):
    worked = "1月4日（周日）上班" if not heading else "1月4日（周日）"
    rows = [f"元旦\t1月1日~3日\t{worked}\t3天", "清明节\t4月4日－6日\t无\t共3天", "国庆节\t10月1日-10月7日\t/\t7"]
    if heading.startswith("|"):
        rows = [f"| {row} |".replace("\t", " | ") for row in rows]
    reading = read_notice("\n".join([heading, *rows]), 2026)
    assert reading.mistakes == []
    assert marks(reading.days, False) == days(2026, "01-01/01-03 04-04/04-06 10-01/10-07")
    assert marks(reading.days, True) == days(2026, "01-04")
    assert reading.days[date(2026, 1, 4)] == (True, "元旦调休")
    wrong = read_notice("节日\t放假\t补班\t天数\n元旦\t1月1日~3日\t1月4日\t4天", 2026)
    assert "共 3 天" in wrong.mistakes[0].sentence


@pytest.mark.parametrize(
    "end",
    ["中国某公司\n2026年9月10日", "\n2026年9月10日", "综合管理部 2026年9月10日", "综合管理部\n\n2025年12月25日\n"],
)
def test_the_circular_of_a_company_and_the_day_it_was_signed(end):
    text = f"""关于2026年国庆节放假的通知
各部室、分公司：
现将国庆节放假安排通知如下：
10月1日（星期四）至7日（星期三）放假，共7天。9月20日（星期日）、10月10日（星期六）正常上班。
{end}"""
    reading = read_notice(text)
    assert reading.mistakes == []
    assert reading.year == 2026
    assert marks(reading.days, False) == days(2026, OFF[2026].split()[-1])
    assert marks(reading.days, True) == days(2026, "09-20 10-10")
    assert {name for _works, name in reading.days.values()} == {"国庆节", "国庆节调休"}


@pytest.mark.parametrize("line", ["2026-01-04 working", "国务院办公厅 2025年11月4日 印发", "9月25日前报值班表"])
def test_a_day_beside_other_words_is_never_taken_as_off(line):
    reading = read_notice(f"{line}\n元旦：1月1日放假", 2026)
    assert list(reading.days) == [date(2026, 1, 1)]
    assert [mistake.line for mistake in reading.mistakes] == [1]
    assert "没有写清楚" in reading.mistakes[0].sentence


@pytest.mark.parametrize(
    ("year", "line", "off", "worked"),
    [
        (2023, "一、元旦：2022年12月31日至2023年1月2日放假调休，共3天。", "2022-12-31 2023-01-01 2023-01-02", ""),
        (2019, "一、元旦：2018年12月30日至2019年1月1日放假调休，共3天。2018年12月29日（星期六）上班。",
         "2018-12-30 2018-12-31 2019-01-01", "2018-12-29"),
        (2017, "一、元旦：1月1日放假，1月2日（星期一）补休。", "2017-01-01 2017-01-02", ""),
        (2015, "五、端午节：6月20日放假，6月22日（星期一）补休。", "2015-06-20 2015-06-22", ""),
    ],
)  # fmt: skip
def test_sentences_of_earlier_notices(year, line, off, worked):
    reading = read_notice(line, year)
    assert reading.mistakes == []
    assert marks(reading.days, False) == {date.fromisoformat(day) for day in off.split()}
    assert marks(reading.days, True) == {date.fromisoformat(day) for day in worked.split()}


def test_a_list_that_ends_with_a_bare_day_keeps_it():
    assert date(2026, 10, 2) in read_notice("2026年10月1日\n2026年10月2日", 2026).days
    assert date(2026, 10, 1) in read_notice("2026年10月10日 上班\n国庆节 2026年10月1日", 2026).days


def test_the_law_behind_the_notice_and_the_mark_below_it_are_no_days_off():
    law = "根据2024年11月修订的《全国年节及纪念日放假办法》，自2025年1月1日起，全体公民放假的假日增加2天。"
    reading = read_notice(f"{law}\n{NOTICES[2025]}\n（此件公开发布）")
    assert reading.mistakes == []
    assert marks(reading.days, False) == days(2025, OFF[2025])
