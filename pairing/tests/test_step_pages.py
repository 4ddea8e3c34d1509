"""The generic page of a step: GET shows, POST acts once, refusals are sentences, nothing typed is lost."""

import re
from datetime import timedelta

import pytest
from django.urls import reverse
from django.utils import timezone

from accounts.models import Event, Role
from accounts.tests.people import create_personas, create_seat
from pairing import rules
from pairing.forms.steps import FORMS
from pairing.models import Agreement, Problem
from pairing.tests import world
from pairing.views.steps import OWN_PAGES
from pairing.workflow.engine import WORKFLOWS, perform

pytestmark = [pytest.mark.django_db, pytest.mark.pages]


@pytest.fixture
def people():
    return create_personas()


@pytest.fixture
def programme(people):
    return world.create_programme(people.committee)


def address(obj, name):
    return reverse(f"pairing:{obj._meta.model_name}_step", args=[obj.pk, name])


def words(response):
    return response.content.decode()


def events(obj, name):
    return Event.objects.of(obj).filter(action=name).count()


def active(people, programme, **options):
    problem = world.create_problem(programme, people.filer, **options)
    agreement = world.create_agreement(programme, people.filer, [people.partner_branch], [problem], **options)
    world.bring_to("active", agreement, reviewer=people.reviewer, **options)
    problem.refresh_from_db()
    return problem, agreement


def steps_of_problems(people, programme):
    """(problem, step, seat, what is typed, state afterwards) of every step of a problem with a page."""
    to_confirm = lambda: world.create_problem(programme, people.partner, owner=people.branch)  # noqa: E731
    open_one = lambda: world.create_problem(programme, people.filer)  # noqa: E731

    def after(make, name, seat, **data):
        problem = make()
        perform(name, problem, seat=seat, **data)
        return problem

    def in_pairing():
        return active(people, programme)[0]

    def claimed():
        problem = in_pairing()
        perform("claim", problem, seat=people.partner, effect="降到1.6%")
        return problem

    def done():
        return after(claimed, "confirm_claim", people.filer)

    def closed():
        return after(done, "write_off", people.reviewer)

    yield world.create_draft(programme, people.filer), "discard", people.filer, {}, "discarded"
    yield to_confirm(), "confirm", people.filer, {}, "open"
    yield to_confirm(), "explain", people.filer, {"note": "已有安排"}, "explained"
    yield to_confirm(), "not_ours", people.filer, {"note": "属其他支部"}, "withdrawn"
    yield open_one(), "withdraw", people.filer, {"note": "已自行解决"}, "withdrawn"
    yield open_one(), "refuse", people.reviewer, {"ground": "pay", "note": "涉及薪酬"}, "refused"
    yield open_one(), "park", people.reviewer, {"note": "等待设计"}, "parked"
    yield after(open_one, "park", people.reviewer, note="等"), "resume", people.reviewer, {}, "open"
    refused = after(open_one, "refuse", people.reviewer, ground="pay", note="薪酬")
    yield refused, "rewrite", people.filer, {}, "draft"
    yield open_one(), "join", people.stranger, {}, "open"
    yield in_pairing(), "claim", people.filer, {"effect": "降到1.6%"}, "done"
    yield claimed(), "confirm_claim", people.filer, {}, "done"
    yield claimed(), "reject_claim", people.filer, {"note": "尚未达到"}, "in_pairing"
    yield done(), "write_off", people.reviewer, {}, "closed"
    yield done(), "send_back", people.reviewer, {"note": "缺少数据"}, "in_pairing"
    yield closed(), "look_back", people.filer, {"verdict": "partly"}, "closed"
    yield closed(), "reopen", people.reviewer, {"note": "又出现"}, "open"
    lead = create_seat(Role.LEAD, people.committee)
    yesterday = f"{timezone.localdate() - timedelta(days=1):%Y-%m-%d}"
    yield closed(), "correct", lead, {"field": "raised_on", "new": yesterday, "note": "录错"}, "closed"


