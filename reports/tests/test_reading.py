"""Reports read: the database refuses a write inside their wrapper; and a page costs the same for 1 and 30 rows."""

from unittest.mock import patch

import pytest
from django.db import InternalError, connection, transaction
from django.test import TestCase, TransactionTestCase
from django.test.utils import CaptureQueriesContext

from accounts.models import Event, Role
from accounts.tests import people
from pairing.models import Problem, Programme, RuleVersion
from pairing.tests import world
from pairing.tests.world import moment
from reports.selectors import read_only
from reports.tests.years import create_years


class ReadOnlyTest(TestCase):
    def test_inside_the_wrapper_nothing_can_be_written(self):
        world.create_programme(people.create_committee())
        for write in (
            lambda: Event.objects.create(action="export", happened_at=moment("2021-06-03")),
            lambda: Programme.objects.update(name="x"),
            lambda: Problem.objects.select_for_update().first(),
            lambda: RuleVersion.objects.all().delete(),
        ):
            with pytest.raises(InternalError, match="read-only"), read_only():
                write()

    def test_after_the_wrapper_one_may_write_again(self):
        with read_only():
            assert not Event.objects.exists()
        assert people.create_committee().pk


class OneMomentTest(TransactionTestCase):
    def test_all_figures_of_a_page_are_of_one_moment(self):
        with read_only(), connection.cursor() as cursor:
            cursor.execute("SHOW transaction_isolation")
            assert cursor.fetchone() == ("repeatable read",)
            cursor.execute("SHOW transaction_read_only")
            assert cursor.fetchone() == ("on",)
        with transaction.atomic(), connection.cursor() as cursor:
            cursor.execute("SHOW transaction_read_only")
            assert cursor.fetchone() == ("off",)


def fetch(client, address):
    response = client.get(address)
    assert response.status_code == 200
    return b"".join(response.streaming_content) if response.streaming else response.content


def queries(client, address):
    """Queries of a page at its second call: the first one notes the person's activity and reads the calendar.

    The transaction, its mode and its end count as three.
    """
    with patch("accounts.middleware.ACTIVE_EVERY", 3600):  # seconds; a slow run must not be noted twice
        fetch(client, address)
        with CaptureQueriesContext(connection) as caught:
            fetch(client, address)
    return len(caught)


class CostTest(TestCase):
    """The number of queries is literal: a new one has to be put in here knowingly."""

    QUERIES = {
        "/reports/": 11,
        "/reports/solved/": 14,
        "/reports/summary/": 14,
        "/reports/network/": 15,
        "/reports/solved/?export=csv": 18,
        "/reports/problems/?what=solved": 13,
        "/reports/agreements/?what=solving": 14,
        "/reports/branches/?what=taking_part": 13,
    }

    @classmethod
    def setUpTestData(cls):
        cls.committee = people.create_committee()
        cls.programme = world.create_programme(cls.committee)
        cls.reviewer = people.create_seat(Role.REVIEWER, cls.committee, may_backdate=True)
        cls.pair(1)

    @classmethod
    def pair(cls, n):
        """A closed pair of two new branches that solved `n` problems."""
        seats = [
            people.create_seat(Role.SECRETARY, people.create_branch(parent=cls.committee), may_backdate=True)
            for _side in range(2)
        ]
        at = moment("2021-03-01")
        problems = [world.create_problem(cls.programme, seats[0], f"问题{i}", at=at) for i in range(n)]
        agreement = world.create_agreement(cls.programme, seats[0], [seats[1].organisation], problems, at=at)
        world.bring_to("closed", agreement, reviewer=cls.reviewer, at=at)

    def costs(self):
        self.client.force_login(self.reviewer.person)
        return {address: queries(self.client, address) for address in self.QUERIES}

    def test_one_row_and_thirty_cost_the_same(self):
        with_one = self.costs()
        for n in (4, 10, 15):
            self.pair(n)
        assert b'data-total="30"' in fetch(self.client, "/reports/problems/?what=solved")
        assert with_one == self.costs() == self.QUERIES


class YearsCostTest(TestCase):
    def test_a_branch_pays_little_more_than_a_leader(self):
        years = create_years()
        for who in ("leader", "质量安全部"):
            self.client.force_login(years.seats[who].person)
            assert queries(self.client, "/reports/?as_of=2021-06-03") <= 12 + 3, who  # three of the transaction
