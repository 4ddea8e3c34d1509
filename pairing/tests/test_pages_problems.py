"""Pages of problems: list, market, form with its draft, and the page of one."""

from datetime import date

import pytest
from django.contrib.sessions.backends.db import SessionStore
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from accounts.models import Event
from accounts.tests.people import create_branch, create_committee, create_personas
from pairing.models import Problem
from pairing.tests import copies, world
from pairing.workflow.engine import perform

pytestmark = [pytest.mark.django_db, pytest.mark.pages]
LIST = "/problems/"
NEW = "/problems/new/"
LONG = "长" * 100_000
CONTROL = "焊接\x07缺陷"


@pytest.fixture
def people():
    return create_personas()


@pytest.fixture
def programme(people):
    return world.create_programme(people.committee)


@pytest.fixture
def category():
    return world.create_category()


def get(client, seat, address, status=200):
    client.force_login(seat.person)
    response = client.get(address)
    assert response.status_code == status, (seat, address)
    return response


def words(response):
    return response.content.decode()


def typed(category, **changes):
    """What a browser sends of the filled-in form."""
    return {
        "title": "3月以来罐区焊接缺陷率升至5%", "description": "已更换焊条", "category": category.pk, "urgency": "soon",
        "owner": "", "wished_partner": "", "key": "k1", "version": "0",
    } | changes  # fmt: skip


def queries(client, seat, address):
    get(client, seat, address)
    with CaptureQueriesContext(connection) as caught:
        client.get(address)
    return len(caught)


# Filing
def test_filing_in_one_page(client, people, programme, category):
    client.force_login(people.filer.person)
    assert "焊条防潮" in words(client.get(NEW))
    data = typed(category, wished_partner="廊坊分公司党支部", file="1")
    answer = client.post(NEW, data)
    problem = Problem.objects.get()
    assert answer.url == problem.get_absolute_url()
    assert (problem.state, problem.owner, problem.urgency) == ("open", people.branch, "soon")
    assert problem.wished_partner == people.partner_branch
    assert Event.objects.of(problem).get().action == "file"


def test_a_second_press_makes_no_second_problem(client, people, programme, category):
    client.force_login(people.filer.person)
    data = typed(category, file="1")
    client.post(NEW, data)
    again = client.post(NEW, data, follow=True)
    assert Problem.objects.count() == 1
    assert "待结对" in words(again)


def test_saving_a_draft_needs_nothing_but_clean_text(client, people, programme):
    client.force_login(people.filer.person)
    answer = client.post(NEW, {"title": "半句", "key": "k", "version": "0", "save": "1"})
    draft = Problem.objects.get()
    assert draft.state == "draft"
    assert answer.url == reverse("pairing:problem_edit", args=[draft.pk])
    assert 'value="半句"' in words(client.get(answer.url))


def test_an_empty_form_that_is_refused_leaves_no_draft(client, people, programme):
    client.force_login(people.filer.person)
    answer = client.post(reverse("pairing:problem_new"), {"file": "1", "urgency": "normal", "key": "a"})
    assert answer.status_code == 200
    assert answer.context["form"].errors.keys() == {"title", "category"}
    assert not Problem.objects.exists()


def test_autosave_makes_one_draft_and_tells_its_version(client, people, programme, category):
    client.force_login(people.filer.person)
    headers = {"X-Autosave": "1"}
    first = client.post("/problems/autosave/", typed(category, title="一"), headers=headers).json()
    again = typed(category, title="一二", version=first["fields"]["version"])
    second = client.post("/problems/autosave/", again, headers=headers).json()
    assert second["fields"]["version"] == 2
    assert Problem.objects.get().title == "一二"
    client.post(NEW, typed(category, title="一二三", version="1", file="1"))  # the page did not hear of version 2
    assert Problem.objects.get().title == "一二三"


