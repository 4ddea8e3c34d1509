"""Wording in both languages, and that it costs no query."""

from datetime import UTC, date, datetime, timedelta

import pytest
from django.utils import translation

from accounts.models import Event
from pairing import words
from pairing.deadlines import SHANGHAI, Calendar
from pairing.enums import AgreementState, ProblemState
from pairing.models import Agreement, Problem, RuleVersion, Standing

# the National Day week of 2026, with its make-up Saturday
CALENDAR = Calendar(
    days_off=frozenset(date(2026, 10, day) for day in range(1, 8)),
    days_on=frozenset({date(2026, 10, 10)}),
    years=frozenset({2026}),
)
TODAY = date(2026, 9, 28)  # a Monday
NOW = datetime(2026, 9, 28, 14, 30, tzinfo=SHANGHAI)


@pytest.fixture(params=["zh-hans", "en"])
def language(request):
    with translation.override(request.param):
        yield request.param


def say(language, chinese, english):
    return chinese if language == "zh-hans" else english


def agreement(state="active", due_on=TODAY, **columns):
    behind = columns.pop("behind", None)
    obj = Agreement(state=state, due_on=due_on, **columns)
    if behind is not None:
        Standing(agreement=obj, behind=behind)  # loaded beside it
    return obj


def test_day_words(language):
    assert words.day_words(date(2021, 6, 3)) == say(language, "2021年6月3日", "3 June 2021")
    assert words.day_words(None) == "—"


def test_exact_words_are_of_shanghai(language):
    at = datetime(2021, 6, 2, 16, 5, tzinfo=UTC)
    assert words.exact_words(at) == say(language, "2021年6月3日 00:05", "3 June 2021 00:05")


@pytest.mark.parametrize(
    ("ago", "chinese", "english"),
    [
        (timedelta(minutes=27), "今天 14:03", "today 14:03"),
        (timedelta(hours=15), "昨天", "yesterday"),
        (timedelta(hours=24 + 15), "2 天前", "2 days ago"),
        (timedelta(days=6), "6 天前", "6 days ago"),
        (timedelta(days=7), "2026年9月21日", "21 September 2026"),
        (timedelta(days=-1), "2026年9月29日", "29 September 2026"),
    ],
)
def test_moment_words(language, ago, chinese, english):
    assert words.moment_words(NOW - ago, NOW) == say(language, chinese, english)


def test_since_words(language):
    assert words.since_words(NOW - timedelta(days=3), NOW) == say(language, "3 天前起", "since 3 days ago")
    assert words.since_words(None, NOW) == ""


@pytest.mark.parametrize(
    ("due_on", "chinese", "english"),
    [
        (date(2026, 9, 27), "逾期 1 天", "overdue by 1 day"),
        (date(2026, 9, 21), "逾期 7 天", "overdue by 7 days"),
        (date(2026, 9, 28), "今天到期", "due today"),
        (date(2026, 9, 29), "还有 1 个工作日", "1 working day left"),
        # the holiday week and the make-up Saturday are counted as the notice says
        (date(2026, 10, 10), "还有 5 个工作日", "5 working days left"),
    ],
)
def test_countdown_in_working_days_lateness_in_calendar_days(language, due_on, chinese, english):
    assert words.countdown(due_on, TODAY, CALENDAR) == say(language, chinese, english)


def test_a_count_into_a_year_without_its_notice_says_about(language):
    eve = date(2026, 12, 31)
    assert words.countdown(eve, date(2026, 12, 30), CALENDAR) == say(language, "还有 1 个工作日", "1 working day left")
    # Friday 1 January counts as Monday to Friday say, until the notice of 2027 is entered
    assert words.countdown(date(2027, 1, 4), eve, CALENDAR) == say(
        language, "还有约 2 个工作日", "about 2 working days left"
    )
    assert words.countdown(eve, date(2027, 1, 4), CALENDAR) == say(language, "逾期 4 天", "overdue by 4 days")


def test_countdown_without_a_working_day_left(language):
    eve = date(2026, 9, 30)
    assert words.countdown(date(2026, 10, 1), eve, CALENDAR) == say(
        language, "还有 1 天，均非工作日", "1 day left, not a working day"
    )
    assert words.countdown(date(2026, 10, 5), eve, CALENDAR) == say(
        language, "还有 5 天，均非工作日", "5 days left, none of them worked"
    )


