"""The burden meter against a hand-made world: what is asked, of whom, since which rule; and who reads it."""

from datetime import date, timedelta

from django.core.cache import cache
from django.test import TestCase

from accounts.models import Event, Role
from accounts.tests import people
from pairing.asking import fields_asked
from pairing.models import Digest, FollowUp
from pairing.tests import world
from pairing.tests.world import moment
from pairing.workflow.engine import perform
from reports import burden
from reports.tests.test_reading import queries

PAGE = "/reports/group/burden/"
FILE, INVITE, GOAL = 3, 4, 7  # title, category, urgency; aim, term, problems, partner; a goal's cells and its problems


class BurdenTest(TestCase):
    @classmethod
    def setUpTestData(cls):
        cls.committee = people.create_committee()
        cls.programme = world.create_programme(cls.committee)
        cls.seats = [
            people.create_seat(
                Role.SECRETARY, people.create_branch(f"第{n}党支部", parent=cls.committee), may_backdate=True
            )
            for n in range(4)
        ]
        cls.reviewer = people.create_seat(Role.REVIEWER, cls.committee, may_backdate=True)
        cls.leader = people.create_seat(Role.LEADER, cls.committee)

    def setUp(self):
        cache.clear()
        self.client.force_login(self.reviewer.person)

    def file(self, day, n=1, seat=0):
        for index in range(n):
            world.create_problem(self.programme, self.seats[seat], f"问题{day}-{index}", at=moment(day))

    def months(self, day="2021-06-30", *, anew=True):
        if anew:
            cache.clear()
        return {month.first: month for month in burden.months_of(self.programme, date.fromisoformat(day))}

    def month(self, first, measure):
        month = self.months()[date.fromisoformat(first)]
        return month.total(measure), month.most(measure), month.branches

    def test_what_a_step_asks_is_read_from_its_form(self):
        asked = fields_asked()
        assert asked["problem", "file"].fields == FILE
        assert asked["agreement", "invite"].fields == INVITE
        assert (asked["agreement", "edit"].fields, asked["agreement", "edit"].per_goal) == (0, GOAL)
        assert asked["agreement", "decline_invitation"].fields == 1  # the reason
        assert asked["agreement", "ask_extension"].fields == 3  # date, progress, reason
        for button in ("accept_invitation", "confirm_goals", "submit", "sign"):
            assert ("agreement", button) not in asked

    def test_fields_per_month_and_the_branch_asked_most(self):
        self.file("2021-04-05", 2, seat=0)
        self.file("2021-04-30", 1, seat=1)
        self.file("2021-05-01", 1, seat=1)
        assert self.month("2021-04-01", "fields") == (3 * FILE, 2 * FILE, 4)
        assert self.month("2021-05-01", "fields") == (FILE, FILE, 4)
        assert self.month("2021-03-01", "fields") == (0, 0, 4)

    def test_a_whole_pair_asks_each_thing_once(self):
        at = moment("2021-04-05")
        problem = world.create_problem(self.programme, self.seats[0], at=at)
        agreement = world.create_agreement(
            self.programme, self.seats[0], [self.seats[1].organisation], [problem], at=at
        )
        world.bring_to("active", agreement, reviewer=self.reviewer, at=at)
        asked = FILE + INVITE + GOAL
        assert self.month("2021-04-01", "fields") == (asked, asked, 4)
        world.bring_to("closed", agreement, reviewer=self.reviewer, at=moment("2021-05-06"))
        assert self.month("2021-05-01", "fields")[0] == 1 + 2  # a result of the goal; result and effect of the problem
        follow_ups = FollowUp.objects.filter(agreement=agreement, planned_on__month=4).count()
        assert follow_ups > 0
        assert self.month("2021-04-01", "follow_ups") == (2 * follow_ups, follow_ups, 4)

    def test_goals_saved_again_ask_nothing_new(self):
        at = moment("2021-04-05")
        problem = world.create_problem(self.programme, self.seats[0], at=at)
        agreement = world.create_agreement(
            self.programme, self.seats[0], [self.seats[1].organisation], [problem], at=at
        )
        world.bring_to("drafting", agreement, at=at)
        for seat in (self.seats[0], self.seats[1], self.seats[0]):
            goals = world.goal_rows(agreement)
            goals[0]["measure"] = f"每周检查（{seat.pk}，{agreement.text_version}）"
            perform("edit", agreement, seat=seat, at=at, version=agreement.text_version, goals=goals)
        assert Event.objects.filter(action="edit").count() == 3
        assert self.month("2021-04-01", "fields")[0] == FILE + INVITE + GOAL

    def test_messages_are_those_of_the_people_of_the_branch_on_that_day(self):
        person = self.seats[0].person
        people.create_seat(Role.LIAISON, self.seats[1].organisation, person=person, from_on=date(2021, 4, 10))
        for day in ("2021-04-08", "2021-04-12"):
            Digest.objects.create(person=person, day=day, sent_at=moment(day))
        Digest.objects.create(person=person, day="2021-04-13")  # never sent
        Digest.objects.create(person=self.reviewer.person, day="2021-04-13", sent_at=moment("2021-04-13"))
        assert self.month("2021-04-01", "messages") == (3, 2, 4)

    def test_the_working_groups_own_steps_are_no_burden_of_branches(self):
        self.file("2021-04-05")
        problem = world.create_problem(self.programme, self.seats[0], "奖金分配", at=moment("2021-04-05"))
        perform("refuse", problem, seat=self.reviewer, at=moment("2021-04-06"), ground="pay", note="涉及薪酬")
        assert self.month("2021-04-01", "fields")[0] == 2 * FILE

    def test_a_rule_that_asks_more_raises_an_alarm(self):
        world.create_rules(self.programme, date(2021, 4, 1), "三月专题会规定")
        for month in (1, 2, 3):
            self.file(f"2021-0{month}-05")
        for month in (4, 5, 6):
            self.file(f"2021-0{month}-06", 3)
        page = self.client.get(PAGE, {"as_of": "2021-06-30"})
        (alarm,) = page.context["alarms"]
        assert alarm.startswith("自2021年4月1日“三月专题会规定”起，每个支部每月填写项增加 1.5，由 0.8 增至 2.2")
        assert page.context["reliefs"] == []

    def test_a_rule_that_asks_less_is_said_too_and_the_running_month_is_not_compared(self):
        world.create_rules(self.programme, date(2021, 4, 1), "减负规定")
        self.file("2021-03-05", 6)
        self.file("2021-04-06", 1)
        page = self.client.get(PAGE, {"as_of": "2021-04-30"})
        assert page.context["alarms"] == []
        assert "减少" in page.context["reliefs"][0]
        months = list(self.months("2021-04-30").values())
        rules = self.programme.rule_versions.filter(title="减负规定")
        assert burden.changes(rules, months, date(2021, 4, 30)) == []

    def test_what_was_not_asked_is_a_sentence_and_no_row_of_noughts(self):
        self.file("2021-04-05", 2)
        page = self.client.get(PAGE, {"as_of": "2021-06-30"})
        chart = page.context["chart"]
        assert [series.name for series in chart.series] == ["填写项", "最多"]
        assert chart.labels == ("2021年4月", "2021年5月", "2021年6月")  # none before anything was asked
        assert chart.series[0].values[0] == 1.5
        assert chart.series[0].notes[0] == f"{2 * FILE} ÷ 4"
        assert chart.series[1].values[0] == 2 * FILE
        assert "这些月份没有向党支部发出消息。" in page.content.decode()
        assert page.context["steps"]["fields"] == 2 * FILE

    def test_before_anything_is_asked_there_is_nothing_to_draw(self):
        page = self.client.get(PAGE, {"as_of": "2021-06-30"})
        assert page.context["chart"].is_empty
        assert "尚未对党支部提出要求。" in page.content.decode()

    def test_it_is_for_the_working_group_alone(self):
        for seat, status in ((self.reviewer, 200), (self.leader, 403), (self.seats[0], 403)):
            self.client.force_login(seat.person)
            assert self.client.get(PAGE).status_code == status, seat.role
        assert "burden" not in self.client.get("/reports/group/").content.decode()
        for person in (seat.person for seat in self.seats):
            self.client.force_login(self.reviewer.person)
            assert person.name not in self.client.get(PAGE).content.decode()

    def test_months_that_are_over_are_kept(self):
        april = date(2021, 4, 1)
        self.file("2021-04-05")
        assert self.months()[april].total("fields") == FILE
        self.file("2021-04-06")
        assert self.months(anew=False)[april].total("fields") == FILE
        assert self.months()[april].total("fields") == 2 * FILE

    def test_the_cost_does_not_grow(self):
        def cost():
            cache.clear()
            return queries(self.client, f"{PAGE}?as_of=2021-06-30")

        first = cost()
        for n in range(12):
            branch = people.create_branch(f"新{n}党支部", parent=self.committee)
            seat = people.create_seat(Role.SECRETARY, branch, may_backdate=True)
            at = moment(date(2021, 1, 5) + timedelta(days=14 * n))
            world.create_problem(self.programme, seat, f"问题{n}", at=at)
        assert cost() == first
        assert first <= 15  # the transaction, its mode and its end count as three
