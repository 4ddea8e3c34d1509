"""Any list as a spreadsheet: the columns, order and filters of the screen, all its pages, on record."""

import csv
from datetime import timedelta
from io import BytesIO, StringIO

import pytest
from django.utils import timezone
from openpyxl import load_workbook

from accounts import record
from accounts.exports import limits
from accounts.models import Event
from pairing import standings
from pairing.tests import copies, world
from pairing.tests.scenes import log_in
from pairing.tests.states import Cast
from pairing.views.list_exports import PROBLEMS

pytestmark = pytest.mark.django_db
HEAD, FIRST = 3, 4  # lines of the sheet


@pytest.fixture
def cast():
    return Cast()


@pytest.fixture
def late_pair(cast):
    """A pair signed a hundred days ago, so past its three months."""
    cast.at = timezone.now() - timedelta(days=100)
    problem = world.create_problem(cast.programme, cast.filer, "=cmd()焊接", at=cast.at)
    agreement = cast.agreement("active", problem)
    standings.refresh(timezone.localdate())
    return agreement


def sheet(client, address):
    response = client.get(address)
    assert response.status_code == 200, response
    return load_workbook(BytesIO(b"".join(response.streaming_content))).active


def column(found, place):
    return [row[place].value for row in found.iter_rows(min_row=FIRST, max_row=found.max_row - 1)]


def test_problems_come_all_in_the_order_and_with_the_filters_of_the_screen(client, cast):
    copies.copy_problem(world.create_problem(cast.programme, cast.filer, "图纸版本混乱"), 69)
    world.create_problem(cast.programme, cast.filer, "=cmd()焊接")
    log_in(client, cast.filer)
    whole = sheet(client, "/problems/?sort=number&page=2&export=xlsx")
    assert [cell.value for cell in whole[HEAD]] == [str(column.label) for column in PROBLEMS]
    assert len(column(whole, 0)) == 71
    assert whole.cell(FIRST, 8).is_date
    assert not [cell for row in whole.iter_rows() for cell in row if cell.data_type == "f"]
    found = sheet(client, "/problems/?q=焊接&export=xlsx")
    assert column(found, 1) == ["=cmd()焊接"]
    assert "焊接" in found["A2"].value  # the filter is said


def test_a_person_takes_along_what_the_person_may_open(client, cast, late_pair):
    assert column(sheet(log_in(client, cast.stranger), "/agreements/?export=xlsx"), 0) in ([], [None])
    found = sheet(log_in(client, cast.filer), "/agreements/?export=xlsx")
    assert column(found, 0) == [late_pair.number]
    assert found.cell(FIRST, 5).value.date() == late_pair.due_on
    assert "逾期" in found.cell(FIRST, 6).value


def test_the_red_list_and_the_week_are_exported_with_their_proposals(client, cast, late_pair):
    log_in(client, cast.supervisor)
    red = sheet(client, "/follow-ups/?show=late&export=xlsx")
    assert (column(red, 0), column(red, 3)) == ([late_pair.number], ["走访"])
    week = sheet(client, "/follow-ups/?show=week&export=xlsx")
    assert "逾期" in column(week, 2)[0]


def test_organisations_are_exported_with_who_holds_the_seats(client, cast):
    found = sheet(log_in(client, cast.filer), "/organisations/?export=xlsx")
    rows = dict(zip(column(found, 0), column(found, 3), strict=True))
    assert cast.filer.person.name in next(seats for name, seats in rows.items() if cast.filer.organisation.name in name)


def test_csv_holds_the_market_and_every_export_is_on_record(client, cast):
    world.create_problem(cast.programme, cast.filer, "图纸版本混乱")
    log_in(client, cast.stranger).get("/problems/?list=market")
    assert not Event.objects.filter(action="export").exists()
    response = client.get("/problems/?list=market&q=图纸&export=csv")
    lines = list(csv.reader(StringIO(b"".join(response.streaming_content).decode())))
    assert lines[1][1] == "图纸版本混乱"
    event = Event.objects.get(action="export")
    assert (event.person, event.seat) == (cast.stranger.person, cast.stranger)
    assert record.name_of(event.action, event.object_type) == "导出列表"
    assert (event.details["rows"], event.details["format"]) == (1, "csv")
    assert client.get("/problems/?export=exe").status_code == 400


def test_too_long_a_list_leads_to_csv(client, cast, monkeypatch):
    copies.copy_problem(world.create_problem(cast.programme, cast.filer), 3)
    monkeypatch.setitem(limits.MOST_ROWS, "xlsx", 3)
    response = log_in(client, cast.filer).get("/problems/?sort=number&export=xlsx")
    assert response.status_code == 400
    assert "?sort=number&amp;export=csv" in response.content.decode()
    assert not Event.objects.filter(action="export").exists()
