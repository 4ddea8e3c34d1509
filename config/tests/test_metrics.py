"""/metrics: for a monitoring with the token, in Prometheus' own format, without a word of business."""

from datetime import timedelta

import pytest
from django.urls import reverse
from django.utils import timezone
from prometheus_client.openmetrics.parser import text_string_to_metric_families as parse_open
from prometheus_client.parser import text_string_to_metric_families as parse

from accounts.models import JobRun
from accounts.tests.people import create_personas
from config import health, heartbeat
from pairing.models import Channel, Notice

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture(autouse=True)
def _patient(monkeypatch):
    """On a busy machine a living Redis may need longer than the monitoring would wait."""
    monkeypatch.setattr(health, "PATIENCE", 20.0)


@pytest.fixture
def token(settings):
    settings.METRICS_TOKEN = "of-the-monitoring"
    return {"Authorization": "Bearer of-the-monitoring"}


def values(families) -> dict[tuple, float]:
    return {(s.name, *sorted(s.labels.values())): s.value for family in families for s in family.samples}


def test_there_is_none_without_a_token(client, settings):
    settings.METRICS_TOKEN = ""
    assert client.get(reverse("metrics")).status_code == 404


def test_it_is_closed_to_everybody_else(client, token):
    assert client.get(reverse("metrics")).status_code == 401
    assert client.get(reverse("metrics"), headers={"Authorization": "Bearer of"}).status_code == 401
    assert client.get(reverse("metrics"), headers={"Authorization": "Basic of-the-monitoring"}).status_code == 401
    assert client.post(reverse("metrics"), headers=token).status_code == 405


def test_the_numbers_of_now(client, token):
    people = create_personas()
    now = timezone.now()
    JobRun.objects.create(
        name="backup", started_at=now - timedelta(seconds=90), ended_at=now - timedelta(seconds=60), outcome="done",
        details={"size": 1234},
    )  # fmt: skip
    JobRun.objects.create(name="supervision", started_at=now, ended_at=now, outcome="failed")
    Channel.objects.create(kind="email", name='邮件 "一"', down_since=now)
    heartbeat.stamp_worker("celery@one")
    for n in range(3):
        Notice.objects.create(
            person=people.filer.person, object_type="problem", object_id=n, step="waiting_group", occasion="x"
        )
    answer = client.get(reverse("metrics"), headers=token)
    assert answer.status_code == 200
    found = values(parse(answer.content.decode()))
    assert found["jiedui_part_up", "database"] == 1
    assert found["jiedui_part_up", "worker"] == 1
    assert found["jiedui_part_up", "beat"] == 0
    assert found["jiedui_job_success_duration_seconds", "backup"] == 30
    assert found["jiedui_job_failed", "supervision"] == 1
    assert 59 < found[("jiedui_backup_age_seconds",)] < 90
    assert found[("jiedui_backup_size_bytes",)] == 1234
    assert found["jiedui_channel_up", "email", '邮件 "一"'] == 0
    assert found["jiedui_unsent_notices", "new"] == 3
    assert found["jiedui_unsent_messages", "new"] == 1
    assert found["jiedui_queue_tasks", "bulk"] >= 0
    assert found[("jiedui_disk_free_bytes",)] > 0


def test_the_newer_format_where_it_is_asked_for(client, token):
    accept = token | {"Accept": "application/openmetrics-text; version=1.0.0"}
    answer = client.get(reverse("metrics"), headers=accept)
    assert answer.headers["Content-Type"].startswith("application/openmetrics-text")
    assert values(parse_open(answer.content.decode()))["jiedui_part_up", "database"] == 1


def test_few_queries(client, token, django_assert_max_num_queries):
    client.get(reverse("metrics"), headers=token)
    with django_assert_max_num_queries(9):
        client.get(reverse("metrics"), headers=token)
