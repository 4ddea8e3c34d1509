"""Which pages are measured, in whose name, over a made world: printed as JSON for the runner.

    python -m config.bench.pages SIZE     (with the environment of the database to fill)

A database that holds a world already is left as it is. A world of SIZE problems has a tenth as many branches and three
tenths as many agreements, so that one branch has as much to do in every world: what its secretary opens should cost the
same.
"""

import json
import os
import secrets
import sys
from dataclasses import asdict, dataclass, field
from importlib import import_module
from urllib.parse import urlencode

import django
from django.core.management import call_command

BRANCHES, AGREEMENTS, YEARS, SEED = 0.1, 0.3, 5, 1
NAMES = {"index": "reports", "solved": "statistics table"}  # of the reports: name of the address -> of the page
STEPPERS = 8  # agreements over which the measured step is spread
CSRF = "b" * 32


@dataclass
class Page:
    """One line of the table. `data`: the form of a POST, {n} in its values is the number of the call."""

    page: str
    path: str
    cookies: dict
    method: str = "GET"
    data: dict = field(default_factory=dict)


def make(size):
    """Makes the world, unless the database holds one: {"pages": [Page], "exports": [...]}."""
    from django.utils import timezone  # noqa: PLC0415  (Django has to be set up first)

    from pairing import standings  # noqa: PLC0415
    from pairing.models import Programme  # noqa: PLC0415
    from reports.rollups import fold  # noqa: PLC0415

    if not Programme.objects.exists():
        problems = max(size, 100)
        call_command(
            "make_world", branches=max(int(problems * BRANCHES), 10), problems=problems,
            agreements=int(problems * AGREEMENTS), years=YEARS, seed=SEED, verbosity=0, stdout=sys.stderr,
        )  # fmt: skip
    standings.keep_up(timezone.now())  # as the first round of a day: without it the board has nothing to weigh
    while fold():
        pass
    people = cast()
    every = [*pages(people), *reports_pages(people)]
    return {"pages": [asdict(page) for page in every], "exports": list(exports(people))}


