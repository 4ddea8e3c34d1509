"""The programme of this year is deterministic: the same day makes the same rows and the same bytes of files."""

from datetime import date
from hashlib import sha256

import pytest

from accounts.models import Event
from pairing.demo.world import THIS_YEAR
from pairing.models import Agreement, Attachment, FollowUp, Goal, Notice, Problem, ProgressReport
from pairing.tests.demo_worlds import played

pytestmark = [pytest.mark.django_db, pytest.mark.replay]
THE_DAY = date(2025, 3, 15)


def world():
    """What people see of it, without the numbers that the database gives."""
    rows = {
        "problems": Problem.objects.values_list("number", "title", "description", "state", "raised_on", "turn_names"),
        "agreements": Agreement.objects.values_list("number", "aim", "state", "signed_on", "due_on", "text_digest"),
        "goals": Goal.objects.values_list("text", "measure", "criterion", "date", "result"),
        "follow-ups": FollowUp.objects.values_list("planned_on", "done_on", "progress", "skip_reason"),
        "reports": ProgressReport.objects.values_list("percent", "text", "reported_at"),
        "record": Event.objects.values_list("happened_at", "action", "object_label", "note", "person_name"),
        "notices": Notice.objects.values_list("person__username", "step", "planned_at", "read_at"),
    }
    found = {name: list(queryset.order_by("pk")) for name, queryset in rows.items()}
    found["notices"].sort(key=str)  # planned in one go, whose order is that of a set
    found["files"] = [(one.name, digest_of(one)) for one in Attachment.objects.all()]
    return found


def digest_of(attachment):
    with attachment.file.open("rb") as file:
        return sha256(file.read()).hexdigest()


def test_the_same_day_makes_the_same_world(django_db_blocker):
    worlds = []
    for _ in range(2):
        with played(django_db_blocker, THE_DAY, only=THIS_YEAR):
            worlds.append(world())
    first, second = worlds
    assert first["files"]
    for name, rows in first.items():
        assert second[name] == rows, name