def test_every_step_of_a_problem_is_shown_then_taken_then_refused_with_a_sentence(client, people, programme):
    taken = set()
    for problem, name, seat, data, state in steps_of_problems(people, programme):
        client.force_login(seat.person)
        before, page = problem.state, client.get(address(problem, name))
        assert page.status_code == 200, name
        assert "<button" in words(page), name
        problem.refresh_from_db()
        assert (problem.state, events(problem, name)) == (before, 0), name
        answer = client.post(address(problem, name), data)
        assert answer.status_code == 302, (name, answer.context and answer.context["sentences"])
        problem.refresh_from_db()
        assert (problem.state, events(problem, name)) == (state, 1), name
        again = client.post(address(problem, name), data)
        assert events(problem, name) == 1, name
        assert again.status_code in (200, 404), name  # 404: the discarded draft is on nobody's desk any more
        assert again.status_code == 404 or "message-warning" in words(again) or "error-summary" in words(again), name
        taken.add(name)
    table = WORKFLOWS[Problem].transitions
    hidden = {name for name, step in table.items() if step.who is rules.cascade_only} | {"hand_over"}
    assert taken | hidden | OWN_PAGES["problem"].keys() == table.keys()


def steps_of_agreements(people, programme, lead):
    """(agreement, step, seat, what is typed, state afterwards) of the steps without a page of their own."""
    today = timezone.localdate()

    def running():
        return active(people, programme)[1]

    def asked():
        agreement = running()
        later = agreement.due_on + timedelta(days=20)
        perform("ask_extension", agreement, seat=people.filer, note="忙", progress="一半", new_due_on=later)
        return agreement

    def ending():
        agreement = running()
        perform("propose_termination", agreement, seat=people.filer, code="gone", note="不存在了")
        return agreement

    def suspended():
        agreement = running()
        perform("suspend", agreement, seat=lead, note="停工")
        return agreement

    yield running(), "report_progress", people.filer, {"percent": "40", "text": "查了两次"}, "active"
    visit = {"kind": "call", "progress": "正常", "next_on": f"{today + timedelta(days=9):%m%d}"}
    yield running(), "follow_up", people.supervisor, visit, "active"
    planned = running()
    first = planned.follow_ups.first().pk
    yield planned, "skip_follow_up", people.supervisor, {"follow_up": first, "note": "放假"}, "active"
    yield running(), "urge", people.supervisor, {}, "active"
    yield running(), "note", people.partner, {"note": "已到现场"}, "active"
    later = running()
    new_day = f"{later.due_on + timedelta(days=30):%Y年%m月%d日}"
    wish = {"new_due_on": new_day, "progress": "还差一项", "note": "设备未到"}
    yield later, "ask_extension", people.filer, wish, "active"
    yield asked(), "grant_extension", people.reviewer, {}, "active"
    yield asked(), "refuse_extension", people.reviewer, {"note": "理由不足"}, "active"
    yield running(), "suspend", lead, {"note": "停工"}, "suspended"
    yield suspended(), "resume", lead, {}, "active"
    yield running(), "propose_termination", people.filer, {"code": "gone", "note": "不存在了"}, "active"
    yield ending(), "agree_termination", people.partner, {}, "terminated"
    yield ending(), "object_termination", people.partner, {"note": "还在"}, "active"
    yield running(), "terminate", lead, {"code": "reorganised", "note": "机构调整"}, "terminated"
    corrected = running()
    party = corrected.present_parties[0].pk
    name = {"field": "name", "name": "工程部党支部", "party": party, "note": "名称录错"}
    yield corrected, "correct", lead, name, "active"


def test_every_generic_step_of_an_agreement_is_shown_then_taken_then_refused(client, people, programme):
    lead = create_seat(Role.LEAD, people.committee)
    for agreement, name, seat, data, state in steps_of_agreements(people, programme, lead):
        if name in OWN_PAGES["agreement"]:
            continue
        client.force_login(seat.person)
        assert client.get(address(agreement, name)).status_code == 200, name
        assert events(agreement, name) == 0, name
        answer = client.post(address(agreement, name), data)
        assert answer.status_code == 302, (name, answer.context and answer.context["form"].errors)
        agreement = Agreement.objects.get(pk=agreement.pk)
        assert (agreement.state, events(agreement, name)) == (state, 1), name
        again = client.post(address(agreement, name), data)
        assert (again.status_code, events(agreement, name)) == (200, 1), name
        assert "error-summary" in words(again), name


