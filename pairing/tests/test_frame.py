"""The frame of every page: what each persona finds in it, what it costs, and the pages that say what went wrong."""

import re
from datetime import timedelta

import pytest
from django.template import engines
from django.template.loader import render_to_string
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from accounts.models import Role
from accounts.tests.people import create_personas, create_seat, create_user
from pairing.context import MOST_UNREAD, Frame
from pairing.models import Agreement, Notice, Programme
from pairing.tests.world import bring_to, create_agreement, create_problem, create_programme

pytestmark = [pytest.mark.django_db, pytest.mark.urls("pairing.tests.frame_urls"), pytest.mark.pages]


@pytest.fixture
def personas():
    return create_personas()


@pytest.fixture
def programme(personas):
    return Programme.objects.create(name="结对共建", committee=personas.committee, starts_on="2020-01-01")


def create_rows(programme, n):
    """`n` running agreements whose due dates lie around today; the wording reads nothing but the row."""
    today = timezone.localdate()
    return [
        Agreement.objects.create(
            programme=programme, aim=f"事项{i}", number=f"结对〔2026〕{i}号", state="active",
            signed_on=today, due_on=today + timedelta(days=i - 5), original_due_on=today,
            turn="group", turn_since=timezone.now(),
        )
        for i in range(n)
    ]  # fmt: skip


def get(client, seat, address="/s/agreements/", **extra):
    client.force_login(seat.person)
    return client.get(address, **extra).content.decode()


def tabs(html):
    nav = re.search(r'<nav class="tabs".*?</nav>', html, re.DOTALL).group()
    return re.findall(r">([^<>]+)</a>", nav)


WORKING = ["首页", "问题", "协议", "统计", "组织", "规定"]
SUPERVISING = ["首页", "督办", "协议", "问题", "统计", "组织", "规定"]


@pytest.mark.parametrize(
    ("persona", "expected", "files", "inbox"),
    [
        ("filer", WORKING, True, True),
        ("partner", WORKING, True, True),
        ("reviewer", SUPERVISING, False, True),
        ("supervisor", SUPERVISING, False, True),
        ("leader", ["首页", "统计", "问题", "协议"], False, True),
        ("sysadmin", ["首页", "运行情况", "消息通道", "工作日历", "系统管理"], False, True),
        ("secadmin", ["首页", "系统管理"], False, False),
        ("auditor", ["首页", "系统管理"], False, False),
    ],
)
def test_each_role_sees_only_what_it_uses(client, personas, persona, expected, files, inbox):
    html = get(client, getattr(personas, persona))
    assert tabs(html) == expected
    assert ('href="/problems/new/"' in html) is files
    assert ('href="/inbox/"' in html) is inbox
    assert html.count('name="seat"') == 0


def test_liaison_files_problems_too_and_a_member_does_not(client, personas):
    liaison, member = (create_seat(role, personas.branch) for role in (Role.LIAISON, Role.MEMBER))
    assert 'href="/problems/new/"' in get(client, liaison)
    assert 'href="/problems/new/"' not in get(client, member)


def test_a_person_without_a_seat_gets_the_frame(client):
    client.force_login(create_user(name="无席位"))
    html = client.get("/s/agreements/").content.decode()
    assert "无席位" in html
    assert 'href="/problems/new/"' not in html


def test_who_holds_several_seats_may_change_hats(client, personas):
    seat = create_seat(Role.SUPERVISOR, personas.committee, person=personas.filer.person)
    html = get(client, personas.filer)
    assert html.count('name="seat"') == 2
    assert html.count('aria-pressed="true"') == 1
    client.post(reverse("accounts:seat"), {"seat": seat.pk, "next": "/s/agreements/"})
    assert 'href="/problems/new/"' not in client.get("/s/agreements/").content.decode()


@pytest.mark.parametrize(("address", "here"), [("/", "首页"), ("/problems/7/", "问题"), ("/accounts/password/", None)])
def test_the_active_tab_follows_from_the_address(rf, personas, address, here):
    request = rf.get(address)
    request.user = personas.filer.person
    assert [str(entry.label) for entry in Frame(request).entries if entry.here] == ([here] if here else [])


def test_the_active_tab_is_marked_at_the_top_and_at_the_bottom(client, personas):
    assert get(client, personas.filer, "/organisations/").count('aria-current="page"') == 2


def test_unread_notices_are_counted_up_to_a_bound(client, personas):
    person = personas.filer.person
    for n in range(MOST_UNREAD + 5):
        Notice.objects.create(person=person, object_type="problem", object_id=n, step="due", occasion="x")
    assert '<span class="count" aria-hidden="true">99+</span>' in get(client, personas.filer)
    Notice.objects.filter(object_id__gte=3).update(read_at=timezone.now())
    assert '<span class="count" aria-hidden="true">3</span>' in get(client, personas.filer)
    assert "消息，3 条未读" in get(client, personas.filer)


def test_what_is_kept_of_a_page_never_reaches_somebody_else(client, personas):
    """One after the other in one process, in two languages, there and back."""
    for seat in (personas.filer, personas.partner, personas.filer):
        own, other = (s.person for s in sorted((personas.filer, personas.partner), key=lambda s: s != seat))
        for language in ("zh-hans", "en"):
            own.language = language
            own.save(update_fields=["language"])
            html = get(client, seat)
            assert f'value="{own.username}"' in html
            assert other.username not in html
            assert f'<span class="who" aria-hidden="true">{own.name}' in html
            assert ("Use single keys" in html) is (language == "en")