@pytest.mark.parametrize(
    ("obj", "chinese", "english"),
    [
        (agreement(), "今天到期", "due today"),
        (agreement(due_on=TODAY - timedelta(days=3)), "逾期 3 天", "overdue by 3 days"),
        (agreement(due_on=TODAY - timedelta(days=3), stopped_days=3), "今天到期", "due today"),
        (agreement(due_on=TODAY - timedelta(days=3), decision_pending=True), "延期待批", "extension: decision pending"),
        (
            agreement("suspended", TODAY - timedelta(days=3), state_since=NOW),
            "2026年9月28日起中止",
            "suspended since 28 September 2026",
        ),
        (agreement("acceptance", TODAY - timedelta(days=3)), "验收期间不计时", "clock stopped during acceptance"),
        (agreement("closed", days_late=0), "按期", "on time"),
        (agreement("closed", days_late=1), "逾期 1 天", "1 day late"),
        (agreement("closed", days_late=12), "逾期 12 天", "12 days late"),
        (agreement("terminated", TODAY - timedelta(days=3)), "", ""),
        (agreement("signing", None), "", ""),
    ],
)
def test_due_words_of_an_agreement(language, obj, chinese, english):
    assert words.due_words(obj, TODAY, CALENDAR) == say(language, chinese, english)


@pytest.mark.parametrize(
    ("obj", "name"),
    [
        (agreement(due_on=TODAY - timedelta(days=1)), "red"),
        (agreement(due_on=TODAY - timedelta(days=1), stopped_days=1), "blue"),
        (agreement(due_on=TODAY - timedelta(days=1), decision_pending=True), None),
        (agreement(due_on=TODAY + timedelta(days=14)), "blue"),
        (agreement(due_on=TODAY + timedelta(days=15)), None),
        (agreement(due_on=TODAY + timedelta(days=15), rule_version=RuleVersion(remind_before=[30])), "blue"),
        (agreement(due_on=TODAY + timedelta(days=15), behind=True), "amber"),
        (agreement(due_on=TODAY + timedelta(days=3), behind=True), "amber"),
        (agreement(due_on=TODAY - timedelta(days=1), behind=True), "red"),
        (agreement(due_on=TODAY + timedelta(days=15), behind=False), None),
        (agreement("suspended", TODAY - timedelta(days=9)), "grey"),
        (agreement("acceptance", TODAY - timedelta(days=9)), None),
        (agreement("closed", TODAY - timedelta(days=9)), "green"),
        (agreement("lapsed", None), None),
        (Problem(state="closed"), "green"),
        (Problem(state="parked"), "grey"),
        (Problem(state="withdrawn"), None),
        (Problem(state="in_pairing"), None),
    ],
)
def test_level_of(obj, name):
    level = words.level_of(obj, TODAY)
    assert (level and level.name) == name


def test_behind_plan_is_amber_until_overdue():
    behind = agreement(due_on=TODAY + timedelta(days=5), behind=True)
    assert words.level_of(behind, TODAY).word == "滞后"
    behind.due_on = TODAY - timedelta(days=1)
    assert words.level_of(behind, TODAY).word == "逾期"


def test_levels_differ_in_shape_and_word():
    assert len({level.shape for level in words.LEVELS.values()}) == len(words.LEVELS)
    assert len({str(level.word) for level in words.LEVELS.values()}) == len(words.LEVELS)


def test_every_state_has_chinese_words():
    with translation.override("zh-hans"):
        said = [words.state_words("problem", state) for state in ProblemState]
        said += [words.state_words("agreement", state) for state in AgreementState]
    assert not [word for word in said if word.isascii()]


def test_a_state_the_table_no_longer_has_is_shown_as_it_stands():
    assert words.state_words("agreement", "frozen") == "frozen"


@pytest.mark.parametrize(
    ("columns", "chinese", "english"),
    [
        ({"source": "signing", "target": "active"}, ["待签约 → 共建中"], ["To be signed → Running"]),
        ({"source": "active", "target": "active"}, [], []),
        (
            {"details": {"field": "signed_on", "old": "2026-06-03", "new": "2026-06-01"}},
            ["2026年6月3日 → 2026年6月1日"],
            ["3 June 2026 → 1 June 2026"],
        ),
        ({"details": {"old": "甲支部", "new": "乙支部"}}, ["甲支部 → 乙支部"], ["甲支部 → 乙支部"]),
        ({"details": {"new_due_on": "2026-10-10"}}, ["新到期日：2026年10月10日"], ["new due date 10 October 2026"]),
        ({"details": {"percent": 0}}, ["进度 0%"], ["progress 0%"]),
        ({"details": {"effect": "返工率降到2%"}}, ["效果：返工率降到2%"], ["effect: 返工率降到2%"]),
        ({"details": {"goals": {"1": "done"}}}, [], []),
    ],
)
def test_event_facts(language, columns, chinese, english):
    event = Event(object_type="agreement", **columns)
    assert words.event_facts(event) == say(language, chinese, english)
