"""Days as people type them."""

import re
import unicodedata
from datetime import date

_WITH_YEAR = (re.compile(r"(\d{4})-(\d{1,2})-(\d{1,2})"), re.compile(r"(\d{4})(\d\d)(\d\d)"))
_WITHOUT_YEAR = (re.compile(r"(\d{1,2})-(\d{1,2})"), re.compile(r"(\d\d)(\d\d)"))


def read_day(text: str, today: date, ahead: bool = False) -> date:
    """The day that `text` means: 2026-8-15, 2026年8月15日, 20260815; without a year (8.15, 0815) the one nearest to
    `today`, or `ahead` the next one from today on. ValueError for what is no day, such as 2月30日."""
    plain = unicodedata.normalize("NFKC", text).strip().rstrip("日")
    plain = re.sub(r"\s*[年月./-]\s*", "-", plain)
    for pattern in _WITH_YEAR:
        if found := pattern.fullmatch(plain):
            return date(*map(int, found.groups()))
    for pattern in _WITHOUT_YEAR:
        if found := pattern.fullmatch(plain):
            return _without_year(*map(int, found.groups()), today, ahead)
    raise ValueError(text)


def _without_year(month: int, day: int, today: date, ahead: bool) -> date:
    days = []
    for year in (today.year - 1, today.year, today.year + 1):
        try:
            days.append(date(year, month, day))
        except ValueError:  # 29 February outside a leap year
            continue
    if not days:
        raise ValueError(f"{month}-{day}")
    to_come = [found for found in days if found >= today]
    return min(to_come) if ahead and to_come else min(days, key=lambda found: abs(found - today))
