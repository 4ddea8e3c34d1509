"""Search: numbers as people type them, titles, the market's four fields, and what it costs."""

import re

import pytest
from django.urls import reverse

from accounts.tests.people import create_personas
from pairing.models import Problem
from pairing.tests import world
from pairing.tests.world import bring_to, create_agreement, create_draft, create_problem, create_programme
from pairing.views.search import SHOWN, SUGGESTED, Question

pytestmark = pytest.mark.django_db
ADDRESS = "/search/"


@pytest.fixture
def people():
    return create_personas()


@pytest.fixture
def programme(people):
    return create_programme(people.committee)


def ask(client, seat, text, **headers):
    client.force_login(seat.person)
    return client.get(ADDRESS, {"q": text}, headers=headers)


def hits(html):
    """{kind: [titles]} of the page of results."""
    sections = re.findall(r'aria-labelledby="results-(\w+)"(.*?)</section>', html, re.DOTALL)
    return {kind: re.findall(r'<span class="title">(.*?)</span>', body) for kind, body in sections}


@pytest.mark.parametrize(
    ("typed", "prefix", "year", "sequence"),
    [
        ("问题〔2026〕7号", "问题", 2026, 7),
        ("问题2026-7", "问题", 2026, 7),
        ("问题[2026]7", "问题", 2026, 7),
        ("2026 7", "", 2026, 7),
        ("２０２６年７号", "", 2026, 7),
        ("7号", "", None, 7),
        ("第７号", "", None, 7),
        (" 7 ", "", None, 7),
        ("焊接7", "焊接", None, 7),
    ],
)
def test_numbers_are_read_as_people_type_them(typed, prefix, year, sequence):
    question = Question.read(typed)
    assert (question.prefix, question.sequence) == (prefix, sequence)
    assert question.years == (year,) if year else len(question.years) > 1


@pytest.mark.parametrize("typed", ["", "焊接", "110kV 电缆", "7号罐 焊缝", "%", "\x00"])
def test_what_is_no_number(typed):
    assert Question.read(typed).sequence is None


def test_an_exact_number_leads_to_the_page(client, people, programme):
    create_problem(programme, people.filer, "图纸会审滞后")
    problem = create_problem(programme, people.filer)
    agreement = create_agreement(programme, people.filer, [people.partner_branch], [problem])
    bring_to("invited", agreement)
    year = problem.year
    for typed in (problem.number, f"问题{year}-2", f"{year} 2", "２号", "2"):
        assert ask(client, people.filer, typed).url == problem.get_absolute_url()
    assert ask(client, people.filer, agreement.number).url == agreement.get_absolute_url()


def test_a_number_that_two_things_have_shows_both(client, people, programme):
    problem = create_problem(programme, people.filer)
    agreement = create_agreement(programme, people.filer, [people.partner_branch], [problem])
    bring_to("invited", agreement)
    found = hits(ask(client, people.filer, "1号").content.decode())
    assert found == {"problems": ["焊接缺陷率偏高"], "agreements": ["降低焊接缺陷率"]}


def test_titles_by_all_words_in_groups_with_the_number_in_words(client, people, programme):
    problem = create_problem(programme, people.filer, "Tank weld 焊缝返工")
    create_problem(programme, people.filer, "焊缝外观")
    create_agreement(programme, people.filer, [people.partner_branch], [problem], aim="减少焊缝返工")
    html = ask(client, people.filer, "焊缝 返工").content.decode()
    assert hits(html) == {"problems": ["Tank weld 焊缝返工"], "agreements": ["减少焊缝返工"]}
    assert "问题：1 条；协议：1 条" in html
    assert hits(ask(client, people.filer, "ＷＥＬＤ").content.decode()) == {"problems": ["Tank weld 焊缝返工"]}
    assert hits(ask(client, people.filer, "%").content.decode()) == {}


TITLE = "Tank-7 焊缝'返工'率 100% ＡＢ\\c（二标段）"


@pytest.mark.parametrize("piece", [
    "k-", "7", "焊缝", "缝'返", "'返工'", "率 100%", "ab", "Ｂ\\", "\\c", "(二标", "段）", "焊", "）",
    "TANK-7", "-7 焊缝", "〔", "号"
])  # fmt: skip
def test_every_piece_of_a_text_is_found(people, programme, piece):
    problem = world.create_problem(programme, people.filer, TITLE)
    assert list(Problem.objects.holding(piece)) == [problem]


