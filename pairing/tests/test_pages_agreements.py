"""The list, the page and the draft of an agreement: who sees them, what they do, what GET never does."""

from datetime import timedelta

import pytest
from django.urls import reverse
from django.utils import timezone

from accounts.models import Event, Role
from accounts.tests.people import create_branch, create_seat, create_unit
from pairing.models import Agreement, Episode, Party
from pairing.tests import world
from pairing.tests.scenes import PAGES, create_scene, log_in, post, sentences_of
from pairing.workflow.engine import perform

pytestmark = [pytest.mark.django_db, pytest.mark.pages]
LIST, NEW = "pairing:agreement_list", "pairing:agreement_new"


@pytest.fixture
def scene():
    return create_scene()


def draft_data(scene, partner="廊坊分公司党支部", **data):
    return {
        "seen": "", "key": "k1", "aim": "降低焊接缺陷率", "term_months": "3", "exception_reason": "",
        "problems": [problem.pk for problem in scene.problems], "partner-0-organisation": partner, "step": "save",
    } | data  # fmt: skip


# Who sees what
@pytest.mark.parametrize(
    "state", ["draft", "invited", "drafting", "submitted", "signing", "active", "acceptance", "closed"]
)
def test_a_stranger_finds_nothing_and_get_changes_nothing(client, state):
    scene = create_scene(state)
    before = (Event.objects.count(), Agreement.objects.values().get())
    for name in ("stranger", "sysadmin", "secadmin", "auditor"):
        log_in(client, getattr(scene.people, name))
        assert {client.get(scene.url(page)).status_code for page in PAGES} == {404}, name
    for name in ("filer", "partner", "reviewer", "supervisor", "leader"):
        log_in(client, getattr(scene.people, name))
        allowed = {404} if state == "draft" and name != "filer" else {200, 302}
        assert {client.get(scene.url(page)).status_code for page in PAGES} <= allowed, name
    assert (Event.objects.count(), Agreement.objects.values().get()) == before


@pytest.mark.parametrize("page", PAGES[1:])
def test_a_stranger_cannot_post(client, page):
    scene = create_scene("invited")
    assert post(client, scene.people.stranger, scene.url(page), step="accept_invitation").status_code in (404, 405)


def test_the_page_of_another_state_leads_to_the_agreement(client):
    scene = create_scene("active")
    log_in(client, scene.people.filer)
    for page in ("_edit", "_invitation", "_goals", "_review", "_sign", "_acceptance"):
        response = client.get(scene.url(page), follow=True)
        assert response.redirect_chain[-1][0] == scene.url()
        assert "共建中" in sentences_of(response)


# The list
def test_the_list_costs_the_same_with_1_and_with_30_rows(client, scene, django_assert_num_queries):
    log_in(client, scene.people.reviewer)
    world.bring_to("invited", scene.agreement)
    client.get(reverse(LIST))
    with django_assert_num_queries(9) as first:
        assert client.get(reverse(LIST)).status_code == 200
    for number in range(29):
        problem = world.create_problem(scene.programme, scene.people.filer, f"又一个问题{number}")
        other = world.create_agreement(scene.programme, scene.people.filer, [scene.people.partner_branch], [problem])
        perform("invite", other, seat=scene.people.filer)
    with django_assert_num_queries(len(first.captured_queries)):
        response = client.get(reverse(LIST))
    assert 'data-total="30"' in sentences_of(response)


def test_filters_of_the_list(client):
    scene = create_scene("active")
    late = create_scene("active", people=scene.people, programme=scene.programme).agreement
    yesterday = timezone.localdate() - timedelta(days=1)
    late.due_changes.update(due_on=yesterday)
    Agreement.objects.filter(pk=late.pk).update(due_on=yesterday, signed_on=yesterday)
    log_in(client, scene.people.partner)

    def found(**filters):
        return {agreement.pk for agreement in client.get(reverse(LIST), filters).context["page"]}

    both = {scene.agreement.pk, late.pk}
    assert found() == found(phase="running") == found(party="廊坊分公司党支部") == both
    assert found(due="overdue") == {late.pk}
    assert found(phase="writing") == found(party="电气事业部党支部") == found(direction="gr_gr") == set()
    assert found(q=scene.agreement.number) == {scene.agreement.pk}
    assert "没有" in sentences_of(client.get(reverse(LIST), {"party": "没有这个支部"}))
    log_in(client, scene.people.stranger)
    assert found() == set()


# The page
def test_the_page_costs_the_same_with_1_and_with_12_problems(client, django_assert_max_num_queries):
    scene = create_scene("active")
    many = create_scene("active", 12, people=scene.people, programme=scene.programme)
    log_in(client, scene.people.filer)
    client.get(scene.url())
    with django_assert_max_num_queries(40) as first:
        client.get(scene.url())
    with django_assert_max_num_queries(len(first.captured_queries)):
        response = client.get(many.url())
    assert sentences_of(response).count("问题之") >= 12


