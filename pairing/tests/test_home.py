"""Home: what waits for me, for others, my pairs; the same number of queries whatever the number of rows."""

from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from accounts.models import Role
from accounts.tests.people import create_personas, create_seat, create_user
from pairing import standings
from pairing.models import Agreement, FollowUp, Notice, Problem
from pairing.tests import copies, world
from pairing.workflow.engine import perform

pytestmark = [pytest.mark.django_db, pytest.mark.pages]
HOME = "/"


@pytest.fixture
def people():
    return create_personas()


@pytest.fixture
def programme(people):
    return world.create_programme(people.committee)


def get(client, seat, address=HOME):
    client.force_login(seat.person)
    response = client.get(address)
    assert response.status_code == 200, address
    return response


def queries(client, seat, address=HOME):
    get(client, seat, address)
    with CaptureQueriesContext(connection) as caught:
        client.get(address)
    return len(caught)


def pair_in(state, people, programme, title="焊接缺陷率偏高", **options):
    problem = world.create_problem(programme, people.filer, title, **options)
    agreement = world.create_agreement(programme, people.filer, [people.partner_branch], [problem], **options)
    return world.bring_to(state, agreement, reviewer=people.reviewer, **options)


def fill(people, programme):
    """A pair in each of several states, a draft, an open and a to-be-confirmed problem."""
    for state in ("invited", "submitted", "active", "acceptance"):
        pair_in(state, people, programme, f"{state}的问题")
    world.create_draft(programme, people.filer, "草稿")
    world.create_problem(programme, people.filer, "待结对")
    world.create_problem(programme, people.partner, "代填", owner=people.branch)


def words(response):
    return response.content.decode()


def test_queries_do_not_grow_with_the_rows(client, people, programme):
    fill(people, programme)
    create_seat(Role.LEAD, people.committee, person=create_user("lead"))
    seats = people.seats() | {"lead": world.seat_of(people.committee, Role.LEAD)}
    before = {name: queries(client, seat) for name, seat in seats.items()}
    for problem in Problem.objects.exclude(state__in=["matched", "in_pairing", "done"]):
        copies.copy_problem(problem, 29)
    for agreement in list(Agreement.objects.all()):
        copies.copy_agreement(agreement, 29)
    after = {name: queries(client, seat) for name, seat in seats.items()}
    assert after == before
    # a transaction of reports costs three statements more inside a test; who holds two seats is asked for both
    extra = {"leader": 3, "conflicted": 3}
    assert not {name: n for name, n in before.items() if n - extra.get(name, 0) > 12}, before


def test_waiting_for_me_has_a_button_per_duty(client, people, programme):
    agreement = pair_in("invited", people, programme)
    open_one = world.create_problem(programme, people.filer, "待结对的问题")
    behalf = world.create_problem(programme, people.partner, "代填的问题", owner=people.branch)
    partner = words(get(client, people.partner))
    assert reverse("pairing:agreement_invitation", args=[agreement.pk]) in partner
    filer = get(client, people.filer)
    assert f"{reverse('pairing:agreement_new')}?problem={open_one.pk}" in words(filer)
    asked = {duty.obj.pk: duty for duty in filer.context["duties"]}
    assert asked.keys() == {open_one.pk, behalf.pk}
    assert asked[behalf.pk].url == behalf.get_absolute_url()
    assert [obj.pk for obj in filer.context["others"]] == [agreement.pk]


def test_drafts_are_on_the_home_page_of_their_branch_alone(client, people, programme):
    world.create_draft(programme, people.filer, "只给自己看的草稿")
    for name, seat in people.seats().items():
        assert ("只给自己看的草稿" in words(get(client, seat))) == (name in ("filer", "conflicted")), name


def test_a_liaison_is_asked_to_draft_not_to_decide(client, people, programme):
    liaison = create_seat(Role.LIAISON, people.branch)
    writing = pair_in("drafting", people, programme)
    behalf = world.create_problem(programme, people.partner, "代填的问题", owner=people.branch)
    page = get(client, liaison)
    assert [duty.obj for duty in page.context["duties"]] == [writing]
    assert behalf in page.context["others"]