def test_every_substring_of_two_characters_or_more_is_found_and_nothing_else(people, programme):
    problem = world.create_problem(programme, people.filer, "焊缝返工返焊率")
    text = problem.title
    for start in range(len(text)):
        for end in range(start + 2, len(text) + 1):
            assert Problem.objects.holding(text[start:end]).exists(), text[start:end]
    for other in ("缝焊", "返焊缝", "工返工", "焊缝返焊", "%焊", "焊_返", "率问", "率 问题x"):
        assert not Problem.objects.holding(other).exists(), other
    assert Problem.objects.holding("").exists()


def test_the_list_and_the_choice_of_an_organisation_find_pieces_too(client, people, programme):
    problem = world.create_problem(programme, people.filer, TITLE)
    client.force_login(people.reviewer.person)
    assert list(client.get("/problems/", {"q": "返工 tank"}).context["page"]) == [problem]
    options = client.get("/organisations/options/", {"q": "坊分公"}).content.decode()
    assert "廊坊分公司党支部" in options


def test_others_problems_are_found_by_what_the_market_shows(client, people, programme):
    create_problem(programme, people.filer, "电缆敷设返工", description="桥架受潮")
    create_draft(programme, people.filer, "电缆草稿")
    assert hits(ask(client, people.stranger, "电缆").content.decode()) == {"market": ["电缆敷设返工"]}
    assert hits(ask(client, people.stranger, "桥架").content.decode()) == {}


def test_nobody_finds_what_is_not_theirs(client, people, programme):
    problem = create_problem(programme, people.filer)
    agreement = create_agreement(programme, people.filer, [people.partner_branch], [problem])
    bring_to("invited", agreement)
    for persona in ("stranger", "sysadmin", "secadmin", "auditor"):
        for typed in (problem.number, agreement.number, "焊接"):
            response = ask(client, getattr(people, persona), typed)
            assert response.status_code == 200
            assert hits(response.content.decode()) == {}
    assert set(hits(ask(client, people.reviewer, "焊接").content.decode())) == {"problems", "agreements"}


def test_organisations_of_the_own_tree(client, people):
    assert hits(ask(client, people.filer, "廊坊").content.decode()) == {"organisations": ["廊坊分公司党支部"]}


def test_many_results_are_bounded_and_lead_to_the_list(client, people, programme):
    for n in range(SHOWN + 2):
        create_problem(programme, people.filer, f"焊缝{n}次返工")
    html = ask(client, people.filer, "焊缝").content.decode()
    assert len(hits(html)["problems"]) == SHOWN
    assert f"问题：超过 {SHOWN} 条" in html
    address = re.search(r'href="(/problems/\?q=[^"]+)"', html).group(1)
    assert client.get(address).context["page"].paginator.count == SHOWN + 2


def test_nothing_found_and_nothing_asked(client, people):
    html = ask(client, people.filer, "没有这样的").content.decode()
    assert "没有找到" in html
    assert 'class="example"' in html
    assert "没有找到" not in ask(client, people.filer, "").content.decode()


def test_suggestions_are_a_few_links_without_a_page(client, people, programme):
    for n in range(SUGGESTED + 2):
        create_problem(programme, people.filer, f"焊缝{n}次返工")
    html = ask(client, people.filer, "焊缝", **{"HX-Request": "true"}).content.decode()
    assert "<html" not in html
    assert html.count(">焊缝") == SUGGESTED
    assert reverse("pairing:search") in html
    assert ask(client, people.filer, "焊", **{"HX-Request": "true"}).content.decode().strip() == ""


@pytest.mark.parametrize("rows", [1, 30])
def test_rows_cost_no_query(client, people, programme, rows, django_assert_num_queries):
    for n in range(rows):
        problem = create_problem(programme, people.filer, f"焊缝{n}")
        create_agreement(programme, people.filer, [people.partner_branch], [problem], aim=f"焊缝{n}")
    ask(client, people.filer, "焊缝")
    with django_assert_num_queries(9):
        client.get(ADDRESS, {"q": "焊缝"})
    assert Problem.objects.count() == rows
