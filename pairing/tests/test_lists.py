"""Long lists: a page begins behind the last row of the one before, rows are counted to a bound."""

import re
from datetime import date, timedelta

import pytest
from django.db.models import F
from django.utils import timezone

from accounts import paging
from accounts.paging import KeysetPaginator
from accounts.tests.people import create_personas
from pairing.filters import AgreementFilter, MarketFilter, ProblemFilter
from pairing.models import Agreement, Problem
from pairing.tests import copies, world

pytestmark = pytest.mark.django_db
LIST = "/problems/"
NOON = timezone.make_aware(timezone.datetime(2026, 3, 2, 12, 0, 0, 123456))
ORDERS = [
    *(("problem", order) for _label, order in [*ProblemFilter.SORTS.values(), *MarketFilter.SORTS.values()]),
    *(("agreement", order) for _label, order in AgreementFilter.SORTS.values()),
]  # fmt: skip


@pytest.fixture
def people():
    return create_personas()


@pytest.fixture
def programme(people):
    return world.create_programme(people.committee)


@pytest.fixture
def varied(people, programme):
    """Forty problems and forty agreements whose columns are equal, different and empty in turns."""
    problem = world.create_problem(programme, people.filer)
    copies.copy_problem(problem, 39)
    agreement = world.create_agreement(programme, people.filer, [people.partner_branch], [problem])
    for n in range(39):
        Agreement.objects.create(programme=programme, aim=f"目标{n}", state=agreement.state)
    bodies = [people.branch, people.partner_branch, people.committee]
    for n, row in enumerate(Problem.objects.order_by("pk")):
        year = 2020 + n // 9 if n % 5 else None
        Problem.objects.filter(pk=row.pk).update(
            owner=bodies[n % 3], turn_since=NOON + timedelta(seconds=n // 4) if n % 3 else None,
            year=year, sequence=100 - n if year else None,
        )  # fmt: skip
    for n, row in enumerate(Agreement.objects.order_by("pk")):
        year = 2020 + n // 9 if n % 5 else None
        Agreement.objects.filter(pk=row.pk).update(
            due_on=date(2026, 1, 1 + n // 3) if n % 4 else None, turn_since=NOON if n % 2 else None,
            year=year, sequence=100 - n if year else None,
        )  # fmt: skip


def rows_of(kind, order):
    model = {"problem": Problem.objects.select_related("owner"), "agreement": Agreement.objects}[kind]
    return model.order_by(*order)


def walk(rows, per_page, step="after", **place):
    """The pages from the first on (step "before": back from a place), each with the address that leads to it."""
    while True:
        page = KeysetPaginator(rows, per_page).page_of(place)
        yield page
        further = page.has_next() if step == "after" else page.has_previous()
        if not further:
            return
        place = {step: getattr(page, step)}


@pytest.mark.parametrize(("kind", "order"), ORDERS)
@pytest.mark.parametrize("per_page", [1, 7])
def test_pages_on_and_back_show_every_row_once(varied, kind, order, per_page):
    rows = rows_of(kind, order)
    every = [row.pk for row in rows]
    pages = list(walk(rows, per_page))
    assert [row.pk for page in pages for row in page] == every
    assert [len(page) for page in pages[:-1]] == [per_page] * (len(pages) - 1)
    back = list(walk(rows, per_page, "before", before=pages[-1].before))
    assert [row.pk for page in reversed(back) for row in page] == every[: -len(pages[-1])]
    assert [page.has_next() for page in back] == [True] * len(back)


@pytest.mark.parametrize(("kind", "order"), ORDERS)
def test_rows_that_come_and_go_move_no_other_row(varied, kind, order):
    rows = rows_of(kind, order)
    before = [row.pk for row in rows]
    first = KeysetPaginator(rows, 10).page_of({})
    seen = [row.pk for row in first]
    gone = {"problem": Problem, "agreement": Agreement}[kind].objects.get(pk=seen[-1])  # the very row one stood at
    place = first.after
    if kind == "problem":
        copies.copy_problem(Problem.objects.get(pk=seen[0]), 5)
        Problem.objects.filter(pk=gone.pk).update(programme=world.create_programme(gone.owner, "另一个"))
        rows = rows.filter(programme=Problem.objects.get(pk=seen[0]).programme)
    else:
        gone.delete()
    new = {row.pk for row in rows} - set(before)
    seen += [row.pk for page in walk(rows, 10, after=place) for row in page]
    assert [pk for pk in seen if pk not in new] == before
    assert len(seen) == len(set(seen))


def test_the_address_keeps_the_filters_and_says_the_page(client, people, programme):
    copies.copy_problem(world.create_problem(programme, people.filer), 119)
    client.force_login(people.reviewer.person)
    shown, address = [], f"{LIST}?urgency=normal&sort=owner"
    for number in (1, 2, 3):
        page = client.get(address)
        html = page.content.decode()
        assert f"第 {number} 页，共 3 页" in html
        shown += [problem.pk for problem in page.context["page"]]
        following = re.search(r'rel="next" href="([^"]+)"', html)
        assert ("urgency=normal" in following[1]) if number < 3 else following is None
        address = LIST + following[1].replace("&amp;", "&") if following else address
    assert len(set(shown)) == len(shown) == 120
    back = re.search(r'rel="prev" href="([^"]+)"', html)[1].replace("&amp;", "&")
    assert [problem.pk for problem in client.get(LIST + back).context["page"]] == shown[50:100]
    chip = client.get(LIST + back).context["chips"][0][1]  # what is listed changes: its first page
    assert not set(paging.PLACES) & {part.partition("=")[0] for part in chip[1:].split("&")}


def test_a_jump_reaches_as_far_as_rows_are_counted(people, programme, monkeypatch):
    copies.copy_problem(world.create_problem(programme, people.filer), 49)
    monkeypatch.setattr(paging, "MOST_COUNTED", 30)
    rows = Problem.objects.order_by("-pk")
    every = [row.pk for row in rows]
    bounded = KeysetPaginator(rows, 10, most_counted=30)
    assert (bounded.count, bounded.more) == (30, True)
    assert [row.pk for row in bounded.page_of({"page": "3"})] == every[20:30]
    assert [row.pk for row in bounded.page_of({"page": "999"})] == every[20:30]
    assert [row.pk for row in bounded.page_of({"page": "4", "after": bounded.token(rows[29])})] == every[30:40]
    exact = KeysetPaginator(rows, 10, most_counted=None)
    assert (exact.count, exact.more) == (50, False)
    assert [row.pk for row in exact.page_of({"page": "5"})] == every[20:30]


@pytest.mark.parametrize(
    "place", ["", "x", "W10", "WzFd!", "WyJhIl0=", "W251bGxd", "WzEsMl0=", "5L2g", "é", "W1sxXV0="]
)
def test_a_place_that_is_none_is_the_first_page(people, programme, place):
    problem = world.create_problem(programme, people.filer)
    for step in ("after", "before"):
        assert list(KeysetPaginator(Problem.objects.order_by("-pk"), 10).page_of({step: place})) == [problem]


def test_behind_the_last_row_stands_the_nearest_page(people, programme):
    copies.copy_problem(world.create_problem(programme, people.filer), 11)
    rows = Problem.objects.order_by("-pk")
    paginator = KeysetPaginator(rows, 10)
    assert len(paginator.page_of({"page": "2", "after": paginator.token(rows.last())})) == 2


def test_the_rows_of_a_union_have_numbered_pages(people, programme):
    copies.copy_problem(world.create_problem(programme, people.filer), 24)
    ids = Problem.objects.order_by().annotate(key=F("pk")).values("key")
    rows = ids.filter(pk__lte=0).union(ids, all=True).order_by("key")
    pages = [KeysetPaginator(rows, 10).page_of({"page": str(n)}) for n in (1, 2, 3, 4)]
    assert [len(page) for page in pages] == [10, 10, 5, 5]
    assert [page.has_next() for page in pages] == [True, True, False, False]
    assert pages[0].after == ""


def test_a_wrong_filter_is_named_and_the_list_says_that_it_leaves_it_out(client, people, programme):
    world.create_problem(programme, people.filer)
    client.force_login(people.reviewer.person)
    page = client.get(f"{LIST}?state=moon")
    html = page.content.decode()
    assert page.context["page"].paginator.count == 1
    assert "“moon”不在可选范围内" in html
    assert "下列清单未按这一条件筛选。" in html
    assert "您填写的内容都还在" not in html
    assert "下列清单未按这一条件筛选。" not in client.get(LIST).content.decode()
