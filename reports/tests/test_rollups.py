"""The sums behind the figures equal what the counting QuerySets find, for every measure and every day."""

from concurrent.futures import ThreadPoolExecutor
from datetime import date, timedelta

import pytest
from django.core.management import CommandError, call_command
from django.db import connections, transaction
from django.utils import timezone
from hypothesis.stateful import invariant, run_state_machine_as_test

from accounts.models import JobRun, Organisation, Role
from accounts.tests import people
from accounts.tests.people import create_seat
from config.tasks import check_sums
from pairing.models import (
    Agreement,
    DueChange,
    Episode,
    Extension,
    Interval,
    Problem,
    branches_on,
    helping_nobody_on,
    never_paired_on,
)
from pairing.tests import world
from pairing.tests.states import Cast
from pairing.tests.world import moment
from pairing.workflow.engine import perform
from reports import rollups, tasks
from reports.figures import FIGURES
from reports.models import DayCount, Fact, MonthCount, PairFact, Touched
from reports.questions import Question
from reports.rollups.checking import differences
from reports.rollups.figures import summed
from reports.selectors import read_only
from reports.tests.test_trust import SETTINGS, History
from reports.tests.years import create_years

ONE = timedelta(days=1)
DATED = (
    (Problem, "raised_on"), (Agreement, "signed_on"), (Agreement, "ended_on"), (Episode, "taken_on"),
    (Episode, "confirmed_on"), (Episode, "written_off_on"), (Episode, "released_on"), (Episode, "relapsed_on"),
    (Interval, "from_on"), (Interval, "to_on"), (DueChange, "decided_on"), (DueChange, "due_on"),
    (Extension, "asked_on"), (Extension, "decided_on"), (Organisation, "opened_on"), (Organisation, "closed_on"),
)  # fmt: skip


def days_seen():
    """Every day on which anything is dated, the day before and the day after: where a figure may change."""
    found = {day for model, name in DATED for day in model.objects.values_list(name, flat=True) if day}
    return sorted({near for day in found for near in (day - ONE, day, day + ONE)})


def everything():
    """All facts and sums as they stand; a sum of nothing is none."""
    keys = ("kind", "object_id", "programme", "way", "category", "bodies", "measures", "days", "changes")
    return [
        sorted(map(repr, Fact.objects.values_list(*keys))),
        sorted(map(repr, PairFact.objects.values_list())),
        set(DayCount.objects.exclude(n=0).values_list("programme", "body", "key", "measure", "day", "n")),
        set(MonthCount.objects.exclude(n=0).values_list("programme", "body", "key", "measure", "month", "n")),
    ]


def same_when_rebuilt():
    kept = everything()
    rollups.rebuild()
    return kept == everything()


