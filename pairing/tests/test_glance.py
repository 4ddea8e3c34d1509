"""The agreement at a glance: where each party stands, the drawn term, the clock of the state."""

from datetime import timedelta

import pytest
import segno
from django.utils import timezone

from accounts.tests.people import create_personas
from pairing.models import Agreement
from pairing.tests import world
from pairing.views import glance
from pairing.views.agreement_parts import goal_blocks
from pairing.workflow.engine import perform

pytestmark = [pytest.mark.django_db, pytest.mark.pages]


@pytest.fixture
def people():
    return create_personas()


@pytest.fixture
def agreement(people):
    programme = world.create_programme(people.committee)
    problem = world.create_problem(programme, people.filer, "焊接缺陷率偏高")
    return world.create_agreement(programme, people.filer, [people.partner_branch], [problem])


def standings(client, people, agreement):
    """[(done, percent)] on the page, the initiator first."""
    client.force_login(people.reviewer.person)
    page = client.get(agreement.get_absolute_url())
    return [(standing.done, standing.percent) for standing in page.context["standings"]]


@pytest.mark.parametrize(
    ("state", "expected"),
    [
        ("invited", [(None, None), (False, None)]),
        ("submitted", [(True, None), (True, None)]),
        ("signing", [(False, None), (False, None)]),
        ("active", [(None, None), (None, None)]),
        ("closed", [(True, None), (True, None)]),
    ],
)
def test_where_each_party_stands(client, people, agreement, state, expected):
    world.bring_to(state, agreement, reviewer=people.reviewer)
    assert standings(client, people, agreement) == expected


def test_progress_of_each_side_and_who_has_confirmed(client, people, agreement):
    world.bring_to("active", agreement, reviewer=people.reviewer)
    perform("report_progress", agreement, seat=people.partner, percent=40, text="两道口已复检")
    assert standings(client, people, agreement) == [(None, None), (None, 40)]


def test_the_line_of_the_term_ends_with_the_due_date_or_today(people, agreement):
    world.bring_to("active", agreement, reviewer=people.reviewer)
    agreement = Agreement.objects.get(pk=agreement.pk)
    begun = glance.course(agreement, agreement.signed_on)
    assert (begun.elapsed, begun.due_at, begun.late) == (0, glance.SCALE, 0)
    days = (agreement.due_on - agreement.signed_on).days
    late = glance.course(agreement, agreement.due_on + timedelta(days=days))  # twice the term
    assert (late.elapsed, late.due_at, late.late) == (glance.SCALE, glance.SCALE // 2, glance.SCALE // 2)


def test_nothing_is_drawn_before_the_last_signature(people, agreement):
    world.bring_to("signing", agreement, reviewer=people.reviewer)
    assert glance.course(agreement, timezone.localdate()) is None


def test_the_clock_of_the_state(people, agreement):
    world.bring_to("invited", agreement, reviewer=people.reviewer)
    last, words = glance.to_be_left_by(agreement, timezone.localdate())
    assert last > timezone.localdate()
    assert words == "还有约 10 个工作日"
    world.bring_to("active", agreement, reviewer=people.reviewer)
    assert glance.to_be_left_by(agreement, timezone.localdate()) is None


def test_goals_in_brief_name_a_few_and_count_all(people, agreement):
    world.bring_to("active", agreement, reviewer=people.reviewer)
    lines, goals, problems = glance.goals_in_brief(goal_blocks(agreement))
    assert (len(lines), goals, problems) == (goals, 1, 1)
    assert not lines[0].done


def test_on_paper_the_number_and_a_code_lead_back_to_the_page(client, people, agreement, settings):
    """segno reads nothing back, so the code is compared with one made of the same address."""
    world.bring_to("active", agreement, reviewer=people.reviewer)
    client.force_login(people.filer.person)
    address = agreement.get_absolute_url()
    html = client.get(address).content.decode()
    foot = html[html.index("print-foot") :]
    code = segno.make_qr(f"{settings.SITE_URL}{address}", error="m")
    assert f"结对〔{timezone.localdate().year}〕1号" in foot
    assert code.svg_inline(border=0, omitsize=True, svgclass="qr", lineclass=None) in foot
    assert 'class="qr"' not in client.get("/").content.decode()
