"""Issue a table: what was reported on a day is kept word for word, under a number, and never changes."""

from dataclasses import dataclass
from datetime import date, datetime

from django.conf import settings
from django.core.exceptions import PermissionDenied, ValidationError
from django.db import transaction
from django.db.models import Max
from django.utils import timezone, translation
from django.utils.translation import gettext_lazy as _l

from accounts import record
from accounts.models.seat import GROUP
from pairing.models import Programme, RuleVersion
from reports.digest import ROW, digest, digest_of_rows
from reports.models import IssuedRow, IssuedTable
from reports.questions import question_of
from reports.selectors import read_only
from reports.whole import table_of

MOST_ROWS = 20_000  # more are no table that somebody signs
PREFIX = "统计"
BATCH = 1_000
WORDS = ("title", "second_line", "columns", "total", "counting_rules")  # kept as they stood
TOO_LONG = _l("This table has %(count)s rows; at most %(most)s are issued. Narrow it by a filter first.")
record.name_actions("issuedtable", {"issue": _l("Issue a table"), "export": _l("Export an issued table")})


@dataclass(frozen=True, kw_only=True)
class Drawn:
    """A table as it would be issued now: all its words in the language of the product, its rows as plain values.

    columns: [{"name", "label", "width", "number", "day", "page", "group"}]; rows: [{"index", "key", "group", "cells"}];
    known_at: the moment before the first row was read.
    """

    programme: Programme
    report: str
    question: dict[str, str]
    as_of: date
    title: str
    second_line: str
    columns: list[dict]
    rows: list[dict]
    total: str
    counting_rules: list[str]
    rule_version: RuleVersion | None
    known_at: datetime


def may_issue(seat, programme):
    """Whether `seat` is of the working group of the programme; asks nothing of the database."""
    return (
        seat is not None and seat.role in GROUP and not seat.matter and seat.organisation_id == programme.committee_id
    )


def pinned(question):
    """The parameters of a question that ask the same on any later day."""
    return question.given | {"programme": str(question.programme.pk), "as_of": question.as_of.isoformat()}


def draw(report, form, user):
    """The Drawn table of a report for a valid QuestionForm. ValidationError where it is too long to be issued."""
    known_at = timezone.now()
    with translation.override(settings.LANGUAGE_CODE), read_only():
        question = question_of(form, timezone.localdate())  # anew: its words are those of the language
        count, table = table_of(report, question, user)
        if count > MOST_ROWS:
            raise ValidationError(TOO_LONG, params={"count": f"{count:,}", "most": f"{MOST_ROWS:,}"})
        rows, days = _rows(table)
        return Drawn(
            programme=question.programme, report=report, question=pinned(question), as_of=question.as_of,
            title=table.title, second_line=table.second_line, columns=_columns(table, days), rows=rows,
            total=table.total(), counting_rules=list(map(str, table.rules)),
            rule_version=question.programme.rules_on(question.as_of), known_at=known_at,
        )  # fmt: skip


def _rows(table):
    """(rows as plain values, names of the columns that hold days)."""
    rows, days = [], set()
    for index, row in enumerate(table.rows, 1):
        values = {column.name: column.value(row) for column in table.columns}
        days |= {name for name, value in values.items() if isinstance(value, date)}
        group = table.group(row)[1] if table.group else ""
        cells = {name: _plain(value) for name, value in values.items()}
        rows.append({"index": index, "key": table.key(row), "group": str(group), "cells": cells})
    return rows, days


def _plain(value):
    if value is None or isinstance(value, int | float):
        return value
    return value.isoformat() if isinstance(value, date) else str(value)


def _columns(table, days):
    return [
        {
            "name": column.name, "label": str(column.label), "width": column.width, "number": column.number,
            "day": column.name in days, "page": column.page, "group": str(column.group),
        }
        for column in table.columns
    ]  # fmt: skip


def latest(drawn):
    """Id of the latest issue of the same question, 0 before the first: a page that is pressed says what it knew."""
    found = _same(drawn).order_by("-pk").values_list("pk", flat=True).first()
    return found or 0


def _same(drawn):
    return IssuedTable.objects.filter(
        programme=drawn.programme, report=drawn.report, question=drawn.question, as_of=drawn.as_of
    )


def same_today(drawn):
    """The latest issue of the same question made today that is the same word for word, or None."""
    made = _same(drawn).filter(issued_at__date=timezone.localdate(), rows_count=len(drawn.rows)).order_by("pk").last()
    if made is None or any(getattr(made, name) != getattr(drawn, name) for name in WORDS):
        return None
    rows = made.rows.order_by("index").values(*ROW).iterator(chunk_size=BATCH)
    return made if digest_of_rows(rows) == digest_of_rows(drawn.rows) else None


@transaction.atomic
def issue(drawn, *, seat, note="", seen=0):
    """(IssuedTable, whether this press made it).

    `seen`: what `latest` said when the page was shown; where the question was issued since, by a second press or by
    a colleague, that issue is answered. PermissionDenied for who is not of the working group.
    """
    if not may_issue(seat, drawn.programme):
        raise PermissionDenied
    _wait_for_others(drawn.programme)
    if made := _same(drawn).filter(pk__gt=seen).order_by("pk").first():
        return made, False
    issued = _head(drawn, seat, note)
    issued.digest = digest(issued, drawn.rows)
    issued.save(force_insert=True)
    IssuedRow.objects.bulk_create((IssuedRow(table=issued, **row) for row in drawn.rows), batch_size=BATCH)
    details = {"report": issued.report, "question": issued.question, "digest": issued.digest}
    record.write("issue", seat=seat, obj=issued, note=note, details=details | {"rows": issued.rows_count})
    return issued, True


def _wait_for_others(programme):
    """One press at a time in all programmes of the committee: its numbers are one series, as in its register."""
    Programme.objects.filter(committee=programme.committee_id).order_by("pk").select_for_update(no_key=True).first()


def _next_sequence(programme, year):
    """The next number of the committee in `year`; behind `_wait_for_others`. Issues are never deleted: no gap."""
    issued = IssuedTable.objects.filter(programme__committee=programme.committee_id, year=year)
    return (issued.aggregate(last=Max("sequence"))["last"] or 0) + 1


def _head(drawn, seat, note):
    year = timezone.localdate(drawn.known_at).year
    sequence = _next_sequence(drawn.programme, year)
    same = ("programme", "report", "question", "as_of", *WORDS)
    return IssuedTable(
        year=year, sequence=sequence, number=f"{PREFIX}〔{year}〕{sequence}号", rule_version=drawn.rule_version,
        rows_count=len(drawn.rows), issued_at=drawn.known_at, person=seat.person, person_name=seat.person.name,
        seat=seat, seat_title=seat.title_on_record, note=note,
        **{name: getattr(drawn, name) for name in same},
    )  # fmt: skip