def test_what_another_window_saved_is_shown_beside_what_was_typed(client, people, programme, category):
    draft = world.create_draft(programme, people.filer, "书记写的")
    client.force_login(people.filer.person)
    edit = reverse("pairing:problem_edit", args=[draft.pk])
    client.post(edit, typed(category, title="联络员写的", version="1", key="a", save="1"))
    stale = client.post(edit, typed(category, title="过时的", version="1", key="b", save="1"))
    assert "联络员写的" in words(stale)
    assert "过时的" in words(stale)
    assert Problem.objects.get().title == "联络员写的"
    autosave = client.post(reverse("pairing:problem_autosave", args=[draft.pk]), typed(category, version="1", key="c"))
    assert "其他人" in autosave.json()["message"]
    client.post(edit, typed(category, title="过时的", version=stale.context["form"]["version"].value(), save="1"))
    assert Problem.objects.get().title == "过时的"


def test_another_branch_is_named_by_typing_and_asked_to_confirm(client, people, programme, category):
    client.force_login(people.filer.person)
    client.post(NEW, typed(category, owner="廊坊分公司党支部", file="1"))
    problem = Problem.objects.get()
    assert (problem.state, problem.owner, problem.filer) == ("to_confirm", people.partner_branch, people.branch)
    assert "代填" in words(client.get(problem.get_absolute_url()))


@pytest.mark.parametrize(
    ("field", "value", "sentence"),
    [
        ("title", LONG, "120"),
        ("title", CONTROL, "无法打印"),
        ("title", "空\x00字符", "无法打印"),
        ("title", "  ", "请填写“标题”"),
        ("description", LONG, "5000"),
        ("category", "999999", "选"),
        ("category", "not a number", "选"),
        ("category", "", "请选择“业务门类”"),
        ("urgency", "yesterday", "选"),
        ("owner", "没有的支部", "没有名为"),
        ("owner", "党支部", "几个组织"),
        ("owner", "公司党委", "没有名为"),
        ("wished_partner", "工程管理部党支部", "不同"),
    ],
)
def test_bad_input_gets_a_sentence_and_loses_nothing(client, people, programme, category, field, value, sentence):
    client.force_login(people.filer.person)
    page = client.post(NEW, typed(category, file="1") | {field: value})
    assert page.status_code == 200
    assert sentence in "".join(page.context["form"].errors[field])
    assert "已更换焊条" in words(page) or field == "description"
    assert f'href="#id_{field}' in words(page)
    assert not Problem.objects.exclude(state="draft").exists()
    assert not Event.objects.filter(action="file").exists()


def test_an_owner_outside_the_programme_is_refused(client, people, programme, category):
    create_branch("别家公司党支部", parent=world.create_programme(_other_committee()).committee)
    client.force_login(people.filer.person)
    page = client.post(NEW, typed(category, owner="别家公司党支部", file="1"))
    assert "不在本活动范围内" in "".join(page.context["form"].errors["owner"])


def _other_committee():
    return create_committee("别家公司党委")


@pytest.mark.parametrize("name", ["reviewer", "supervisor", "leader", "sysadmin", "secadmin", "auditor"])
def test_only_branches_file(client, people, programme, name):
    seat = people.seats()[name]
    get(client, seat, NEW, 403)
    assert client.post("/problems/autosave/", {"title": "x"}).status_code == 403
    assert not Problem.objects.exists()


def test_a_draft_is_edited_by_its_branch_alone(client, people, programme, category):
    draft = world.create_draft(programme, people.filer)
    edit = reverse("pairing:problem_edit", args=[draft.pk])
    for name, seat in people.seats().items():
        status = {"filer": 200, "conflicted": 403}.get(name, 404)
        get(client, seat, edit, status)
    perform("file", draft, seat=people.filer)
    client.force_login(people.filer.person)
    assert client.get(edit).url == draft.get_absolute_url()
    assert client.post(edit, typed(category, file="1"), follow=True).status_code == 200
    assert Event.objects.of(draft).count() == 1


def test_get_of_the_autosave_address_is_refused(client, people, programme):
    draft = world.create_draft(programme, people.filer)
    client.force_login(people.filer.person)
    assert client.get("/problems/autosave/").status_code == 405
    assert client.get(reverse("pairing:problem_autosave", args=[draft.pk])).status_code == 405