def test_the_conflicted_reviewer_sees_why_somebody_else_decides(client, people, programme):
    agreement = pair_in("submitted", people, programme)
    review = reverse("pairing:agreement_review", args=[agreement.pk])
    assert review in words(get(client, people.reviewer))
    page = get(client, people.conflicted)
    assert review not in words(page)
    assert [bool(duty.barred) for duty in page.context["duties"]] == [True]


def test_the_lead_is_asked_when_no_member_may_decide(client, people, programme):
    lead = create_seat(Role.LEAD, people.committee)
    pair_in("submitted", people, programme)
    assert get(client, lead).context["duties"][0].barred
    create_seat(Role.MEMBER, people.partner_branch, person=people.reviewer.person)
    assert not get(client, lead).context["duties"][0].barred


def test_the_queue_of_the_group_is_by_age(client, people, programme):
    young = pair_in("submitted", people, programme, "新的")
    old = pair_in("submitted", people, programme, "旧的", at=timezone.now() - timedelta(minutes=4))
    assert [duty.obj for duty in get(client, people.reviewer).context["duties"]] == [old, young]


def test_a_pair_near_its_due_date_offers_three_ways(client, people, programme):
    long_ago = timezone.now() - timedelta(days=100)
    people.filer.may_backdate = people.partner.may_backdate = people.reviewer.may_backdate = True
    for seat in (people.filer, people.partner, people.reviewer):
        seat.save()
    agreement = pair_in("active", people, programme, at=long_ago)
    page = get(client, people.filer)
    assert [label for label, _url in page.context["deadlines"][0].ways] == ["完成", "延期", "再结对"]
    assert "逾期" in words(page)
    standings.refresh(timezone.localdate())
    supervisor = get(client, people.supervisor)
    assert supervisor.context["supervised"] == [agreement]
    assert supervisor.context["visits"][0].pair == agreement


def test_a_look_back_is_asked_for_after_ninety_days(client, people, programme):
    for seat in (people.filer, people.partner, people.reviewer):
        seat.may_backdate = True
        seat.save()
    agreement = pair_in("closed", people, programme, at=timezone.now() - timedelta(days=91))
    problem = agreement.episodes.get().problem
    duties = get(client, people.filer).context["duties"]
    assert [duty.url for duty in duties] == [reverse("pairing:problem_step", args=[problem.pk, "look_back"])]
    perform("look_back", problem, seat=people.filer, verdict="works")
    assert get(client, people.filer).context["duties"] == []


def test_the_duty_of_another_seat_is_offered_with_a_change_of_seat(client, people, programme):
    pair_in("invited", people, programme)
    create_seat(Role.SECRETARY, people.other_branch, person=people.partner.person)
    client.force_login(people.partner.person)
    client.post(reverse("accounts:seat"), {"seat": people.partner.person.seats.last().pk, "next": "/"})
    page = client.get(HOME)
    assert page.context["request"].seat.organisation == people.other_branch
    assert page.context["duties"][0].seat.organisation == people.partner_branch
    assert f'value="{people.partner.pk}"' in words(page)


def test_a_leader_finds_four_figures_that_open_their_lists(client, people, programme):
    fill(people, programme)
    page = get(client, people.leader)
    assert [figure["n"] for figure in page.context["figures"]] == [2, 5, 0, 0]  # signed, raised, solved, overdue
    for figure in page.context["figures"]:
        rows = get(client, people.leader, figure["url"]).context["page"].object_list
        assert len(rows) == figure["n"], figure


def test_the_working_group_sees_problems_nobody_has_taken_and_the_running_pairs(client, people, programme):
    fill(people, programme)
    page = get(client, people.reviewer)
    assert [problem.title for problem in page.context["unmatched"]] == ["待结对"]
    assert {pair.state for pair in page.context["supervised"]} == {"active", "acceptance"}