def test_a_kept_part_sees_nothing_but_what_it_is_given():
    part = engines["django"].from_string("{% load pairing_words %}{% kept 'partials/person_summary.html' name=name %}")
    first, second = (part.render({"name": name, "seat": "机关第一党支部书记"}) for name in ("甲", "<b>"))
    assert "甲" in first
    assert "书记" not in first
    assert "&lt;b&gt;" in second
    assert "甲" not in second


def test_the_frame_costs_two_queries_for_seats_and_unread(client, personas, django_assert_num_queries):
    get(client, personas.filer)
    with django_assert_num_queries(5) as queries:  # session, user, the page's own; seats and unread
        client.get("/s/agreements/?row=0")
    assert sum("pairing_notice" in q["sql"] for q in queries.captured_queries) == 1
    assert sum("accounts_seat" in q["sql"] for q in queries.captured_queries) == 1


@pytest.mark.parametrize("rows", [1, 30])
def test_rows_cost_no_query(client, personas, programme, rows, django_assert_num_queries):
    create_rows(programme, rows)
    get(client, personas.filer)
    with django_assert_num_queries(5):
        html = client.get("/s/agreements/").content.decode()
    assert html.count('scope="row"') == rows
    assert "逾期 5 天" in html
    assert '<span class="level level-red"><i class="shape" aria-hidden="true">■</i>' in html


def test_a_detail_page_says_state_turn_and_due_in_one_line(client, personas, programme):
    agreement = create_rows(programme, 6)[5]
    html = get(client, personas.filer, f"/s/agreements/{agreement.pk}/")
    line = re.search(r'<p class="state-line">.*?</p>', html).group()
    assert re.sub(r"<[^>]+>", "", line).startswith("共建中待工作组办理 今天")
    assert "今天到期" in line
    assert re.search(r'<li class="now" aria-current="step"><span>共建', html)


def test_a_problem_in_a_pair_stands_where_its_agreement_stands(client, personas):
    programme = create_programme(personas.committee)
    problem = create_problem(programme, personas.filer)
    agreement = create_agreement(programme, personas.filer, [personas.partner_branch], [problem])
    for state, step in (("invited", "结对"), ("submitted", "审核"), ("acceptance", "验收")):
        bring_to(state, agreement, reviewer=personas.reviewer)
        html = get(client, personas.filer, f"/s/problems/{problem.pk}/")
        assert re.search(r'aria-current="step"><span>(\w+)', html).group(1) == step


def test_the_timeline_says_who_in_which_seat_and_what_changed(client, personas):
    problem = create_problem(create_programme(personas.committee), personas.filer)
    html = get(client, personas.filer, f"/s/problems/{problem.pk}/")
    assert "草稿 → 待结对" in html
    assert "filer同志（工程管理部党支部 党支部书记）" in html


def test_the_page_title_says_that_something_is_wrong(client, personas):
    client.force_login(personas.filer.person)
    assert "<title>提出问题 · 结对共建</title>" in client.get("/s/filing/").content.decode()
    html = client.post("/s/filing/", {"title": "", "day": "2026-13-32"}).content.decode()
    assert "<title>错误：提出问题 · 结对共建</title>" in html
    for target in ("id_title", "id_day"):
        assert f'<a href="#{target}">' in html
        assert f'id="{target}_error"' in html
    assert 'value="2026-13-32"' in html


def test_the_language_of_the_page(client, personas):
    assert '<html lang="zh-Hans">' in get(client, personas.filer)
    client.post(reverse("accounts:language"), {"language": "en", "next": "/"})
    html = get(client, personas.filer)
    assert '<html lang="en">' in html
    assert tabs(html)[0] == "Home"


@pytest.mark.parametrize(
    ("address", "status", "words"),
    [
        ("/s/forbidden/", 403, "当前席位无权办理"),
        ("/nowhere/", 404, "没有找到这一页"),
        ("/s/too-much/", 413, "内容过大"),
    ],
)
def test_what_went_wrong_is_said_with_what_to_do(client, personas, address, status, words):
    client.force_login(personas.filer.person)
    response = client.get(address)
    html = response.content.decode()
    assert response.status_code == status
    assert words in html
    assert "您可以" in html
    assert tabs(html) == WORKING


def test_a_broken_page_answers_without_database_and_context(personas, django_assert_num_queries):
    client = Client(raise_request_exception=False)
    client.force_login(personas.filer.person)
    response = client.get("/s/broken/")
    assert response.status_code == 500
    assert "系统出了问题" in response.content.decode()
    with django_assert_num_queries(0):
        assert "{%" not in render_to_string("500.html")


def test_without_the_database_the_page_says_when_to_come_again(personas, django_assert_num_queries):
    client = Client(raise_request_exception=False)
    client.force_login(personas.filer.person)
    response = client.get("/s/unreachable/")
    assert response.status_code == 503
    assert response.headers["Retry-After"] == "120"
    assert "暂时无法使用" in response.content.decode()
    with django_assert_num_queries(0):
        assert "您可以" in render_to_string("503.html")


def test_a_form_that_became_too_old(personas):
    client = Client(enforce_csrf_checks=True)
    client.force_login(personas.filer.person)
    response = client.post("/s/filing/", {"title": "x"})
    assert response.status_code == 403
    assert "页面已过期" in response.content.decode()


@pytest.mark.parametrize("name", ["400", "429"])
def test_the_other_error_pages_render_without_a_request(name):
    html = render_to_string(f"{name}.html")
    assert "您可以" in html
    assert "csrfmiddlewaretoken" not in html
