"""GET /metrics for Prometheus: the numbers of the operations page, read at every scrape.

No business figures: who may read it is a monitoring, not a person in a seat. Requests and their times are not counted
here, where every web process would know only its own: the reverse proxy counts them.
"""

from collections.abc import Iterable, Iterator

from django.conf import settings
from django.contrib.auth.decorators import login_not_required
from django.db import DatabaseError
from django.http import Http404, HttpRequest, HttpResponse
from django.utils.crypto import constant_time_compare
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe
from prometheus_client import CollectorRegistry
from prometheus_client.core import GaugeMetricFamily, Metric
from prometheus_client.exposition import choose_encoder
from prometheus_client.registry import Collector

from accounts.models import JobRun
from config import health
from config.operations.situation import Situation, read
from pairing.notices.unsent import Cause


@never_cache
@login_not_required
@require_safe
def metrics(request: HttpRequest) -> HttpResponse:
    """404 without METRICS_TOKEN, 401 without `Authorization: Bearer` and that token."""
    if not settings.METRICS_TOKEN:
        raise Http404
    scheme, _blank, token = request.headers.get("Authorization", "").partition(" ")
    if scheme.lower() != "bearer" or not constant_time_compare(token.strip(), settings.METRICS_TOKEN):
        return HttpResponse(status=401, headers={"WWW-Authenticate": 'Bearer realm="metrics"'})
    registry = CollectorRegistry(auto_describe=False)
    registry.register(SituationCollector())
    encode, content_type = choose_encoder(request.headers.get("Accept", ""))
    return HttpResponse(encode(registry), content_type=content_type)


class SituationCollector(Collector):
    """Reads the Situation when it is asked; without a database only what is known without one."""

    def describe(self) -> Iterable[Metric]:
        """Nothing is known before it is read."""
        return []

    def collect(self) -> Iterator[Metric]:
        """All metrics, each with its help."""
        try:
            now = read()
        except DatabaseError:
            yield _family("part_up", "1 where a part works, by name", ["part"], {"database": 0})
            return
        yield from _of_parts(now)
        yield from _of_messages(now)
        yield from _of_jobs(now)
        yield _family("disk_free_bytes", "Free bytes of the disk of DATA_DIR", [], {(): now.free})
        yield _family("disk_size_bytes", "Size of the disk of DATA_DIR", [], {(): now.total})
        missing = {(): len(now.missing_years)}
        yield _family("calendar_missing_years", "Years whose notice on days off is missing", [], missing)


def _family(name: str, words: str, labels: list[str], values: dict) -> GaugeMetricFamily:
    """A gauge; the keys of `values` are the label, or a tuple of them."""
    family = GaugeMetricFamily(f"jiedui_{name}", words, labels=labels)
    for key, value in values.items():
        family.add_metric(list(key) if isinstance(key, tuple) else [key], float(value))
    return family


def _of_parts(now: Situation) -> Iterator[Metric]:
    parts = {name: words == health.OK for name, words in now.parts.items()}
    yield _family("part_up", "1 where a part works, by name", ["part"], parts)
    heard = {name: at.timestamp() for name, at in now.workers.items()}
    yield _family("worker_heard_timestamp_seconds", "When each worker was last heard", ["worker"], heard)
    if now.queues is not None:
        yield _family("queue_tasks", "Tasks that wait in a queue", ["queue"], now.queues)


def _of_messages(now: Situation) -> Iterator[Metric]:
    people, notices = dict.fromkeys(Cause, 0), dict.fromkeys(Cause, 0)
    for row in now.unsent:
        people[row.cause] += row.people
        notices[row.cause] += row.notices
    yield _family("unsent_messages", "People whose message waits, by cause", ["cause"], people)
    yield _family("unsent_notices", "Notices planned and not sent, by cause", ["cause"], notices)
    attempts = {"sent": now.sent, "failed": now.failed}
    yield _family("deliveries_today", "Attempts to send a message today, by outcome", ["outcome"], attempts)
    up = {(channel.name, channel.kind): channel.down_since is None for channel in now.channels if channel.enabled}
    yield _family("channel_up", "1 where a channel in use is up", ["channel", "kind"], up)
    yield _family("people_without_address", "People in a seat without any address", [], {(): now.unreachable})


def _of_jobs(now: Situation) -> Iterator[Metric]:
    ended = {name: run.ended_at.timestamp() for name, run in now.done.items()}
    yield _family("job_success_timestamp_seconds", "End of the last successful run", ["job"], ended)
    took = {name: (run.ended_at - run.started_at).total_seconds() for name, run in now.done.items()}
    yield _family("job_success_duration_seconds", "How long the last successful run took", ["job"], took)
    failed = {name: run.outcome == JobRun.Outcome.FAILED for name, run in now.latest.items()}
    yield _family("job_failed", "1 where the last run failed", ["job"], failed)
    if backup := now.done.get("backup"):
        yield _family(
            "backup_age_seconds", "Age of the last backup", [], {(): (now.at - backup.ended_at).total_seconds()}
        )
        yield _family("backup_size_bytes", "Size of the last backup", [], {(): backup.details.get("size", 0)})