# Lists
def test_list_and_page_need_the_same_queries_for_any_number_of_rows(client, people, programme):
    problem = world.create_problem(programme, people.filer)
    addresses = [LIST, "/problems/?list=market", "/problems/?state=open&q=焊&sort=waiting&urgency=normal"]
    before = {(name, a): queries(client, people.seats()[name], a) for name in ("filer", "stranger", "reviewer")
              for a in addresses}  # fmt: skip
    copies.copy_problem(problem, 29)
    after = {key: queries(client, people.seats()[key[0]], key[1]) for key in before}
    assert after == before
    assert max(before.values()) <= 12


def test_filters_live_in_the_address(client, people, programme):
    safety = world.create_category("安全生产")
    one = world.create_problem(programme, people.filer, "吊装方案审批慢", category=safety, urgency="urgent")
    two = world.create_problem(programme, people.partner, "材料编码不统一")
    cases = {
        "q=吊装": [one], "q=不统一": [two], f"q={two.number}": [two], "urgency=urgent": [one],
        f"category={safety.pk}": [one], f"owner={people.branch.code}": [one], "owner=廊坊分公司党支部": [two],
        "state=open": [two, one], "state=closed": [], "sort=owner": [one, two], "waiting=others": [],
    }  # fmt: skip
    client.force_login(people.reviewer.person)
    for address, expected in cases.items():
        page = client.get(f"{LIST}?{address}")
        assert list(page.context["page"]) == expected, address
    assert "吊装" in words(client.get(f"{LIST}?q=吊装&urgency=urgent"))
    assert [label for label, _a in client.get(f"{LIST}?urgency=urgent&q=吊").context["chips"]]


def test_the_programme_is_a_filter_where_there_are_two(client, people, programme):
    later = world.create_programme(people.committee, "今年的活动", starts_on=date(2025, 1, 1))
    old = world.create_problem(programme, people.filer, "旧活动")
    new = world.create_problem(later, people.filer, "新活动")
    client.force_login(people.reviewer.person)
    for wished, found in ((programme, old), (later, new)):
        page = client.get(f"{LIST}?programme={wished.pk}")
        assert list(page.context["page"]) == [found]
        assert [label for label, _a in page.context["chips"]] == [f"活动：{wished.name}"]


@pytest.mark.parametrize(
    "address",
    ["state=nonsense", "category=abc", f"category={10**30}", "owner=nobody", "urgency=x", "sort=x", "page=999999",
     "page=abc", "q=%00", "q=" + "x" * 5000, "owner=%00", "waiting=x", "programme=7"],
)  # fmt: skip
def test_nonsense_in_the_address_gets_a_page_not_an_error(client, people, programme, address):
    world.create_problem(programme, people.filer)
    for seat in (people.filer, people.reviewer):
        get(client, seat, f"{LIST}?{address}")
        get(client, seat, f"{LIST}?list=market&{address}")


def test_the_market_shows_four_fields_of_others_and_nothing_more(client, people, programme):
    problem = world.create_problem(programme, people.filer, "罐区焊接缺陷", description="秘密的详情", urgency="urgent")
    market = get(client, people.stranger, "/problems/?list=market")
    assert list(market.context["page"]) == [problem]
    assert not list(get(client, people.filer, "/problems/?list=market").context["page"])
    assert not list(get(client, people.sysadmin, "/problems/?list=market").context["page"])
    assert list(get(client, people.stranger, "/problems/?list=market&urgency=normal").context["page"]) == [problem]
    assert "urgency" not in market.context["filter"].form.fields
    page = words(get(client, people.stranger, problem.get_absolute_url()))
    assert "罐区焊接缺陷" in page
    assert problem.number in page
    for hidden in ("秘密的详情", "紧急", people.filer.person.name, "办理经过"):
        assert hidden not in page
    assert reverse("pairing:problem_step", args=[problem.pk, "join"]) in page
    assert f"{reverse('pairing:agreement_new')}?problem={problem.pk}" in page


