"""An issued table beside a later one or beside what the record says now: which rows differ, and why."""

from django.test import TestCase
from django.utils import timezone

from pairing.tests import world
from pairing.tests.world import moment
from reports import comparing
from reports.tests.test_issuing import drawn_of, issue
from reports.tests.years import create_years


class ComparingTest(TestCase):
    @classmethod
    def setUpTestData(cls):
        cls.years = create_years()
        cls.issued = issue(cls.years)

    def differences(self):
        found = comparing.compare(
            comparing.side_of_issue(self.issued), comparing.side_of_today(drawn_of(self.years))
        )  # fmt: skip
        comparing.give_reasons(found, self.issued.issued_at, timezone.now(), notes=True)
        return found

    def page(self, who="leader", other="now"):
        self.client.force_login(self.years.seats[who].person)
        return self.client.get(f"/reports/issued/{self.issued.pk}/compare/?with={other}")

    def correct(self, **data):
        data = {"field": "written_off_on", "new": "2021-01-22", "note": "验收单日期误录"} | data
        self.years.take("correct", self.years.problems[1], "lead", "2021-07-01", **data)

    def close_late(self):
        """A pair that ended by the day of the table, entered only now."""
        pair = self.years.pairs["soon"]
        world.bring_to(
            "closed", pair, reviewer=self.years.seats["reviewer"], at=moment("2021-06-01"), effects="及时公开"
        )

    def test_nothing_changed(self):
        found = self.differences()
        assert (found.total, found.same) == (0, 3)
        html = self.page().content.decode()
        assert "没有差异" in html
        assert "3 行逐格一致" in html

    def test_a_late_entry_comes_with_its_reason(self):
        self.close_late()
        found = self.differences()
        assert [difference.key for difference in found.added] == [f"problem {self.years.problems[4].pk}"]
        assert (found.removed, found.changed, found.same) == ([], [], 3)
        assert any("补录" in reason and "2021年6月1日" in reason for reason in found.added[0].reasons)
        html = self.page().content.decode()
        assert "新增 1 行，减少 0 行，变动 0 行，未变 3 行" in html
        assert "党务公开不及时" in html

    def test_a_correction_shows_the_cell_and_what_was_corrected(self):
        self.correct()
        (found,) = self.differences().changed
        assert found.cells == [("销号日期", "2021年1月20日", "2021年1月22日")]
        assert len(found.reasons) == 1
        assert "更正：2021年1月20日 → 2021年1月22日" in found.reasons[0]
        assert "验收单日期误录" in self.page("leader").content.decode()
        assert "验收单日期误录" not in self.page("电气").content.decode()  # the note is for who oversees

    def test_a_row_leads_to_its_problem_for_who_oversees(self):
        self.correct()
        (found,) = self.differences().changed
        html = self.page().content.decode()
        assert "变动的行" in html
        assert f'<a href="{found.address}">' in html
        assert "焊接缺陷率偏高" in self.client.get(found.address).content.decode()
        assert found.address not in self.page("电气").content.decode()

    def test_a_correction_past_the_day_takes_a_row_away(self):
        self.correct(new="2021-06-10")
        html = self.page().content.decode()
        assert "减少 1 行" in html
        assert "焊接缺陷率偏高" in html

    def test_two_issues_stand_in_the_order_of_their_issue(self):
        self.close_late()
        later = issue(self.years)
        html = self.page(other=later.pk).content.decode()
        assert f"{self.issued.number} 与 {later.number} 对比" in html
        assert "新增 1 行" in html
        self.client.force_login(self.years.seats["leader"].person)
        other_way = self.client.get(f"/reports/issued/{later.pk}/compare/?with={self.issued.pk}").content.decode()
        assert "新增 1 行" in other_way
        assert "截止日期或筛选条件不同" not in html
        narrow = issue(self.years, level="post")
        assert "截止日期或筛选条件不同" in self.page(other=narrow.pk).content.decode()

    def test_what_cannot_be_compared_is_not_found(self):
        other = issue(self.years, report="problems-raised")
        for wanted in (other.pk, "x", "0", 10**30):
            assert self.page(other=wanted).status_code == 404, wanted
        assert self.page("sysadmin").status_code == 403

    def test_a_question_that_is_no_longer_possible_is_said(self):
        category = self.years.problems[1].category
        with_category = issue(self.years, category=str(category.pk))
        self.client.force_login(self.years.seats["leader"].person)
        address = f"/reports/issued/{with_category.pk}/compare/"
        assert "没有差异" in self.client.get(address).content.decode()
        with_category.question["category"] = "999999"
        spoilt = type(with_category)(**{
            field.attname: getattr(with_category, field.attname) for field in with_category._meta.fields
        } | {"id": None, "sequence": 99})  # fmt: skip
        spoilt.save(force_insert=True)
        html = self.client.get(f"/reports/issued/{spoilt.pk}/compare/").content.decode()
        assert "无法按原条件重新统计" in html
