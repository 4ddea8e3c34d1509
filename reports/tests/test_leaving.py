"""The whole programme as a file: complete, readable without us, for the lead alone, on record, gone after some days."""

import io
import zipfile
from datetime import date, timedelta

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.core.management import CommandError, call_command
from django.utils import timezone
from openpyxl import load_workbook
from PIL import Image

from accounts.exports import safe
from accounts.models import Event
from config.tasks import pack_tick
from pairing.attachments import attach, checked
from pairing.models import Agreement, Problem
from reports.leaving import making
from reports.leaving.archive import PARTS, write_archive
from reports.leaving.kinds import KINDS
from reports.models import Departure
from reports.tests.years import create_years

URL = "/reports/departures/"


@pytest.fixture
def years(db):
    return create_years()


def add_picture(years):
    """The same name twice at one problem."""
    content = io.BytesIO()
    Image.new("RGB", (8, 8)).save(content, "JPEG")
    for _again in range(2):
        kept = checked(SimpleUploadedFile("焊缝.jpg", content.getvalue()))
        attach(years.problems[1], kept, seat=years.seats["质量安全部"])


def opened(file):
    file.seek(0)
    return zipfile.ZipFile(file)


def rows(archive, name):
    """The rows of a spreadsheet without titles and total."""
    sheet = load_workbook(io.BytesIO(archive.read(name))).active
    return [[cell.value for cell in row] for row in sheet.iter_rows(min_row=4, max_row=sheet.max_row - 1)]


def test_it_holds_every_kind_the_texts_the_files_and_says_what_is_what(years):
    add_picture(years)
    told = []
    file = io.BytesIO()
    write_archive(file, years.programme, lambda done, words: told.append((done, words)))
    archive = opened(file)
    names = archive.namelist()
    assert archive.testzip() is None
    assert {f"{kind.title}.xlsx" for kind in KINDS} <= set(names)
    assert [done for done, _words in told] == list(range(PARTS))
    problems = {row[0]: row for row in rows(archive, "问题.xlsx")}
    assert len(problems) == Problem.objects.count() == 9
    assert problems[years.problems[1].number][9].date() == date(2020, 9, 1)
    agreements = rows(archive, "协议.xlsx")
    assert [row[0] for row in agreements] == [
        a.number for a in Agreement.objects.order_by("year", "sequence")
    ]  # fmt: skip
    assert {row[12] for row in rows(archive, "清单项.xlsx") if row[12] != "—"} == {
        "缺陷率下降（first）",
        "缺陷率下降（late）",
    }
    number = years.pairs["first"].number
    text = archive.read(f"协议文本/{safe(number)}.txt").decode("utf-8-sig")
    assert years.pairs["first"].text.splitlines()[0] in text
    assert years.pairs["first"].text_digest in text
    folder = f"附件/{safe(years.problems[1].number)}"
    assert {f"{folder}/焊缝.jpg", f"{folder}/焊缝-2.jpg"} <= set(names)
    assert archive.read(f"{folder}/焊缝.jpg").startswith(b"\xff\xd8")
    readme = archive.read("说明.txt").decode("utf-8-sig")
    assert "问题.xlsx　9 行" in readme
    assert "公司结对共建：本活动保存的全部内容" in readme
    assert len(rows(archive, "全程记录.xlsx")) >= Event.objects.filter(object_type__in=["problem", "agreement"]).count()


def test_a_draft_stays_with_its_branch(years):
    draft = Problem.objects.get(pk=years.problems[8].pk)
    Problem.objects.filter(pk=draft.pk).update(state="draft")
    file = io.BytesIO()
    write_archive(file, years.programme)
    archive = opened(file)
    assert draft.number not in [row[0] for row in rows(archive, "问题.xlsx")]
    assert draft.number not in "".join(str(row[7]) for row in rows(archive, "全程记录.xlsx"))