@pytest.mark.django_db
class TestYears:
    def test_every_measure_on_every_day(self):
        years = create_years()
        assert rollups.fold()
        assert rollups.fold() == 0
        assert differences(years.programme, days_seen()) == []
        assert same_when_rebuilt()
        for day in days_seen():
            every = branches_on(years.programme, day)
            for measure, others in (("taking_part", never_paired_on), ("helping", helping_nobody_on)):
                without = every.filter(~rollups.branches_that(years.programme, measure, day))
                assert set(without) == set(others(years.programme, day)), (measure, day)

    def test_what_changes_the_past_changes_the_sums_of_the_past(self):
        """A late entry, a correction, another category, another side: each alone, each folded by a page."""
        years = create_years()
        rollups.catch_up()
        late = world.create_problem(years.programme, years.seats["电气"], "迟报", at=moment("2020-10-10"))
        self.check(years, raised=date(2020, 10, 10))
        pair = years.pairs["soon"]
        years.take("correct", pair, "lead", "2021-06-01", field="signed_on", new=date(2021, 3, 20), note="更正")
        self.check(years, signed=date(2021, 3, 20))
        late.category = world.create_category("党建", kind="party_work")
        late.save(update_fields=["category"])
        self.check(years, raised=date(2020, 10, 10))
        Organisation.objects.filter(pk=years.body("质量安全部").pk).update(side="grassroots")
        self.check(years)
        sides = rollups.by_month(
            years.programme, ["signed"], date(2020, 1, 1), date(2021, 12, 31), split="initiator_side"
        )
        assert {row["key"] for row in sides} == {"grassroots"}

    def check(self, years, **one_more):
        """The sums agree, and differ from those of the day before by one of each of these."""
        assert rollups.catch_up()
        for measure, day in one_more.items():
            counts = [rollups.totals(years.programme, at, [measure])[measure] for at in (day - ONE, day)]
            assert counts[1] == counts[0] + 1, measure
        assert differences(years.programme, days_seen()[::3]) == []
        assert same_when_rebuilt()

    def test_a_merged_branch_hands_its_place_on(self):
        years = create_years()
        old, new = years.body("测绘"), years.body("综合")
        rollups.catch_up()
        before = rollups.totals(years.programme, date(2021, 6, 3), rollups.MEASURES)
        old.closed_on, old.successor = date(2021, 8, 1), new
        old.save()
        years.take("hand_over", years.pairs["overdue"], "", "2021-08-01", old=old, new=new)
        assert rollups.catch_up()
        assert rollups.totals(years.programme, date(2021, 6, 3), rollups.MEASURES) == before
        assert rollups.totals(years.programme, date(2021, 8, 1), ["taking_part"]) == {"taking_part": 4}
        assert differences(years.programme, days_seen()) == []

    def test_the_figures_of_an_organisation_are_those_of_its_lists(self):
        """Also since a branch was merged: whose pairs count for whom then, the sums leave to the rows."""
        years = create_years()
        old, new = years.body("测绘"), years.body("综合")
        reader = years.seats["leader"].person
        rollups.catch_up()
        assert rollups.moved(years.programme, [old.pk, new.pk]) == set()
        for merged in (False, True):
            if merged:
                old.closed_on, old.successor = date(2021, 5, 20), new
                old.save()
                years.take("hand_over", years.pairs["overdue"], "", "2021-05-20", old=old, new=new)
                assert rollups.catch_up()
                assert rollups.moved(years.programme, [old.pk, new.pk, years.body("电气").pk]) == {old.pk, new.pk}
            for body in (old, new, years.body("廊坊"), years.body("纪委"), years.committee):
                for as_of, first in ((date(2021, 6, 3), None), (date(2021, 4, 20), date(2021, 1, 1))):
                    question = Question(
                        programme=years.programme, as_of=as_of, own_scope=False, first_day=first,
                        filters={"organisation": body},
                    )  # fmt: skip
                    known = summed(question, tuple(FIGURES))
                    asked = [figure for figure in known if figure in FIGURES]
                    counted = {figure: FIGURES[figure].rows(question, reader).count() for figure in asked}
                    assert {figure: known[figure] for figure in asked} == counted, (merged, body, as_of)
                    pairs = ("agreements", "running") in known
                    assert pairs == (not (merged and body in (old, new))), (merged, body)

    def test_by_month_by_body_and_by_category(self):
        """Small bodies are added up from facts, large ones from sums; both say the same."""
        years = create_years()
        rollups.catch_up()
        safety, first, last = world.create_category("质量安全"), date(2020, 1, 1), date(2021, 12, 31)
        asked = years.programme, ["raised", "solved"], first, last
        branch, committee = years.body("廊坊"), years.committee
        months = rollups.by_month(*asked)
        assert months == rollups.by_month(*asked, body=committee)
        assert {(row["month"], row["n"]) for row in months if row["measure"] == "solved"} == {
            (date(2021, 1, 1), 2), (date(2021, 4, 1), 1),
        }  # fmt: skip
        for split, key in (("category", safety.pk), ("level", "post"), ("direction", "gr_gr")):
            rows = rollups.by_month(*asked, split=split)
            assert key in {row["key"] for row in rows}, split
        assert rollups.totals(years.programme, last, ["raised"], body=branch) == {"raised": 3}
        assert rollups.totals(years.programme, last, ["raised"], category=safety) == {"raised": 8}
        with pytest.raises(ValueError, match="signed"):
            rollups.totals(years.programme, last, ["signed"], category=safety)

    def test_the_command_finds_what_is_wrong_and_mends_it(self, capsys):
        years = create_years()
        call_command("verify_rollups", "--day", "2021-06-03")
        assert "36" in capsys.readouterr().out
        DayCount.objects.filter(measure="solved", key="", day="2021-04-15").update(n=7)
        with pytest.raises(CommandError):
            call_command("verify_rollups", "--day", "2021-04-20", "--programme", str(years.programme.pk))
        assert "2021-04-20 solved: 9 summed, 3 counted" in capsys.readouterr().out
        call_command("verify_rollups", "--rebuild", "--day", "2021-04-20")

    @pytest.mark.parametrize(
        ("broken", "named"),
        [
            (lambda years: MonthCount.objects.filter(key__startswith="category:").update(n=9), "sums of months"),
            (lambda years: DayCount.objects.filter(key__startswith="way:").first().delete(), "sums of days"),
            (lambda years: Fact.objects.filter(kind="problem").update(bodies=[]), "facts of problems"),
            (lambda years: Fact.objects.filter(kind="branch").delete(), "facts of branches"),
            (lambda years: PairFact.objects.update(ends=[years.committee.pk] * 2), "2021-06-03 ends of pairs"),
            (lambda years: PairFact.objects.update(solved=[]), "2021-06-03 problems solved by pairs"),
            (lambda years: PairFact.objects.update(categories=[]), "facts of pairs"),
        ],
    )
    def test_the_command_finds_what_is_wrong_in_any_body_category_and_pair(self, broken, named, capsys):
        years = create_years()
        call_command("verify_rollups", "--day", "2021-06-03")
        broken(years)
        with pytest.raises(CommandError):
            call_command("verify_rollups", "--day", "2021-06-03")
        assert named in capsys.readouterr().out
        call_command("verify_rollups", "--day", "2021-06-03", "--rebuild")

    def test_too_much_waits_for_the_worker_and_the_page_says_since_when(self, client):
        years = create_years()
        rollups.catch_up()
        assert rollups.known_until() is None
        before = timezone.now()
        Touched.objects.bulk_create(Touched(kind="problem", object_id=n) for n in range(-600, 0))
        assert not rollups.catch_up()
        assert rollups.known_until() <= timezone.now()
        assert rollups.known_until() >= before - timedelta(minutes=1)
        client.force_login(years.seats["leader"].person)
        until = f"{timezone.localtime(rollups.known_until()):%H:%M:%S}"
        assert until in client.get("/reports/", {"as_of": "2021-06-03"}).content.decode()
        while rollups.fold():
            assert rollups.totals(years.programme, date(2021, 6, 3), ["raised"]) == {"raised": 8}
        assert rollups.known_until() is None

    def test_inside_a_read_only_transaction_nothing_is_folded(self):
        create_years()
        with read_only():
            assert rollups.catch_up()  # the page did, before it
        perform("withdraw", Problem.objects.filter(state="open")[0], seat=self.owner(), note="已解决")
        with transaction.atomic(), connections["default"].cursor() as cursor:
            cursor.execute("SET TRANSACTION READ ONLY")
            assert not rollups.catch_up()

    def owner(self):
        return world.seat_of(Problem.objects.filter(state="open")[0].owner)


