"""GET /healthz: for the monitoring and for `make run`; needs no log-in and says nothing about the business."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

from django.contrib.auth.decorators import login_not_required
from django.db import DatabaseError, connection
from django.http import HttpRequest, JsonResponse
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe
from kombu.exceptions import OperationalError

from accounts.models import Heartbeat
from config import heartbeat
from config.celery import app

PATIENCE = 1.0  # seconds for all checks together
SILENCE = {"worker": timedelta(seconds=100), "beat": timedelta(seconds=150)}  # three stamps, two ticks missed
OK = "ok"
_pool = ThreadPoolExecutor(max_workers=4, thread_name_prefix="healthz")


def database() -> dict[str, str]:
    """Words for the database and, as they are read from it, for beat, all workers together and each by its name."""
    try:
        beat, workers = Heartbeat.objects.filter(name="beat").first(), heartbeat.workers()
    except DatabaseError as error:
        unknown = "unknown, because the database does not answer"
        return {"database": f"does not answer: {error}".strip(), "worker": unknown, "beat": unknown}
    finally:
        connection.close()  # this thread's own
    latest = max(workers.values(), default=None)
    words = {"database": OK, "worker": _heard(latest, SILENCE["worker"])}
    words |= {"beat": _heard(beat and beat.at, SILENCE["beat"])}
    return words | {f"{heartbeat.WORKER}{name}": _heard(at, SILENCE["worker"]) for name, at in workers.items()}


def _heard(at, silence: timedelta) -> str:
    if at is None:
        return "has not reported yet"
    if timezone.now() - at > silence:
        return f"has not reported since {timezone.localtime(at):%Y-%m-%d %H:%M:%S}"
    return OK


def broker() -> dict[str, str]:
    """Words for Redis."""
    try:
        with app.connection_for_write(transport_options={"socket_timeout": PATIENCE}) as link:
            link.connect()
    except (OperationalError, OSError, *link.connection_errors) as error:
        return {"broker": f"does not answer: {error}"}
    return {"broker": OK}


def examine(checks: tuple[Callable[[], dict[str, str]], ...] = (database, broker)) -> dict[str, str]:
    """Part, and "worker NAME" for each worker -> "ok" or what is wrong with it, within PATIENCE seconds."""
    futures = [(check, _pool.submit(check)) for check in checks]
    words: dict[str, str] = {}
    deadline = timezone.now().timestamp() + PATIENCE
    for check, future in futures:
        try:
            words |= future.result(max(0.0, deadline - timezone.now().timestamp()))
        except TimeoutError:
            words[check.__name__] = f"does not answer within {PATIENCE:.0f} s"
    return words


@never_cache
@login_not_required
@require_safe
def healthz(request: HttpRequest) -> JsonResponse:
    """200 when everything is well, else 503.

    JSON {"status": …, "parts": {part: "ok" or what is wrong}, "workers": {name: the same}}. One worker of several that
    is silent does not make the whole ill: the others do its work.
    """
    parts = examine()
    workers = {name: parts.pop(name) for name in list(parts) if name.startswith(heartbeat.WORKER)}
    workers = {name.removeprefix(heartbeat.WORKER): word for name, word in workers.items()}
    well = all(word == OK for word in parts.values())
    answer = {"status": OK if well else "failing", "parts": parts, "workers": workers}
    return JsonResponse(answer, status=200 if well else 503)