def test_the_number_without_a_partner_is_that_of_the_list_behind_it(client, people, programme):
    for n in range(7):
        world.create_problem(programme, people.filer, f"待结对{n}")
    page = get(client, people.reviewer)
    assert len(page.context["unmatched"]) == 5
    assert ("unmatched-heading", 7) in [(anchor, n) for anchor, _label, n in page.context["parts"]]
    assert 'data-figure="7">查看全部 7 个未结对的问题</a>' in page.content.decode()
    address = f"{reverse('pairing:problem_list')}?state=open&sort=waiting"
    assert get(client, people.reviewer, address).context["page"].paginator.count == 7


def test_what_waits_for_others_is_not_said_twice(client, people, programme):
    """A running pair stands among my pairs, with whose turn it is."""
    pair, invited = pair_in("acceptance", people, programme, "甲"), pair_in("invited", people, programme, "乙")
    page = get(client, people.filer)
    assert [obj.pk for obj in page.context["pairs"]] == [pair.pk]
    assert [obj.pk for obj in page.context["others"]] == [invited.pk]


def test_a_person_without_a_seat_is_told_so(client, people):
    nobody = create_user("nobody")
    client.force_login(nobody)
    assert "安全管理员" in words(client.get(HOME))


def test_the_inbox_shows_and_opens_notices_by_post(client, people, programme):
    agreement = pair_in("invited", people, programme)
    for index in range(2):
        Notice.objects.create(
            person=people.partner.person, object_type="agreement", object_id=agreement.pk, step="waiting_invited",
            occasion=f"{index}", details={"state": "invited", "label": str(agreement)},
        )  # fmt: skip
    inbox = reverse("pairing:inbox")
    assert "unread" in words(get(client, people.partner, inbox))
    first = Notice.objects.first()
    assert client.get(reverse("pairing:notice", args=[first.pk])).status_code == 405
    answer = client.post(reverse("pairing:notice", args=[first.pk]))
    assert answer.url == agreement.get_absolute_url()
    assert Notice.objects.unread().count() == 1
    client.post(reverse("pairing:inbox_read"))
    assert Notice.objects.unread().count() == 0
    client.force_login(people.filer.person)
    assert client.post(reverse("pairing:notice", args=[first.pk])).status_code == 404


def test_the_inbox_needs_no_query_per_notice(client, people, programme):
    agreement = pair_in("invited", people, programme)

    def tell(index):
        Notice.objects.create(
            person=people.partner.person, object_type="agreement", object_id=agreement.pk, step="waiting_invited",
            occasion=f"{index}", details={"state": "invited"},
        )  # fmt: skip

    tell(0)
    before = queries(client, people.partner, reverse("pairing:inbox"))
    for index in range(1, 30):
        tell(index)
    assert queries(client, people.partner, reverse("pairing:inbox")) == before <= 8


def test_who_has_acted_has_read_what_the_inbox_said_of_it(client, people, programme):
    invited, other = pair_in("invited", people, programme, "甲"), pair_in("invited", people, programme, "乙")
    for matter in (invited, other):
        Notice.objects.create(
            person=people.partner.person, object_type="agreement", object_id=matter.pk, step="invited", occasion="1"
        )
    client.force_login(people.partner.person)
    address = reverse("pairing:agreement_invitation", args=[invited.pk])
    assert client.post(address, {"step": "accept_invitation"}).status_code == 302
    assert [notice.object_id for notice in people.partner.person.notices.unread()] == [other.pk]


def test_a_pair_stands_once_among_the_visits_of_this_week(client, people, programme):
    pair = pair_in("active", people, programme)
    today = timezone.localdate()
    for days in (-20, -6, 0, 30):
        FollowUp.objects.create(agreement=pair, planned_on=today + timedelta(days=days))
    standings.refresh(today)
    visits = get(client, people.supervisor).context["visits"]
    assert [line.pair for line in visits] == [pair]
