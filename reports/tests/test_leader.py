"""The leader's home: sentences, figures, what was solved last, the network with its table."""

from unittest.mock import patch

from django.test import TestCase

from reports.network import parts
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

    def test_the_network_of_the_whole_programme_is_drawn(self):
        drawn = self.page().context["network"].drawing
        assert len(drawn.dots) == 6
        assert sum(dot.node.shape == "branch" for dot in drawn.dots) == 5
        assert [dot.node.name for dot in drawn.dots if dot.alone] == ["综合党支部"]
        assert sorted((line.pairs, line.solved) for line in drawn.lines) == [(1, 0), (1, 0), (1, 1), (1, 2)]

    def test_the_picture_does_not_jump(self):
        first, second = self.page().context["network"], self.page().context["network"]
        assert first == second

    def test_a_network_too_large_to_read_is_left_out(self):
        with patch.object(parts, "MOST_NODES", 4):
            page = self.page()
        assert page.context["network"] is None
        assert page.status_code == 200

    def test_others_are_led_to_their_work(self):
        self.client.force_login(self.years.seats["reviewer"].person)
        assert "briefing" not in self.client.get("/").context