def test_the_page_shows_old_due_dates_and_one_filled_button(client):
    scene = create_scene("active")
    agreement = scene.agreement
    old = agreement.due_on
    perform(
        "ask_extension", agreement, seat=scene.people.filer, note="到货推迟",
        progress="完成一半", new_due_on=old + timedelta(days=20),
    )  # fmt: skip
    perform("grant_extension", agreement, seat=scene.people.reviewer)
    html = sentences_of(log_in(client, scene.people.filer).get(scene.url()))
    assert f"<del>{old.year}年{old.month}月{old.day}日</del>" in html
    assert html.count("btn btn-primary btn-block") == 1
    assert "到货推迟" in html


# The draft
def test_a_draft_is_saved_and_sent(client, scene):
    seat = scene.people.filer
    html = sentences_of(log_in(client, seat).get(f"{reverse(NEW)}?problem={scene.problems[0].pk}"))
    assert "checked" in html
    response = post(client, seat, reverse(NEW), **draft_data(scene))
    draft = Agreement.objects.exclude(pk=scene.agreement.pk).get()
    assert response.url == reverse("pairing:agreement_edit", args=[draft.pk])
    assert (draft.state, draft.number) == ("draft", "")
    page = client.get(response.url)
    data = draft_data(scene, step="invite", seen=page.context["seen"], key="k2")
    assert post(client, seat, response.url, **data).url == reverse("pairing:agreement", args=[draft.pk])
    draft.refresh_from_db()
    assert draft.state == "invited"
    assert [party.organisation for party in draft.present_parties] == [scene.people.branch, scene.people.partner_branch]
    scene.problems[0].refresh_from_db()
    assert scene.problems[0].state == "matched"


def test_one_form_makes_one_draft(client, scene):
    for _ in range(2):
        post(client, scene.people.filer, reverse(NEW), **draft_data(scene))
    assert Agreement.objects.count() == 2  # the scene's and this one


def test_an_invitation_does_not_go_to_a_guess(client, scene):
    sent = post(client, scene.people.filer, reverse(NEW), **draft_data(scene, partner="廊坊", step="invite", key="k2"))
    draft = Agreement.objects.latest("pk")
    assert draft.state == "draft"
    page = client.get(sent.url)
    assert "“廊坊” → 廊坊分公司党支部" in sentences_of(page)
    assert 'value="廊坊分公司党支部"' in page.content.decode()
    data = draft_data(scene, step="invite", key="k2", seen=page.context["seen"])
    post(client, scene.people.filer, sent.url, **data)
    draft.refresh_from_db()
    assert draft.state == "invited"


def autosave(client, address, **data):
    response = client.post(address, data, headers={"X-Autosave": "1"})
    assert response.status_code == 200
    return response.json()


def test_a_draft_saves_itself_and_gets_its_own_address(client, scene):
    log_in(client, scene.people.filer)
    data = draft_data(scene)
    assert "message" in autosave(client, reverse(NEW), **data | {"aim": ""})
    assert not Agreement.objects.filter(aim="").exists()
    first = autosave(client, reverse(NEW), **data)
    draft = Agreement.objects.latest("pk")
    assert first["address"]["page"] == reverse("pairing:agreement_edit", args=[draft.pk])
    second = autosave(client, first["address"]["autosave"], **data | first["fields"] | {"aim": "缺陷率降到2%以下"})
    assert "address" not in second
    draft.refresh_from_db()
    assert draft.aim == "缺陷率降到2%以下"
    assert Agreement.objects.latest("pk") == draft  # one form, one draft
    assert "message" in autosave(client, first["address"]["autosave"], **data)  # written on an older state
    perform("invite", draft, seat=scene.people.filer)
    assert "message" in autosave(client, first["address"]["autosave"], **data | second["fields"])


def test_the_owner_of_a_market_problem_becomes_a_partner(client, scene):
    found = world.create_problem(scene.programme, scene.people.stranger, "别人的问题")
    html = sentences_of(log_in(client, scene.people.filer).get(f"{reverse(NEW)}?problem={found.pk}"))
    assert 'value="电气事业部党支部"' in html
    assert f'value="{found.pk}"' in html


def test_who_may_not_begin_an_agreement(client, scene):
    for name in ("reviewer", "leader", "sysadmin"):
        assert log_in(client, getattr(scene.people, name)).get(reverse(NEW)).status_code == 403
    hidden = world.create_draft(scene.programme, scene.people.stranger, "草稿")
    assert log_in(client, scene.people.filer).get(f"{reverse(NEW)}?problem={hidden.pk}").status_code == 404


def test_the_liaison_drafts_and_the_secretary_sends(client, scene):
    liaison = create_seat(Role.LIAISON, scene.people.branch)
    html = sentences_of(log_in(client, liaison).get(scene.url("_edit")))
    assert 'value="save"' in html
    assert 'value="invite"' not in html
    seen = client.get(scene.url("_edit")).context["seen"]
    assert post(client, liaison, scene.url("_edit"), **draft_data(scene, step="invite", seen=seen)).status_code == 403
    assert scene.fresh().state == "draft"


