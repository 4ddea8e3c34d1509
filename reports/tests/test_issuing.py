"""Issued tables: once per press, numbered, never changed, with a digest anybody can recompute."""

import hashlib
import json
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import date
from io import BytesIO
from urllib.parse import quote

import pytest
from django.core.management import CommandError, call_command
from django.db import IntegrityError, InternalError, ProgrammingError, connection, connections, transaction
from django.test import TestCase
from django.test.utils import CaptureQueriesContext
from django.utils import timezone, translation
from docx import Document
from openpyxl import load_workbook

from accounts import record
from accounts.models import Event, Role
from accounts.tests import people
from config.roles import grant_application_role
from pairing.tests.world import create_programme
from reports import issuing
from reports.kept import fits
from reports.models import IssuedRow, IssuedTable
from reports.question_form import QuestionForm
from reports.tests.years import create_years

DAY = "as_of=2021-06-03"
PRESS = f"/reports/issue/solved/?{DAY}"


def drawn_of(years, who="reviewer", report="solved", **question):
    """The table as it would be issued, for the holder of a seat."""
    user = years.seats[who].person
    form = QuestionForm({"as_of": "2021-06-03"} | question, user=user, today=timezone.localdate(), filters=True)
    assert form.is_valid(), form.errors
    return issuing.draw(report, form, user)


def issue(years, **question):
    drawn = drawn_of(years, **question)
    return issuing.issue(drawn, seat=years.seats["reviewer"], seen=issuing.latest(drawn))[0]