# The page of one problem
def test_who_may_open_the_page(client, people, programme):
    draft = world.create_draft(programme, people.filer)
    problem = world.create_problem(programme, people.filer, "已提交")
    parked = world.create_problem(programme, people.filer, "已挂账")
    perform("park", parked, seat=people.reviewer, note="等设计")
    branch_side, overseers = {"filer", "conflicted"}, {"reviewer", "supervisor", "leader"}
    for name, seat in people.seats().items():
        mine = name in branch_side
        get(client, seat, draft.get_absolute_url(), 200 if mine else 404)
        get(client, seat, parked.get_absolute_url(), 200 if mine or name in overseers else 404)
        market = name in ("partner", "stranger")
        get(client, seat, problem.get_absolute_url(), 200 if mine or name in overseers or market else 404)
    get(client, people.filer, "/problems/999999999999999999999/", 404)


def test_the_page_tells_the_whole_life(client, people, programme):
    problem = world.create_problem(programme, people.filer)
    first = world.create_agreement(programme, people.filer, [people.partner_branch], [problem])
    perform("invite", first, seat=people.filer)
    perform("decline_invitation", first, seat=people.partner, note="人手不够")
    problem.refresh_from_db()
    second = world.create_agreement(programme, people.filer, [people.other_branch], [problem])
    world.bring_to("closed", second, reviewer=people.reviewer)
    page = get(client, people.filer, problem.get_absolute_url())
    assert [episode.agreement for episode in page.context["episodes"]] == [first, second]
    assert "缺陷率由5%降到1.6%" in words(page)
    assert len(page.context["events"]) == 7
    declined = get(client, people.partner, problem.get_absolute_url())
    assert [episode.open_to_me for episode in declined.context["episodes"]] == [True, False]
    assert second.get_absolute_url() not in words(declined)


def test_the_wish_of_an_unsent_draft_is_not_shown(client, people, programme):
    problem = world.create_problem(programme, people.filer)
    world.create_agreement(programme, people.stranger, [people.branch], [problem], aim="别人的草稿")
    assert "别人的草稿" not in words(get(client, people.filer, problem.get_absolute_url()))


def test_the_page_of_a_problem_stays_within_its_queries(client, people, programme):
    problem = world.create_problem(programme, people.filer)
    agreement = world.create_agreement(programme, people.filer, [people.partner_branch], [problem])
    for state in ("invited", "active", "closed"):
        world.bring_to(state, agreement, reviewer=people.reviewer)
        for seat in (people.filer, people.partner, people.supervisor):
            assert queries(client, seat, problem.get_absolute_url()) <= 12, (state, seat)


# Organisations
def test_the_tree_and_the_pages_of_organisations(client, people, programme):
    world.create_problem(programme, people.filer, "本支部的问题")
    tree = words(get(client, people.stranger, "/organisations/"))
    assert tree.index("工程管理部党支部") < tree.index("廊坊分公司党支部")
    assert people.filer.person.name in tree
    own = words(get(client, people.filer, reverse("pairing:organisation", args=[people.branch.pk])))
    assert "本支部的问题" in own
    foreign = words(get(client, people.stranger, reverse("pairing:organisation", args=[people.branch.pk])))
    assert "本支部的问题" not in foreign


def test_the_tree_needs_no_query_per_branch(client, people):
    before = queries(client, people.filer, "/organisations/")
    for index in range(29):
        create_branch(f"第{index}项目党支部", parent=people.committee)
    assert queries(client, people.filer, "/organisations/") == before <= 8


def test_suggestions_are_bounded_and_of_the_own_tree(client, people):
    for index in range(30):
        create_branch(f"第{index}项目党支部", parent=people.committee)
    create_branch("别家项目党支部", parent=_other_committee())
    found = words(get(client, people.filer, "/organisations/options/?q=项目"))
    assert found.count("<option") == 20
    assert "别家" not in found
    named = words(get(client, people.filer, "/organisations/options/?field=owner&owner=廊坊&kind=bodies"))
    assert named.count("<option") == 1
    get(client, people.filer, "/organisations/options/?q=%00&kind=nonsense")


def test_a_session_keeps_no_more_than_twenty_forms(client, people, programme):
    client.force_login(people.filer.person)
    for index in range(22):
        client.post(NEW, {"title": f"草稿{index}", "key": f"k{index}", "version": "0", "save": "1"})
    assert len(SessionStore(client.session.session_key)["forms"]) == 20
