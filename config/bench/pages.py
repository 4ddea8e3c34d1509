"""Which pages are measured, in whose name, over a made world: printed as JSON for the runner.

    python -m config.bench.pages SIZE     (with the environment of the database to fill)

A world of SIZE problems has a tenth as many branches and three tenths as many agreements, so that one branch has as
much to do in every world: what its secretary opens should cost the same.
"""

import json
import os
import sys
from dataclasses import asdict, dataclass, field
from importlib import import_module

import django

BRANCHES, AGREEMENTS, YEARS, SEED = 0.1, 0.3, 5, 1
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
    """The world and its pages: [Page]."""
    from django.core.management import call_command  # noqa: PLC0415  (Django has to be set up first)

    problems = max(size, 100)
    call_command(
        "make_world", branches=max(int(problems * BRANCHES), 10), problems=problems,
        agreements=int(problems * AGREEMENTS), years=YEARS, seed=SEED, verbosity=0, stdout=sys.stderr,
    )  # fmt: skip
    return pages()


def pages():
    from accounts.models import Role, Seat, User  # noqa: PLC0415
    from pairing.models import Agreement, Category, Problem  # noqa: PLC0415

    people = {role: Seat.objects.filter(role=role, organisation__kind="committee")[0].person for role in Role.values
              if Seat.objects.filter(role=role, organisation__kind="committee").exists()}  # fmt: skip
    running = Agreement.objects.filter(state="active", turn="", end_code="").order_by("pk")
    middle = running[running.count() // 2]
    secretary = _secretary(User, middle)
    pair, problem = middle, middle.episodes.order_by("pk")[0].problem
    own, group = _cookies(secretary), _cookies(people["reviewer"])
    lead, supervisor, leader = (_cookies(people[role]) for role in ("lead", "supervisor", "leader"))
    category = Category.objects.filter(problems__isnull=False).order_by("pk")[0]
    steppers = running.exclude(pk=middle.pk)[:STEPPERS]
    found = [
        Page("home, secretary", "/", own),
        Page("home, reviewer", "/", group),
        Page("home, lead", "/", lead),
        Page("home, supervisor", "/", supervisor),
        Page("home, leader", "/", leader),
        Page("problems, secretary", "/problems/", own),
        Page("problems, reviewer", "/problems/", group),
        Page("problems filtered", f"/problems/?state=open&category={category.pk}", group),
        Page("problem", problem.get_absolute_url(), own),
        Page("agreements, secretary", "/agreements/", own),
        Page("agreements, reviewer", "/agreements/", group),
        Page("agreements filtered", "/agreements/?phase=running&direction=gr_gr", group),
        Page("agreement", pair.get_absolute_url(), own),
        Page("reports", "/reports/", leader),
        Page("statistics table", "/reports/solved/", leader),
        Page("file a problem", "/problems/new/", own, "POST", {
            "title": "光缆接续损耗超标 {n}", "description": "近三周接头损耗超标，本支部试过两次。", "urgency": "normal",
            "category": str(Problem.objects.filter(category__isnull=False)[0].category_id), "key": "k{n}",
            "version": "0", "file": "1",
        }),
    ]  # fmt: skip
    for n, agreement in enumerate(steppers):
        data = {"percent": "40", "text": "接头已复测 {n}"}
        path = f"/agreements/{agreement.pk}/step/report_progress/"
        found.append(Page(f"report progress#{n}", path, _cookies(_secretary(User, agreement)), "POST", data))
    return found


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
    json.dump([asdict(page) for page in make(int(sys.argv[1]))], sys.stdout)