class IssuingTest(TestCase):
    @classmethod
    def setUpTestData(cls):
        cls.years = create_years()

    def log_in(self, who):
        self.client.force_login(self.years.seats[who].person)

    def press(self, who="reviewer", address=PRESS, **data):
        """The form as the page gives it, pressed once."""
        self.log_in(who)
        seen = self.client.get(address).context["form"].initial["seen"]
        return self.client.post(address, {"seen": seen} | data)

    def test_the_page_shows_what_will_be_issued_and_writes_nothing(self):
        self.log_in("lead")
        html = self.client.get(PRESS).content.decode()
        for words in (
            "已解决问题统计表",
            "截至2021年6月3日",
            "2 对、3 个党支部、3 个问题",
            "纪委可以作为结对的一方",
        ):
            assert words in html, words
        assert not IssuedTable.objects.exists()
        assert not Event.objects.filter(action="issue").exists()

    def test_a_press_keeps_every_word_under_a_number_and_is_on_record(self):
        year = timezone.localdate().year
        response = self.press(note="供六月专题会")
        issued = IssuedTable.objects.get()
        assert response.url == f"/reports/issued/{issued.pk}/"
        assert (issued.number, issued.sequence) == (f"统计〔{year}〕1号", 1)
        assert (issued.title, issued.total) == ("已解决问题统计表", "2 对、3 个党支部、3 个问题")
        assert issued.second_line == "截至2021年6月3日 · 单位：个 · 公司结对共建"
        assert issued.seat == self.years.seats["reviewer"]
        assert (issued.person_name, issued.note) == (issued.seat.person.name, "供六月专题会")
        assert issued.rule_version == self.years.programme.rules_on(issued.as_of)
        assert len(issued.counting_rules) == 7
        first = issued.rows.first()
        assert (first.index, first.key) == (1, f"problem {self.years.problems[1].pk}")
        assert first.group == self.years.pairs["first"].number
        assert first.cells["raised"] == "2020-09-01"
        assert first.cells["days_late"] == 0
        event = Event.objects.get(action="issue")
        assert (event.object_id, event.seat, event.note) == (issued.pk, issued.seat, "供六月专题会")
        assert event.details["digest"] == issued.digest
        with translation.override("zh-hans"):
            assert record.name_of("issue", "issuedtable") == "印发统计表"

    def test_words_are_chinese_whoever_issues(self):
        person = self.years.seats["reviewer"].person
        person.language = "en"
        person.save()
        self.press(address=f"{PRESS}&level=post")
        issued = IssuedTable.objects.get()
        assert issued.second_line.endswith("公司结对共建 · 结对层级：岗位对岗位")
        assert issued.rows.get().cells["late"] == "逾期 10 天"

    def test_a_second_press_of_the_same_page_issues_nothing(self):
        self.log_in("reviewer")
        seen = self.client.get(PRESS).context["form"].initial["seen"]
        urls = {self.client.post(PRESS, {"seen": seen}).url for _press in range(2)}
        assert len(urls) == 1
        assert IssuedTable.objects.count() == 1
        assert Event.objects.filter(action="issue").count() == 1
        assert "刚刚已印发" in self.client.get(urls.pop()).content.decode()
        self.press(again="on")  # a new page is a new issue, where it is wished for
        assert [issued.sequence for issued in IssuedTable.objects.order_by("pk")] == [1, 2]

    def test_the_same_once_more_on_a_day_wants_a_tick(self):
        self.press(note="供六月专题会")
        issued = IssuedTable.objects.get()
        page = self.client.get(PRESS).content.decode()  # as after going back in the browser
        assert f'今天已印发为<a href="/reports/issued/{issued.pk}/">{issued.number}</a>，内容相同' in page
        response = self.press(note="供七月专题会")
        html = response.content.decode()
        assert response.status_code == 200
        assert f"本表今天已印发为{issued.number}，内容相同" in html
        assert "供七月专题会" in html
        assert IssuedTable.objects.count() == 1
        self.press(again="on")
        assert IssuedTable.objects.count() == 2

    def test_no_tick_is_wanted_where_the_rows_changed_or_another_question_is_asked(self):
        self.press()
        self.press(address=f"{PRESS}&level=post")
        assert IssuedTable.objects.count() == 2
        self.years.take(
            "correct", self.years.problems[1], "lead", "2021-07-01", field="written_off_on", new="2021-01-22",
            note="误录",
        )  # fmt: skip
        self.press()
        assert IssuedTable.objects.count() == 3

    def test_all_programmes_of_a_committee_number_in_one_series(self):
        year = timezone.localdate().year
        second = create_programme(self.years.programme.committee, name="第二期结对共建", starts_on=date(2021, 1, 1))
        upper = create_programme(people.create_committee("另一公司党委"), name="另一公司结对共建")
        first, again = self.years.programme.pk, second.pk
        for address in (
            f"{PRESS}&programme={first}",
            f"{PRESS}&programme={again}",
            f"{PRESS}&programme={first}&level=post",
        ):
            self.press(address=address)
        found = IssuedTable.objects.order_by("pk")
        assert [issued.number for issued in found] == [f"统计〔{year}〕{n}号" for n in (1, 2, 3)]
        assert [issued.programme_id for issued in found] == [first, again, first]
        drawn = replace(drawn_of(self.years), programme=upper)
        seat = people.create_seat(Role.REVIEWER, upper.committee)
        assert issuing.issue(drawn, seat=seat)[0].number == f"统计〔{year}〕1号"

    def test_a_press_without_its_page_is_refused_and_keeps_the_note(self):
        self.log_in("reviewer")
        response = self.client.post(PRESS, {"note": "供专题会", "seen": "x"})
        assert response.status_code == 200
        assert "供专题会" in response.content.decode()
        assert not IssuedTable.objects.exists()
        response = self.client.post(PRESS, {"note": "字" * 401, "seen": "0"})
        assert "字" * 401 in response.content.decode()
        assert not IssuedTable.objects.exists()

    def test_only_the_working_group_of_the_programme_issues(self):
        for who in ("leader", "supervisor", "质量安全部", "综合", "sysadmin"):
            self.log_in(who)
            assert self.client.get(PRESS).status_code == 403, who
            assert self.client.post(PRESS, {"seen": 0}).status_code == 403, who
            assert PRESS.split("?")[0] not in self.client.get(f"/reports/solved/?{DAY}").content.decode()
        self.log_in("leader")
        assert "统计表由本活动的工作组印发" in self.client.get(PRESS).content.decode()
        upper = people.create_seat(Role.REVIEWER, people.create_committee("另一公司党委"))
        self.client.force_login(upper.person)
        assert self.client.get(PRESS).status_code in (200, 403)
        assert not IssuedTable.objects.exists()
        for who in ("reviewer", "lead"):
            self.log_in(who)
            assert PRESS.split("?")[0] in self.client.get(f"/reports/solved/?{DAY}").content.decode()

    def test_lists_are_issued_too_and_an_unknown_report_is_not_found(self):
        for report, rows in (("problems-raised", 8), ("agreements-due_soon", 1), ("branches-taking_part", 4)):
            self.press(address=f"/reports/issue/{report}/?{DAY}")
            issued = IssuedTable.objects.get(report=report)
            assert (issued.rows_count, issued.rows.count()) == (rows, rows), report
            page = self.client.get(f"/reports/issued/{issued.pk}/")
            assert f'data-total="{rows}"' in page.content.decode()
        assert self.client.get("/reports/issue/solved-nothing/").status_code == 404
        assert self.client.get("/reports/issue/problems-nothing/").status_code == 404

    def test_the_summary_is_issued_with_its_head_of_two_lines_and_compared_by_its_rows(self):
        self.press(address=f"/reports/issue/summary/?{DAY}")
        issued = IssuedTable.objects.get()
        assert issued.rows_count == issued.rows.count() > 2
        page = self.client.get(f"/reports/issued/{issued.pk}/")
        assert page.content.decode().count("<tr data-row>") == issued.rows_count
        assert len(page.context["head"]) == 2
        self.years.take(
            "correct",
            self.years.problems[1],
            "lead",
            "2021-07-01",
            field="written_off_on",
            new="2021-06-10",
            note="误录",
        )
        html = self.client.get(f"/reports/issued/{issued.pk}/compare/").content.decode()
        assert "质量安全部党支部" in html
        assert "<del>" in html

    def test_a_table_too_long_is_refused_with_a_sentence(self):
        self.log_in("reviewer")
        most, issuing.MOST_ROWS = issuing.MOST_ROWS, 2
        try:
            response = self.client.post(PRESS, {"seen": 0})
        finally:
            issuing.MOST_ROWS = most
        assert response.status_code == 409
        assert "本表共 3 行，最多印发 2 行" in response.content.decode()
        assert not IssuedTable.objects.exists()

    def test_an_issued_table_stays_whatever_happens_to_the_living_one(self):
        issued = issue(self.years)
        before = self.client_page(issued, "leader")
        self.years.take(
            "correct",
            self.years.problems[1],
            "lead",
            "2021-07-01",
            field="written_off_on",
            new="2021-01-22",
            note="误录",
        )
        after = self.client_page(issued, "leader")
        assert "2021年1月20日" in after
        assert "2021年1月22日" not in after
        assert before.count("<tr data-row>") == after.count("<tr data-row>") == 3

    def client_page(self, issued, who):
        self.log_in(who)
        return self.client.get(f"/reports/issued/{issued.pk}/").content.decode()

    def test_neither_model_nor_sql_changes_or_deletes_it(self):
        issued = issue(self.years)
        acts = (
            lambda: IssuedTable.objects.filter(pk=issued.pk).update(title="x"),
            lambda: issued.rows.update(group="x"),
            lambda: IssuedRow.objects.filter(table=issued).delete(),
            lambda: connection.cursor().execute("DELETE FROM reports_issuedtable"),
            lambda: issued.save(),
        )
        for act in acts:
            with pytest.raises(InternalError, match="cannot be changed"), transaction.atomic():
                act()
        assert fits(IssuedTable.objects.get())

    def test_the_digest_is_that_of_the_canonical_file(self):
        issued = issue(self.years)
        self.log_in("leader")
        file = b"".join(self.client.get(f"/reports/issued/{issued.pk}/?export=jsonl").streaming_content)
        assert hashlib.sha256(file).hexdigest() == issued.digest
        head, *rows = map(json.loads, file.decode().splitlines())
        assert (head["number"], head["rows_count"]) == (issued.number, len(rows))
        name = self.client.get(f"/reports/issued/{issued.pk}/?export=jsonl")["Content-Disposition"]
        assert quote(f"{issued.number} 已解决问题统计表.jsonl") in name
        assert "相符" in self.client_page(issued, "leader")
        call_command("verify_issued")

    def test_a_digest_that_does_not_fit_is_said(self):
        issued = issue(self.years)
        with connection.cursor() as cursor:  # as somebody could who owns the database
            cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
            cursor.execute("ALTER TABLE reports_issuedrow DISABLE TRIGGER USER")
            cursor.execute("UPDATE reports_issuedrow SET \"group\" = 'x' WHERE index = 1")
            cursor.execute("ALTER TABLE reports_issuedrow ENABLE TRIGGER USER")
        assert "摘要不符" in self.client_page(issued, "leader")
        with pytest.raises(CommandError, match=issued.number):
            call_command("verify_issued")

    def test_who_reads_it(self):
        solved, raised = issue(self.years), issue(self.years, report="problems-raised")
        for who in ("leader", "supervisor", "lead"):
            assert raised.title in self.client_page(raised, who)
        for who in ("电气", "综合", "纪委"):  # the table of the whole programme is everybody's, a list is not
            self.log_in(who)
            assert self.client.get(f"/reports/issued/{solved.pk}/").status_code == 200
            assert self.client.get(f"/reports/issued/{raised.pk}/").status_code == 404
            assert self.client.get(f"/reports/issued/{raised.pk}/?export=csv").status_code == 404
            found = self.client.get("/reports/issued/").content.decode()
            assert solved.number in found
            assert raised.number not in found
        other = people.create_branch("另一公司党支部", parent=people.create_committee("另一公司党委"))
        self.client.force_login(people.create_seat(Role.SECRETARY, other).person)
        assert self.client.get(f"/reports/issued/{solved.pk}/").status_code == 404
        self.log_in("auditor")
        assert self.client.get(f"/reports/issued/{solved.pk}/").status_code == 403

    def test_a_reader_gets_links_only_to_what_he_may_open(self):
        html = self.client_page(issue(self.years), "电气")
        assert f'href="/problems/{self.years.problems[3].pk}/"' in html
        assert f'href="/problems/{self.years.problems[1].pk}/"' not in html

    def test_exports_come_from_the_stored_rows_and_run_no_formula(self):
        issued = issue(self.years)
        self.log_in("leader")
        text = b"".join(self.client.get(f"/reports/issued/{issued.pk}/?export=csv").streaming_content).decode()
        assert "'=SUM(A1)式的标题" in text
        file = b"".join(self.client.get(f"/reports/issued/{issued.pk}/?export=xlsx").streaming_content)
        sheet = load_workbook(BytesIO(file)).active
        cells = [cell for row in sheet.iter_rows() for cell in row]
        assert not [cell for cell in cells if cell.data_type == "f"]
        assert issued.number in sheet["A2"].value
        assert sheet["J4"].is_date
        assert "合计" in "".join(str(cell.value) for cell in cells)
        file = b"".join(self.client.get(f"/reports/issued/{issued.pk}/?export=docx").streaming_content)
        words = "".join(paragraph.text for paragraph in Document(BytesIO(file)).paragraphs)
        assert issued.digest in words
        assert f"/reports/issued/{issued.pk}/" in words
        assert Event.objects.filter(action="export", object_type="issuedtable").count() == 3
        assert self.client.get(f"/reports/issued/{issued.pk}/?export=exe").status_code == 404

    def test_the_page_costs_the_same_for_more_rows(self):
        few, many = issue(self.years, level="post"), issue(self.years)
        self.log_in("leader")
        found = set()
        for issued in (few, many):
            with CaptureQueriesContext(connection) as queries:
                self.client.get(f"/reports/issued/{issued.pk}/")
            found.add(sum(query["sql"].startswith(("SELECT", "DECLARE")) for query in queries))
        assert len(found) == 1, found
        assert found.pop() <= 12


