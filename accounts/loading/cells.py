"""One cell of a spreadsheet to one value. What is impossible is refused with a sentence, never guessed.

A reader takes what openpyxl or the csv module found (text, number, date, bool; never an empty cell) and returns the
value, or raises ValueError with the sentence for the person.
"""

import re
import unicodedata
from datetime import date, datetime

from django.core.exceptions import ValidationError
from django.core.validators import validate_email
from django.utils.translation import gettext as _

from accounts.models import User

DAY = re.compile(r"(\d{4})\s*[-/.年]\s*(\d{1,2})\s*[-/.月]\s*(\d{1,2})\s*日?(?:\s+0?0:00(?::00)?)?|(\d{4})(\d\d)(\d\d)")
EXCEL_ERRORS = {"#N/A", "#REF!", "#NAME?", "#VALUE!", "#DIV/0!", "#NULL!", "#NUM!"}
INVISIBLE = {"Cc", "Cf", "Cs", "Zl", "Zp"}
OUTER = " \t\r\n\u3000\u00a0\ufeff\u200b"  # what people paste along without seeing it


def is_empty(raw):
    """True for an empty cell, or one with nothing but spaces."""
    return raw is None or (isinstance(raw, str) and not raw.strip(OUTER))


def plain(raw):
    """The text of a cell without outer spaces; numbers as they are written (101, not 101.0)."""
    if isinstance(raw, bool | date):
        raise ValueError(_("There should be text here. Format the cell as text and type it again."))
    if isinstance(raw, float) and raw.is_integer():
        raw = int(raw)
    text = str(raw).strip(OUTER)
    if text in EXCEL_ERRORS:
        raise ValueError(_("The spreadsheet shows an error here: %(text)s.") % {"text": text})
    for place, character in enumerate(text, 1):
        if unicodedata.category(character) in INVISIBLE:
            sentence = _("Character %(place)s is invisible (U+%(code)s). Type the text again.")
            raise ValueError(sentence % {"place": place, "code": f"{ord(character):04X}"})
    return text


def text(longest):
    """A reader of texts of at most `longest` characters."""

    def read(raw):
        value = plain(raw)
        if len(value) > longest:
            raise ValueError(_("At most %(count)s characters.") % {"count": longest})
        return value

    return read


def code(raw):
    """A code: full-width letters and digits become plain ones, no spaces inside, at most 40 characters."""
    value = unicodedata.normalize("NFKC", text(40)(raw))
    if any(character.isspace() for character in value):
        raise ValueError(_("A code has no spaces."))
    return value


def username(raw):
    """A user name as the account takes it."""
    value = unicodedata.normalize("NFKC", plain(raw))
    field = User._meta.get_field("username")
    try:
        field.run_validators(value)
    except ValidationError as error:
        raise ValueError(" ".join(error.messages)) from error
    return value


def email(raw):
    value = text(254)(raw)
    try:
        validate_email(value)
    except ValidationError as error:
        raise ValueError(_("“%(text)s” is no e-mail address.") % {"text": value}) from error
    return value


def day(raw):
    """A date: a date cell, or text such as 2021-6-3, 2021/6/3, 2021.6.3, 2021年6月3日, 20210603."""
    if isinstance(raw, datetime):
        raw = raw.date()
    if not isinstance(raw, date):
        raw = written_day(plain(raw))
    if not 1900 <= raw.year < 2200:
        raise ValueError(_("The year %(year)s cannot be right.") % {"year": raw.year})
    return raw


def written_day(words):
    """The date in a text; ValueError where the calendar has no such day (32日, 30 February)."""
    found = DAY.fullmatch(unicodedata.normalize("NFKC", words))
    try:
        return date(*(int(part) for part in found.groups() if part))
    except (AttributeError, ValueError) as error:
        sentence = _("“%(text)s” is no day of the calendar. Write it like 2021-6-3.")
        raise ValueError(sentence % {"text": words}) from error


def number(raw):
    """A whole number from 0."""
    digits = unicodedata.normalize("NFKC", plain(raw))
    if not re.fullmatch(r"[0-9]{1,9}", digits):
        raise ValueError(_("There should be a whole number here."))
    return int(digits)


def choice(words):
    """A reader of one of the words of a dict {"党支部": value}."""

    def read(raw):
        word = plain(raw)
        if word not in words:
            sentence = _("“%(word)s” is unknown. Possible: %(words)s.")
            raise ValueError(sentence % {"word": word, "words": "、".join(words)})
        return words[word]

    return read