class Sums(History):
    """Whatever happens: the sums, folded now and then on the way, equal the QuerySets and a rebuild."""

    steps = 0

    @invariant()
    def folded_now_and_then(self):
        self.steps += 1
        if self.steps % 3 == 0:
            rollups.catch_up()

    def check_every_day(self):
        assert rollups.catch_up()
        assert differences(self.programme, days_seen()[::2]) == []
        assert same_when_rebuilt()

    def walk_the_pages(self):
        """The pages are walked by the other history."""


@pytest.mark.django_db
def test_whatever_happens():
    run_state_machine_as_test(Sums, settings=SETTINGS)


@pytest.mark.django_db(transaction=True)
def test_two_fold_while_others_work():
    """Steps, two folders and a rebuild at once: in the end nothing is missing and nothing counted twice."""
    cast = Cast()
    owner = create_seat(Role.SECRETARY, people.create_branch(parent=cast.people.committee), may_backdate=True)

    def work(seat):
        for n in range(6):
            problem = world.create_problem(cast.programme, seat, f"问题{n}", at=cast.at)
            perform("withdraw", problem, seat=seat, note="已解决")

    def fold():
        for _n in range(8):
            rollups.fold(limit=2)

    acts = [lambda: work(cast.filer), lambda: work(owner), fold, fold, lambda: rollups.rebuild(cast.programme)]
    with ThreadPoolExecutor(len(acts)) as pool:
        for done in [pool.submit(in_thread, act) for act in acts]:
            done.result(timeout=60)
    while rollups.fold():
        pass
    today = timezone.localdate()
    assert rollups.totals(cast.programme, today, ["raised", "withdrawn"]) == {"raised": 12, "withdrawn": 12}
    assert differences(cast.programme, [cast.at.date(), today]) == []
    assert same_when_rebuilt()


def in_thread(act):
    try:
        act()
    finally:
        connections.close_all()


@pytest.mark.django_db
def test_the_worker_folds_all_that_waits_and_says_how_much():
    years = create_years()
    tasks.fold()
    run = JobRun.objects.get(name="rollups")
    assert (run.outcome, run.details["folded"] > 50) == (JobRun.Outcome.DONE, True)
    assert rollups.known_until() is None
    assert differences(years.programme, [date(2021, 6, 3)]) == []


@pytest.mark.django_db
def test_what_is_wrong_in_the_night_is_right_in_the_morning():
    years = create_years()
    rollups.catch_up()
    MonthCount.objects.filter(measure="solved", key="").update(n=9)
    check_sums()
    check_sums()  # once a night
    run = JobRun.objects.get(name="sums_check")
    assert "solved: 18 summed, 3 counted" in run.words
    assert differences(years.programme, [timezone.localdate()]) == []
