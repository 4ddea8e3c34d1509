"""The State Council's yearly notice of days off, read from its text as published, or from plain lists of days.

“二、春节：2月15日至23日放假调休，共9天。2月14日（星期六）、2月28日（星期六）上班。” or one day a line:
“2026-10-10 国庆节 上班”. What cannot be read for certain is named with its line, never guessed: a date that does not
exist, a weekday in brackets or a number of days that does not fit, a day that is neither 放假 nor 上班.
"""

import re
from dataclasses import dataclass, field
from datetime import date, timedelta

from django.utils.formats import date_format
from django.utils.translation import gettext as _

from pairing.notice_layout import FESTIVAL, FESTIVALS, ITEM, LONGEST_NAME, NUMBER, paragraphs, whole

MOST_DAYS = 15  # one stretch off; longer ones are slips of the pen
MOST_CHARACTERS = 20_000
_DIGITS = {character: value for value, character in enumerate("零一二三四五六七八九")} | {"〇": 0, "两": 2}
_N = NUMBER
_DAY = rf"(?:(?P<year>\d{{4}}|[〇零一二三四五六七八九]{{4}})年)?(?P<month>{_N})月(?P<day>{_N})[日号]?"
_WEEK = "(?:周|星期|礼拜)[一二三四五六日天]"
_TOKEN = re.compile(
    rf"""(?P<iso>\d{{4}}[-./]\d{{1,2}}[-./]\d{{1,2}}|\d{{8}}(?!\d))|{_DAY}|(?P<heading>\d{{4}}年)
    |(?P<short>\d{{1,2}}[./]\d{{1,2}}(?!\d))|(?P<only>{_N})[日号]|共?(?P<count>{_N}|两)天
    |\((?P<bracket>[^()]*)\)|(?P<weekday>{_WEEK})|(?P<range>[至到—–~-]+)
    |(?P<nothing>不调休|不放假|不上班)|(?P<works>(?:调休|照常|正常)?上班|补班|工作日|照常工作|班)
    |(?P<off>(?:调休)?放假(?:调休)?|补休|休息|休假)|(?P<unclear>调休)|(?P<rest>休|假)|(?P<other>值班|.)""",
    re.VERBOSE,
)
_WEEKDAY = re.compile(_WEEK)
_HEADING = re.compile(
    r"(\d{4}|[〇零一二三四五六七八九]{4})年(?:部分)?(?:节假日|放假|休假|节日|元旦|春节|清明|劳动节|五一|端午|中秋|国庆)"
)
_ASIDE = re.compile("鼓励|《|施行")  # “鼓励……除夕（2月9日）休息” is advice; the law behind the notice names days too
_USUAL = re.compile(  # words beside dates that say nothing about which days are off or worked
    "周末连|公|从|自|为|于|其中|元旦|春节|除夕|清明节?|劳动节|五一|端午节?|中秋节?|国庆节?"
)
_SEPARATORS = set(" \t,、:.·和及与年")


@dataclass(frozen=True)
class Mistake:
    """What could not be read: the line's number (from 1), the line as typed, and a sentence: why, and what to do."""

    line: int
    text: str
    sentence: str


@dataclass
class Reading:
    """What the text says. days: {date: (works, name)}, all that were named, ascending; weekends off included."""

    year: int | None
    days: dict[date, tuple[bool, str]] = field(default_factory=dict)
    mistakes: list[Mistake] = field(default_factory=list)

    @property
    def special(self):
        """The days that differ from Monday to Friday: weekdays off, weekend days worked."""
        return {day: mark for day, mark in self.days.items() if (day.weekday() < 5) != mark[0]}


class _Unreadable(Exception):
    """A sentence for the person."""


