"""The leader's home: sentences, figures, what was solved last, the network with its table."""

from unittest.mock import patch

from django.test import TestCase

from reports import network
from reports.tests.years import create_years


class LeaderTest(TestCase):
    @classmethod
    def setUpTestData(cls):
        cls.years = create_years()

    def setUp(self):
        self.client.force_login(self.years.seats["leader"].person)

    def page(self):
        return self.client.get("/", {"as_of": "2021-06-03"})

    def test_three_sentences_and_four_figures(self):
        page = self.page()
        assert len(page.context["briefing"]) == 3
        assert [figure["n"] for figure in page.context["figures"]] == [3, 8, 3, 1]

    def test_what_was_solved_last_stands_on_top_with_its_effect(self):
        rows = self.page().context["solved"]
        days = [row.written_off_on for row in rows]
        assert len(rows) == 3
        assert days == sorted(days, reverse=True)
        assert all(row.effect for row in rows)

    def test_the_network_counts_pairs_and_solved_problems_of_branches(self):
        """A discipline committee is a party and no dot; the pair with it is no line."""
        drawn = self.page().context["network"]
        name = {key: body.organisation.short_name for key, body in self.years.seats.items()}
        links = {frozenset((link.first, link.second)): (link.pairs, link.solved) for link in drawn.links}
        assert links == {
            frozenset((name["质量安全部"], name["廊坊"])): (1, 2),
            frozenset((name["电气"], name["廊坊"])): (1, 1),
            frozenset((name["测绘"], name["电气"])): (1, 0),
        }
        assert len(drawn.dots) == 5
        assert sum(not dot.paired for dot in drawn.dots) == 1

    def test_the_picture_does_not_jump(self):
        first, second = self.page().context["network"], self.page().context["network"]
        assert first == second

    def test_a_network_too_large_to_read_is_left_out(self):
        with patch.object(network, "MOST_BRANCHES", 4):
            page = self.page()
        assert page.context["network"] is None
        assert page.status_code == 200

    def test_others_are_led_to_their_work(self):
        self.client.force_login(self.years.seats["reviewer"].person)
        assert "briefing" not in self.client.get("/").context