def test_steps_with_a_page_of_their_own_lead_there_and_act_on_nothing(client, people, programme):
    problem = world.create_problem(programme, people.filer)
    agreement = world.create_agreement(programme, people.filer, [people.partner_branch], [problem])
    for obj in (problem, agreement):
        client.force_login(people.filer.person)
        for name in OWN_PAGES[obj._meta.model_name]:
            for answer in (client.get(address(obj, name)), client.post(address(obj, name), {"note": "x"})):
                assert answer.status_code == 302, name
    assert Event.objects.of(agreement).count() == 0


def test_who_may_not_is_refused_and_who_does_not_see_it_finds_nothing(client, people, programme):
    problem = world.create_problem(programme, people.filer)
    perform("park", problem, seat=people.reviewer, note="等")
    expected = {"filer": 403, "conflicted": 403, "reviewer": 200, "supervisor": 403, "leader": 403}
    for persona, seat in people.seats().items():
        client.force_login(seat.person)
        status = expected.get(persona, 404)
        assert client.get(address(problem, "resume")).status_code == status, persona
        if persona != "reviewer":
            assert client.post(address(problem, "resume")).status_code == status, persona
    problem.refresh_from_db()
    assert problem.state == "parked"


@pytest.mark.parametrize("name", ["match", "pair", "release", "claim_with_pair", "hand_over"])
def test_steps_of_the_machine_are_nobodys(client, people, programme, name):
    problem = world.create_problem(programme, people.filer)
    client.force_login(people.filer.person)
    assert client.get(address(problem, name)).status_code == 403
    assert client.post(address(problem, name)).status_code == 403
    assert client.get(address(problem, "no_such_step")).status_code == 404


def test_a_stale_page_says_who_was_faster(client, people, programme):
    problem = world.create_problem(programme, people.filer)
    perform("withdraw", problem, seat=people.filer, note="已解决")
    client.force_login(people.filer.person)
    for page in (client.get(address(problem, "withdraw")), client.post(address(problem, "withdraw"), {"note": "x"})):
        assert people.filer.person.name in words(page)
        assert "已撤回" in words(page) or "撤" in words(page)


def test_the_sentences_against_a_step_stand_there_before_the_form(client, people, programme):
    problem, _agreement = active(people, programme)
    client.force_login(people.filer.person)
    page = client.get(address(problem, "withdraw"))
    assert page.context["blocked"]
    assert "step-form" not in words(page)
    assert client.post(address(problem, "withdraw"), {"note": "x"}).context["sentences"]


@pytest.mark.parametrize(
    ("name", "typed", "field"),
    [
        ("withdraw", {"note": ""}, "why_withdraw"),
        ("withdraw", {"note": "长" * 100_000}, "note"),
        ("withdraw", {"note": "有\x00空"}, "note"),
        ("withdraw", {"note": "响\x07铃"}, "note"),
        ("refuse", {"note": "x", "ground": "weather"}, "ground"),
        ("refuse", {"note": "x"}, "ground"),
    ],
)
def test_bad_input_stands_beside_its_field_and_stays(client, people, programme, name, typed, field):
    problem = world.create_problem(programme, people.filer)
    seat = people.filer if name == "withdraw" else people.reviewer
    client.force_login(seat.person)
    page = client.post(address(problem, name), typed)
    assert page.context["form"].errors[field]
    assert re.search(r'class="error-summary".*?href="#id_' + field, words(page), re.DOTALL)
    assert "错误" in words(page).split("<title>")[1].split("</title>")[0]
    problem.refresh_from_db()
    assert problem.state == "open"


