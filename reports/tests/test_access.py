"""Who sees what: every address of the reports for every role, and figures that never count what is hidden."""

from django.test import TestCase
from django.urls import get_resolver

from accounts.models import Event, Role
from accounts.tests import people
from reports import urls
from reports.tests.years import create_years

ADDRESSES = (
    "/reports/",
    "/reports/solved/",
    "/reports/solved/?export=csv",
    "/reports/solved/?export=xlsx",
    "/reports/summary/",
    "/reports/summary/?export=xlsx",
    "/reports/problems/",
    "/reports/problems/?export=csv",
    "/reports/agreements/",
    "/reports/agreements/?export=xlsx",
    "/reports/branches/",
    "/reports/issued/",
    "/reports/network/",
    "/reports/network/?year=2021&category=",
    "/reports/network/pairs/",
    "/reports/network/pairs/?export=xlsx",
    "/reports/network/problems/",
    "/reports/network/branches/?what=existing",
)
ELSEWHERE = {
    "branch/<int:pk>/",  # test_branch.py
    "group/",  # test_group.py
    "group/burden/",  # test_burden.py
    "group/list/",
    "saved/",  # test_saved.py
    "saved/<int:pk>/",
    "saved/<int:pk>/delete/",
    "leader/",  # test_leader.py
    "leader/network/",
    "departures/",  # test_leaving.py
    "departures/<int:pk>/file/",
    "issue/<slug:report>/",  # test_issuing.py
    "issued/<int:pk>/",
    "issued/<int:pk>/compare/",  # test_comparing.py
    "packs/",  # test_packs.py
    "packs/preview/",
    "packs/subscribe/",
    "packs/<int:pk>/",
    "packs/<int:pk>/again/",
    "packs/<int:pk>/tell/",
    "packs/<int:pk>/docx/",
    "packs/<int:pk>/xlsx/",
}
ADMINISTRATORS = (Role.SYSADMIN, Role.SECADMIN, Role.AUDITOR)
READERS = ("leader", "reviewer", "lead", "supervisor", "质量安全部", "纪委", "综合")
DAY = "as_of=2021-06-03"


class AccessTest(TestCase):
    @classmethod
    def setUpTestData(cls):
        cls.years = create_years()

    def log_in(self, who):
        self.client.force_login(self.years.seats[who].person)

    def figures(self, who):
        self.log_in(who)
        page = self.client.get(f"/reports/?{DAY}")
        return page, {name: figure["n"] for name, figure in page.context["figures"].items()}

    def test_the_table_of_addresses_is_complete(self):
        known = {address.split("?")[0].removeprefix("/reports/") for address in ADDRESSES}
        assert known | ELSEWHERE == {str(pattern.pattern) for pattern in urls.urlpatterns}
        assert get_resolver().resolve("/reports/").view_name == "reports:index"

    def test_every_address_for_every_role(self):
        for address in ADDRESSES:
            self.client.logout()
            assert self.client.get(address).status_code == 302, address
            for who in ADMINISTRATORS:
                self.log_in(who)
                assert self.client.get(address).status_code == 403, (who, address)
            for who in READERS:
                self.log_in(who)
                response = self.client.get(address)
                assert response.status_code == 200, (who, address)
                if response.streaming:
                    assert b"".join(response.streaming_content)
            assert self.client.post(address).status_code == 405, address
        self.client.force_login(people.create_user())  # nobody without a seat
        assert {self.client.get(address).status_code for address in ADDRESSES} == {403}

    def test_administrators_leave_no_export_behind(self):
        self.log_in("auditor")
        self.client.get("/reports/solved/?export=csv")
        assert not Event.objects.filter(action="export").exists()

    def test_a_branch_reads_the_whole_table_but_opens_only_its_own(self):
        self.log_in("电气")
        page = self.client.get(f"/reports/solved/?{DAY}")
        html = page.content.decode()
        assert "2 对、3 个党支部、3 个问题" in html
        assert f'href="/problems/{self.years.problems[3].pk}/"' in html
        assert f'href="/problems/{self.years.problems[1].pk}/"' not in html
        assert f'href="/agreements/{self.years.pairs["first"].pk}/"' not in html
        for href in (f"/problems/{self.years.problems[3].pk}/", f"/agreements/{self.years.pairs['late'].pk}/"):
            assert self.client.get(href).status_code == 200

    def test_a_branch_counts_its_own_scope_and_the_page_says_so(self):
        page, found = self.figures("电气")
        assert "本支部范围" in page.content.decode()
        expected = {
            "problems_raised": 2, "problems_solved": 1, "problems_refused": 0, "agreements_signed": 2,
            "agreements_running": 1, "agreements_overdue": 1, "agreements_due_soon": 0, "branches_taking_part": 1,
            "branches_existing": 1,
        }  # fmt: skip
        assert {name: found[name] for name in expected} == expected
        lists = self.client.get(f"/reports/problems/?what=raised&{DAY}").content.decode()
        assert "本支部范围" in lists
        assert "本支部及结对方的问题" in lists
        assert "党支部总数" not in page.content.decode()
        assert "焊接缺陷率偏高" not in lists

    def test_of_a_day_before_the_programme_the_page_says_so(self):
        self.log_in("leader")
        html = self.client.get("/reports/?as_of=2001-01-01").content.decode()
        assert "截至2001年1月1日，活动尚未开始；活动自" in html

    def test_a_branch_in_no_pair_counts_nothing_of_others(self):
        page, found = self.figures("综合")
        assert {n for name, n in found.items() if name != "branches_existing"} == {0}
        assert found["branches_existing"] == 1
        assert "19" not in page.context["briefing"]

    def test_overseers_count_the_programme(self):
        for who in ("leader", "reviewer", "lead", "supervisor"):
            page, found = self.figures(who)
            assert found["problems_raised"] == 8, who
            assert "本支部范围" not in page.content.decode()

    def test_another_company_sees_nothing_and_chooses_nothing(self):
        other = people.create_seat(Role.LEADER, people.create_committee("另一公司党委"))
        self.client.force_login(other.person)
        page = self.client.get(f"/reports/solved/?{DAY}&programme={self.years.programme.pk}")
        assert "不在可选范围内" in page.content.decode()
        assert "焊接缺陷率偏高" not in page.content.decode()

    def test_an_administrator_elsewhere_gets_no_business_data_by_a_seat_here(self):
        branch = people.create_branch("另一公司党支部", parent=people.create_committee("另一公司党委"))
        person = people.create_seat(Role.SECRETARY, branch).person
        people.create_seat(Role.SYSADMIN, self.years.committee, person=person)
        self.client.force_login(person)
        assert "焊接缺陷率偏高" not in self.client.get(f"/reports/solved/?{DAY}").content.decode()