@pytest.mark.django_db(transaction=True)
def test_two_at_once_get_two_numbers_or_one_issue():
    years = create_years()
    same, other = drawn_of(years), drawn_of(years, report="problems-raised")

    def press(drawn):
        try:
            return issuing.issue(drawn, seat=years.seats["reviewer"], seen=0)
        finally:
            connections.close_all()

    with ThreadPoolExecutor(4) as pool:
        found = list(pool.map(press, (same, other, same, other)))
    assert sorted(mine for _issued, mine in found) == [False, False, True, True]
    assert {issued.sequence for issued, _mine in found} == {1, 2}
    assert IssuedTable.objects.count() == 2
    twin = IssuedTable.objects.first()
    twin.pk = None
    with pytest.raises(IntegrityError), transaction.atomic():
        twin.save(force_insert=True)


@pytest.mark.django_db
@pytest.mark.parametrize(
    "statement",
    ["UPDATE reports_issuedrow SET index = 1", "DELETE FROM reports_issuedtable", "TRUNCATE reports_issuedrow"],
)
def test_the_role_of_the_application_has_no_right_to_change_it(settings, statement):
    settings.DATABASE_APP_ROLE = "jiedui_app"
    assert grant_application_role(connection)
    with connection.cursor() as cursor:
        cursor.execute("SET LOCAL ROLE jiedui_app")
        with pytest.raises(ProgrammingError, match="permission denied"), transaction.atomic():
            cursor.execute(statement)
        cursor.execute("RESET ROLE")