def read_notice(text: str, year: int | None = None) -> Reading:
    """The Reading of `text`; `year`: of days written without one, else the year of the heading."""
    text = text[:MOST_CHARACTERS]
    heading = _HEADING.search(whole(text))
    named = _number(heading[1]) if heading else None
    reading = Reading(year or named)
    if year and named and year != named:
        sentence = _("The heading says %(named)s, the field says %(year)s. Correct one of them.")
        reading.mistakes.append(Mistake(1, "", sentence % {"named": named, "year": year}))
        return reading
    name = _festivals(heading[0]) if heading else ""
    for paragraph in paragraphs(text, reading.year):
        item = ITEM.match(paragraph.text)
        rest = paragraph.text[item.end() :] if item else paragraph.text
        if item and (rest.strip() or FESTIVAL.search(item[1])):  # “各部室：” names nothing
            name = _festivals(item[1]) or _holiday(item[1])
        for sentence in re.split("[。;]", rest):
            try:
                _Sentence(reading, name, named=bool(item)).read(sentence)
            except _Unreadable as unreadable:
                reading.mistakes.append(Mistake(paragraph.line, paragraph.typed[:120], str(unreadable)))
    if not reading.days and not reading.mistakes:
        words = _("No day was found in the text. Paste the notice, or one day a line such as 2026-10-10 上班.")
        reading.mistakes.append(Mistake(1, "", words))
    reading.days = dict(sorted(reading.days.items()))
    return reading


def _holiday(words):
    return words.strip(" 一二三四五六七八九十、.()")


def _festivals(words):
    """The festivals that `words` name, as in “国庆节、中秋节”; "" for none."""
    return "、".join(dict.fromkeys(FESTIVALS.findall(words)))


@dataclass
class _Stretch:
    """Days from first to last, as they stand in a sentence."""

    first: date
    last: date

    def __iter__(self):
        return (self.first + timedelta(days=n) for n in range((self.last - self.first).days + 1))

    def __len__(self):
        return (self.last - self.first).days + 1


class _Sentence:
    """One sentence: its dates gather until a word says whether they are off or worked."""

    def __init__(self, reading, name, *, named):
        self.reading, self.name, self.named = reading, name, named
        self.waiting, self.given, self.free, self.ranging = [], [], "", False

    def read(self, text):
        """Put the days of the sentence into the Reading; raises _Unreadable."""
        if _ASIDE.search(text):
            return
        for token in _TOKEN.finditer(text):
            day = _day(token, self.reading.year, self.waiting)
            if day:
                self._take(day)
            elif handle := getattr(self, f"_{token.lastgroup}", None):
                handle(token)
        if self.waiting:
            self._bare()
        elif self.given:
            self._leave_nothing_unread()

    def _leave_nothing_unread(self):
        """Whatever else stands beside the days may be a slip, or change what they mean."""
        if unread := _USUAL.sub("", self.free):
            words = {"text": unread[:LONGEST_NAME]}
            raise _Unreadable(_("“%(text)s” could not be read. Take it out, or write dates with 放假 or 上班.") % words)

    def _take(self, day):
        if self.ranging:
            self.waiting[-1] = _stretch(self.waiting[-1].first, day)
        else:
            self.waiting.append(_Stretch(day, day))
        self.ranging = False

    def _range(self, token):
        self.ranging = bool(self.waiting)

    def _bracket(self, token):
        if found := _WEEKDAY.search(token["bracket"]):
            self._check_weekday(found[0])

    def _weekday(self, token):
        self._check_weekday(token[0])

    def _check_weekday(self, said):
        if self.waiting:
            _check_weekday(said, self.waiting[-1].last)

    def _count(self, token):
        _check_count(_number(token["count"]), self.waiting or self.given)

    def _works(self, token):
        self._put(True)

    def _off(self, token):
        self._put(False)

    _rest = _off

    def _unclear(self, token):
        if self.waiting:
            self._refuse()

    def _other(self, token):
        if token[0] not in _SEPARATORS:
            self.free += token[0]

    def _put(self, works):
        if not self.waiting:
            return
        if self.ranging or any(character.isdigit() for character in self.free):
            self._refuse()
        if self.named:
            self._leave_nothing_unread()
        name = self.name if self.named else _festivals(self.free) or self.free or self.name
        _put(self.waiting, works, name[:LONGEST_NAME], self.reading)
        self.given, self.waiting, self.free = self.waiting, [], ""

    def _bare(self):
        """Days without a word: off where nothing but a festival stands there, as in “2026-10-01 国庆节”."""
        if (self.free and not FESTIVAL.search(self.free)) or any(mark in self.free for mark in "前后起的"):
            self._refuse()
        self._put(False)

    def _refuse(self):
        words = {"day": _words(self.waiting[0].first)}
        raise _Unreadable(_("From %(day)s on the line is not clear: write the dates, then 放假 or 上班.") % words)