def test_a_colleague_saved_the_draft_meanwhile(client, scene):
    data = draft_data(scene, seen="an older one", aim="我的事项")
    response = post(client, scene.people.filer, scene.url("_edit"), **data)
    html = sentences_of(response)
    assert "我的事项" in html
    assert scene.agreement.aim in html
    assert scene.fresh().aim == scene.agreement.aim
    data["seen"] = response.context["seen"]
    assert post(client, scene.people.filer, scene.url("_edit"), **data).status_code == 302
    assert scene.fresh().aim == "我的事项"


@pytest.mark.parametrize(
    ("field", "typed", "sentence"),
    [
        ("aim", "长" * 100_000, "100000"),
        ("aim", "空\x00字符", "第 2 个字符"),
        ("partner-0-organisation", "没有这个支部", "没有这个支部"),
        ("partner-0-organisation", "工程管理部党支部", "本支部已是参与方"),
        ("term_months", "三", "整数"),
        ("problems", None, "请至少选择一个问题"),
    ],
)
def test_bad_input_gets_a_sentence_and_changes_nothing(client, scene, field, typed, sentence):
    seen = log_in(client, scene.people.filer).get(scene.url("_edit")).context["seen"]
    response = post(client, scene.people.filer, scene.url("_edit"), **draft_data(scene, seen=seen, **{field: typed}))
    html = sentences_of(response)
    assert response.status_code == 200
    assert sentence in html
    assert "错误：" in html
    assert scene.fresh().aim == scene.agreement.aim


def test_an_invitation_to_nobody_says_so_beside_the_partner(client, scene):
    data = draft_data(scene, partner="", step="invite")
    response = post(client, scene.people.filer, reverse("pairing:agreement_new"), **data)
    assert "organisation" in response.context["partners"][0].errors
    assert "请填写拟邀请的结对方" in sentences_of(response)
    assert "（发送邀请时必填）" in sentences_of(response)
    assert data["aim"] in sentences_of(response)


def test_unit_and_post_of_a_partner_are_offered_and_kept(client, scene):
    unit = create_unit("廊坊项目部", branch=scene.people.partner_branch)
    log_in(client, scene.people.filer)
    part = client.get(reverse("pairing:partner_place"), {"row": "0", "partner-0-organisation": "廊坊分公司党支部"})
    assert "廊坊项目部" in sentences_of(part)
    seen = client.get(scene.url("_edit")).context["seen"]
    post(client, scene.people.filer, scene.url("_edit"), **draft_data(scene, seen=seen, **{"partner-0-unit": unit.pk}))
    assert Party.objects.get(agreement=scene.agreement, organisation=scene.people.partner_branch).unit == unit


def test_goals_carried_over_stay_when_the_draft_is_saved(client):
    scene = create_scene("active")
    perform("propose_termination", scene.agreement, seat=scene.people.filer, code="rematch", note="换一个支部")
    perform("agree_termination", scene.agreement, seat=scene.people.partner)
    draft = Agreement.objects.get(predecessor=scene.agreement)
    address = reverse("pairing:agreement_edit", args=[draft.pk])
    seen = log_in(client, scene.people.filer).get(address).context["seen"]
    data = draft_data(scene, partner="电气事业部党支部", seen=seen, step="invite")
    assert post(client, scene.people.filer, address, **data).status_code == 302
    draft.refresh_from_db()
    assert draft.state == "invited"
    assert [episode.goal.text for episode in Episode.objects.filter(agreement=draft)] == ["解决问题之1"]
    html = sentences_of(log_in(client, scene.people.filer).get(reverse("pairing:agreement", args=[draft.pk])))
    assert scene.agreement.number in html


def test_an_unsent_draft_takes_nothing_and_the_first_invitation_wins(client, scene):
    rival = world.create_agreement(scene.programme, scene.people.filer, [scene.people.other_branch], scene.problems)
    world.bring_to("invited", rival)
    seen = log_in(client, scene.people.filer).get(scene.url("_edit")).context["seen"]
    data = draft_data(scene, seen=seen, step="invite")
    response = log_in(client, scene.people.filer).post(scene.url("_edit"), data, follow=True)
    assert "不能列入清单" in sentences_of(response)
    assert scene.fresh().state == "draft"
    assert Episode.objects.held().get().agreement == rival


def test_three_parties_on_one_draft(client, scene):
    create_branch("技术部党支部", parent=scene.people.committee)
    seen = log_in(client, scene.people.filer).get(scene.url("_edit")).context["seen"]
    data = draft_data(scene, seen=seen, **{"partner-1-organisation": "技术部党支部"})
    post(client, scene.people.filer, scene.url("_edit"), **data)
    assert scene.fresh().parties.count() == 3