def cast():
    """{role: somebody of the working group}, and "secretary" and "pair": a branch with much to do."""
    from accounts.models import Role, Seat, User  # noqa: PLC0415
    from pairing.models import Agreement  # noqa: PLC0415

    seats = Seat.objects.filter(organisation__kind="committee").order_by("-pk").select_related("person")
    people = {seat.role: seat.person for seat in seats if seat.role in Role.values}
    running = Agreement.objects.filter(state="active", turn="", end_code="").order_by("pk")
    pair = running[running.count() // 2]
    return people | {"secretary": _secretary(User, pair), "pair": pair, "running": running.exclude(pk=pair.pk)}


def pages(people):
    """Lists, search, pages of one matter, homes, and two forms."""
    from accounts.models import User  # noqa: PLC0415
    from accounts.paging import KeysetPaginator  # noqa: PLC0415
    from pairing.models import Problem  # noqa: PLC0415

    pair = people["pair"]
    problem = pair.episodes.order_by("pk")[0].problem
    own, group = _cookies(people["secretary"]), _cookies(people["reviewer"])
    supervisor = _cookies(people["supervisor"])
    category = Problem.objects.filter(category__isnull=False)[0].category_id
    newest = Problem.objects.visible_to(people["reviewer"]).order_by("-pk")
    place = KeysetPaginator(newest, 1).token(newest[newest.count() // 2])
    found = [
        *(Page(f"home, {role}", "/", _cookies(people[role]))
          for role in ("secretary", "reviewer", "lead", "supervisor", "leader")),
        Page("problems, secretary", "/problems/", own),
        Page("problems, reviewer", "/problems/", group),
        Page("problems, page in the middle", f"/problems/?page=100&after={place}", group),
        Page("problems by owner", "/problems/?sort=owner", group),
        Page("problems filtered", f"/problems/?state=open&category={category}", group),
        Page("search in problems", f"/problems/?{urlencode({'q': '光缆'})}", group),
        Page("market", "/problems/?list=market", own),
        Page("problem", problem.get_absolute_url(), own),
        Page("agreements, secretary", "/agreements/", own),
        Page("agreements, reviewer", "/agreements/", group),
        Page("agreements filtered", "/agreements/?phase=running&direction=gr_gr", group),
        Page("agreements overdue", "/agreements/?due=overdue&sort=due", group),
        Page("agreement", pair.get_absolute_url(), own),
        Page("search, secretary", f"/search/?{urlencode({'q': '光缆'})}", own),
        Page("search, reviewer", f"/search/?{urlencode({'q': '光缆 接续'})}", group),
        Page("search for what is not there", f"/search/?{urlencode({'q': '没有的'})}", group),
        Page("follow-ups", "/follow-ups/", supervisor),
        Page("inbox", "/inbox/", own),
        Page("organisations", "/organisations/", group),
        Page("file a problem", "/problems/new/", own, "POST", {
            "title": "光缆接续损耗超标 {n}", "description": "近三周接头损耗超标，本支部试过两次。", "urgency": "normal",
            "category": str(category), "key": f"k{secrets.token_hex(4)}{{n}}", "version": "0", "file": "1",
        }),
    ]  # fmt: skip
    for n, agreement in enumerate(people["running"][:STEPPERS]):
        data = {"percent": "40", "text": "接头已复测 {n}"}
        path = f"/agreements/{agreement.pk}/step/report_progress/"
        found.append(Page(f"report progress#{n}", path, _cookies(_secretary(User, agreement)), "POST", data))
    return found


def reports_pages(people):
    """Every page of the reports whose address needs no more said, for whoever of leader and group may open it."""
    from reports import urls  # noqa: PLC0415

    for route in urls.urlpatterns:
        path = f"/reports/{route.pattern}"
        for role in ("leader", "reviewer"):
            cookies = _cookies(people[role])
            if "<" not in path and _is_a_page(path, cookies):
                yield Page(NAMES.get(route.name, f"reports, {route.name}"), path, cookies)
                break


def _is_a_page(path, cookies):
    from django.test import Client  # noqa: PLC0415

    client = Client(SERVER_NAME="127.0.0.1", raise_request_exception=False)
    client.cookies.load(cookies)
    answer = client.get(path)
    return answer.status_code >= 500 or (answer.status_code == 200 and "text/html" in answer["Content-Type"])


def exports(people):
    """Files: {"export", "path", "cookies", "rows"}."""
    from django.utils import timezone  # noqa: PLC0415

    from pairing.models import Problem  # noqa: PLC0415

    today, cookies = timezone.localdate(), _cookies(people["leader"])
    problems = Problem.objects.filter(programme=people["pair"].programme_id)
    raised, solved = problems.raised_on(today).count(), problems.solved_on(today).count()
    for name, path, rows in (("problems", "problems", raised), ("statistics table", "solved", solved)):
        for suffix in ("csv", "xlsx"):
            address = f"/reports/{path}/?export={suffix}"
            yield {"export": f"{name} as {suffix}", "path": address, "cookies": cookies, "rows": rows}


def _secretary(users, agreement):
    return users.objects.get(seats__role="secretary", seats__organisation=agreement.initiator.organisation)


def _cookies(person):
    """The cookies of somebody who has just logged in."""
    from django.conf import settings  # noqa: PLC0415

    session = import_module(settings.SESSION_ENGINE).SessionStore()
    session["_auth_user_id"] = str(person.pk)
    session["_auth_user_backend"] = settings.AUTHENTICATION_BACKENDS[-1]
    session["_auth_user_hash"] = person.get_session_auth_hash()
    session.save()
    return {settings.SESSION_COOKIE_NAME: session.session_key, settings.CSRF_COOKIE_NAME: CSRF}


if __name__ == "__main__":
    os.environ["DJANGO_SETTINGS_MODULE"] = "config.bench.settings"
    django.setup()
    json.dump(make(int(sys.argv[1])), sys.stdout)