def _put(stretches, works, name, reading):
    label = f"{name}调休" if works and name and not name.endswith("调休") else name
    days = [day for stretch in stretches for day in stretch]
    for day in days:
        if works and day.weekday() < 5:
            words = {"day": _words(day)}
            raise _Unreadable(_("%(day)s is worked anyway. Check the date, and the year.") % words)
        if reading.days.get(day, (works,))[0] != works:
            words = {"day": _words(day)}
            raise _Unreadable(_("%(day)s stands there as off and as worked. Take one of them out.") % words)
    for day in days:
        reading.days.setdefault(day, (works, label[:40]))


def _day(token, year, waiting):
    """The date that a token names, or None for a token of another kind."""
    if token["iso"]:
        digits = re.findall(r"\d+", token["iso"])
        parts = digits if len(digits) == 3 else (digits[0][:4], digits[0][4:6], digits[0][6:])
        return _existing(*map(int, parts), token[0])
    if token["month"]:
        own = _number(token["year"]) if token["year"] else year
        return _existing(own, _number(token["month"]), _number(token["day"]), token[0])
    if token["short"]:
        month, day = re.findall(r"\d+", token["short"])
        return _existing(year, int(month), int(day), token[0])
    if token["only"]:
        if not waiting:
            raise _Unreadable(_("“%(text)s” has no month. Write for example 10月1日.") % {"text": token[0]})
        before = waiting[-1].last
        return _existing(before.year, before.month, _number(token["only"]), token[0])
    return None


def _existing(year, month, day, text):
    if year is None:
        raise _Unreadable(_("“%(text)s” has no year. Fill in the year above the text.") % {"text": text})
    try:
        return date(year, month, day)
    except ValueError:
        words = {"text": text, "year": year}
        raise _Unreadable(_("“%(text)s” does not exist in the year %(year)s. Correct the date.") % words) from None


def _stretch(first, last):
    words = {"first": _words(first), "last": _words(last)}
    if last < first:
        raise _Unreadable(
            _("%(last)s lies before %(first)s. Write the year of both where they lie in two years.") % words
        )
    if (last - first).days >= MOST_DAYS:
        raise _Unreadable(_("From %(first)s to %(last)s is more than %(most)s days. Check the dates.") % {
            **words, "most": MOST_DAYS
        })  # fmt: skip
    return _Stretch(first, last)


def _check_weekday(said, day):
    """A weekday beside a date is a check: where it does not fit, the day or the year is wrong."""
    if day.weekday() != "一二三四五六日".index(said[-1].replace("天", "日")):
        words = {"day": _words(day), "weekday": date_format(day, "l"), "said": said}
        raise _Unreadable(_("%(day)s is a %(weekday)s, not %(said)s. Check the day and the year.") % words)


def _check_count(count, stretches):
    days = sum(map(len, stretches))
    if days and days != count:
        words = {"n": days, "said": count}
        raise _Unreadable(_("The dates make %(n)s days, the text says %(said)s. Check the dates.") % words)


def _number(text):
    """2026, "二〇二六", 15, "十五", "二十八"."""
    if text.isdecimal():
        return int(text)
    if "十" in text:
        tens, _ten, ones = text.partition("十")
        return (_DIGITS[tens] if tens else 1) * 10 + (_DIGITS[ones] if ones else 0)
    return int("".join(str(_DIGITS[character]) for character in text))


def _words(day):
    return f"{day.year}年{day.month}月{day.day}日"