def test_a_file_that_is_lost_is_named_and_stops_nothing(years):
    add_picture(years)
    years.problems[1].attachments.first().file.delete(save=False)
    file = io.BytesIO()
    contents = write_archive(file, years.programme)
    assert any(line.startswith("缺少：附件/") for line in contents)


def test_the_lead_asks_waits_and_takes_it_and_all_of_it_is_on_record(client, years):
    lead = years.seats["lead"]
    client.force_login(lead.person)
    assert client.get(URL).status_code == 200
    assert not Departure.objects.exists()  # a look asks for nothing
    for _press in range(2):
        assert client.post(URL, {"programme": years.programme.pk}).status_code == 302
    departure = Departure.objects.get()
    assert departure.is_coming
    assert "<progress" in client.get(URL).content.decode()
    assert client.get(f"{URL}{departure.pk}/file/").status_code == 404
    assert making.make(departure.pk)
    assert not making.make(departure.pk)
    departure.refresh_from_db()
    assert (departure.state, departure.parts_done) == ("done", PARTS)
    response = client.get(f"{URL}{departure.pk}/file/")
    content = b"".join(response.streaming_content)
    assert len(content) == departure.size
    assert "no-store" in response["Cache-Control"]
    assert "问题.xlsx" in opened(io.BytesIO(content)).namelist()
    events = Event.objects.filter(object_type="programme", object_id=years.programme.pk).order_by("pk")
    assert [(e.action, e.seat) for e in events if "departure" in e.action] == [
        ("ask_departure", lead), ("take_departure", lead),
    ]  # fmt: skip


def test_nobody_else_may_ask_or_take(client, years):
    departure = making.ask(years.programme, years.seats["lead"])
    making.make(departure.pk)
    for name in ("廊坊", "reviewer", "supervisor", "leader", "sysadmin", "secadmin", "auditor"):
        client.force_login(years.seats[name].person)
        assert client.get(URL).status_code == 403, name
        assert client.post(URL, {"programme": years.programme.pk}).status_code == 403, name
        assert client.get(f"{URL}{departure.pk}/file/").status_code == 403, name
    assert Departure.objects.count() == 1
    client.force_login(years.seats["lead"].person)
    assert client.post(URL, {"programme": "x"}).status_code == 404


def test_the_file_goes_after_some_days(client, years):
    departure = making.ask(years.programme, years.seats["lead"])
    making.make(departure.pk)
    departure.refresh_from_db()
    storage, name = departure.file.storage, departure.file.name
    assert making.forget_old(timezone.now() + making.KEPT - timedelta(minutes=1)) == 0
    assert making.forget_old(timezone.now() + making.KEPT + timedelta(minutes=1)) == 1
    assert not storage.exists(name)
    client.force_login(years.seats["lead"].person)
    assert client.get(f"{URL}{departure.pk}/file/").status_code == 404
    again = making.ask(years.programme, years.seats["lead"])
    assert again.pk != departure.pk


def test_the_tick_starts_what_waits(years, monkeypatch):
    departure = making.ask(years.programme, years.seats["lead"])
    sent = []
    monkeypatch.setattr("config.tasks.make_departure.apply_async", lambda args, **options: sent.append(args))
    monkeypatch.setattr("config.tasks.make_pack.apply_async", lambda args, **options: None)
    pack_tick()
    assert sent == [[departure.pk]]


def test_the_command_writes_the_same_file_and_never_over_another(years, tmp_path, capsys):
    file = tmp_path / "all.zip"
    call_command("export_all", "公司结对共建", str(file))
    assert file.stat().st_mode & 0o077 == 0
    assert "问题.xlsx" in zipfile.ZipFile(file).namelist()
    assert Event.objects.filter(action="take_departure", details__by="command").exists()
    with pytest.raises(CommandError, match="已存在"):
        call_command("export_all", str(years.programme.pk), str(file))
    with pytest.raises(CommandError, match="公司结对共建"):
        call_command("export_all", "别的", str(tmp_path / "other.zip"))