@pytest.mark.parametrize("day", ["2026-2-30", "32日", "昨天", "1900-1-1", "99999999999999999999", ""])
def test_impossible_days_get_a_sentence(client, people, programme, day):
    _problem, agreement = active(people, programme)
    client.force_login(people.filer.person)
    data = {"new_due_on": day, "progress": "写了很多", "note": "设备未到"}
    page = client.post(address(agreement, "ask_extension"), data)
    assert page.context["form"].errors["new_due_on"]
    assert "写了很多" in words(page)
    assert not agreement.extensions.exists()


def test_an_extension_is_two_clicks(client, people, programme):
    _problem, agreement = active(people, programme)
    client.force_login(people.filer.person)
    form = client.get(address(agreement, "ask_extension")).context["form"]
    typed = {name: form[name].value() for name in ("until", "goals", "progress")}
    assert client.post(address(agreement, "ask_extension"), typed | {"why_ask_extension": "0"}).status_code == 302
    request = agreement.extensions.get()
    assert (request.timely, request.reason) == (True, "设备或材料到货晚")
    assert "解决焊接缺陷率偏高" in request.progress


def test_back_dating_is_offered_to_seats_that_may(client, people, programme):
    day = timezone.localdate() - timedelta(days=3)
    problem = world.create_problem(programme, people.filer, at=timezone.now())
    client.force_login(people.filer.person)
    assert "happened_on" not in client.get(address(problem, "withdraw")).context["form"].fields
    people.filer.may_backdate = True
    people.filer.save()
    page = client.post(address(problem, "withdraw"), {"note": "纸质", "happened_on": f"{day:%Y-%m-%d}"})
    assert "不" in page.context["sentences"][0]
    old = world.create_problem(programme, people.filer, at=timezone.now() - timedelta(days=5))
    client.force_login(people.filer.person)
    ahead = timezone.localdate() + timedelta(days=2)
    page = client.post(address(old, "withdraw"), {"note": "纸质", "happened_on": f"{ahead:%Y-%m-%d}"})
    assert page.context["form"].errors["happened_on"]
    client.post(address(old, "withdraw"), {"note": "纸质", "happened_on": f"{day:%Y-%m-%d}"})
    assert timezone.localdate(Event.objects.of(old).last().happened_at) == day


def test_the_other_seat_of_a_person_is_named_with_a_button(client, people, programme):
    problem = world.create_problem(programme, people.stranger, owner=people.branch)
    create_seat(Role.SECRETARY, people.branch, person=people.partner.person, from_on=timezone.localdate())
    client.force_login(people.partner.person)
    first = client.get("/").wsgi_request.seat
    other = next(seat for seat in people.partner.person.seats.all() if seat.pk != first.pk)
    acting = first if first.organisation == people.partner_branch else other
    client.post(reverse("accounts:seat"), {"seat": acting.pk, "next": "/"})
    page = words(client.get(problem.get_absolute_url()))
    assert "切换席位" in page
    step = client.get(address(problem, "confirm"))
    mine = next(s for s in people.partner.person.seats.all() if s.organisation == people.branch)
    assert f'value="{mine.pk}"' in words(step)
    assert client.post(address(problem, "confirm")).status_code == 200
    problem.refresh_from_db()
    assert problem.state == "to_confirm"
    client.post(reverse("accounts:seat"), {"seat": mine.pk, "next": address(problem, "confirm")})
    assert client.post(address(problem, "confirm")).status_code == 302


def test_a_problem_on_the_market_can_be_joined_and_nothing_else(client, people, programme):
    problem = world.create_problem(programme, people.filer, description="秘密的详情")
    client.force_login(people.stranger.person)
    page = words(client.get(address(problem, "join")))
    assert "秘密的详情" not in page
    for name in ("withdraw", "refuse", "claim"):
        assert client.get(address(problem, name)).status_code == 404
    client.post(address(problem, "join"))
    assert "秘密的详情" in words(client.get(problem.get_absolute_url()))


def test_every_form_belongs_to_a_step(people):
    tables = {model._meta.model_name: workflow.transitions for model, workflow in WORKFLOWS.items()}
    assert [key for key in FORMS if key[1] not in tables[key[0]]] == []
