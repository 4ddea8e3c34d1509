"""The operations page: what is wrong stands on top with what to do; nothing of the business, and it never waits."""

import time
from datetime import timedelta

import pytest
from django.urls import reverse
from django.utils import timezone

from accounts.models import Heartbeat, JobRun
from accounts.tests.people import create_personas, create_user
from config import heartbeat, tasks
from config.celery import app
from config.operations import checks, situation
from config.operations.situation import queues, read
from pairing import notices
from pairing.models import Channel, Digest, Notice
from pairing.notices.unsent import Cause, unsent
from pairing.tests import world

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def people():
    found = create_personas()
    world.create_programme(found.committee)
    return found


@pytest.fixture
def morning(monkeypatch):
    """A working day inside the message hours."""
    now = timezone.localtime().replace(2026, 11, 25, 10, 0, 0, 0)
    monkeypatch.setattr(timezone, "now", lambda: now)
    return now


def open_page(client, seat):
    client.force_login(seat.person)
    page = client.get(reverse("operations"))
    assert page.status_code == 200
    return page


def wrong(page) -> dict[str, tuple[str, str]]:
    return {check.name: (check.level, check.words) for check in page.context["wrong"]}


def notice(person, at, **fields):
    return Notice.objects.create(
        person=person,
        object_type="problem",
        object_id=1,
        step="waiting_group",
        occasion=str(at),
        planned_at=at,
        **fields,
    )


def test_a_silent_system_is_told_what_to_do(client, people):
    found = wrong(open_page(client, people.sysadmin))
    assert found["后台服务"] == ("red", "请启动后台服务。此前提醒等待发送，不会丢失。")
    assert found["定时服务"][0] == "red"
    assert found["每夜备份"][0] == "amber"
    heartbeat.stamp_worker("celery@one")
    heartbeat.stamp("beat")
    Heartbeat.objects.create(name="worker celery@two", at=timezone.now() - timedelta(hours=1))
    found = wrong(open_page(client, people.sysadmin))
    assert "定时服务" not in found
    assert "celery@two" in found["后台服务"][1]


def test_the_last_run_of_each_job_in_words(client, people):
    at = timezone.now() - timedelta(minutes=5)
    for minutes, outcome, words in ((10, "done", ""), (5, "failed", "CareError: 磁盘已满")):
        started = timezone.now() - timedelta(minutes=minutes)
        JobRun.objects.create(
            name="backup", started_at=started, ended_at=started + timedelta(seconds=75), outcome=outcome, words=words
        )
    JobRun.objects.create(name="supervision", started_at=at, ended_at=at, outcome="done", details={"planned": 37})
    page = open_page(client, people.sysadmin)
    jobs = {job["name"]: (job["level"], job["took"], job["result"]) for job in page.context["jobs"]}
    assert jobs["每夜备份"] == ("red", "1 分 15 秒", "磁盘已满")
    assert jobs["督办检查"] == ("green", "0.0 秒", "计划提醒 37")
    assert "磁盘已满" in wrong(page)["每夜备份"][1]


def test_an_old_backup_is_red_and_a_fresh_one_green(client, people):
    run = JobRun.objects.create(
        name="backup", started_at=timezone.now(), ended_at=timezone.now(), outcome="done", words="b.zip，1.3 GB"
    )
    page = open_page(client, people.sysadmin)
    assert "每夜备份" not in wrong(page)
    assert "b.zip，1.3 GB" in page.content.decode()
    JobRun.objects.filter(pk=run.pk).update(ended_at=timezone.now() - timedelta(days=3))
    assert wrong(open_page(client, people.sysadmin))["每夜备份"][0] == "red"


def test_unsent_messages_by_cause(people, morning):
    today, tomorrow = morning.date(), morning.replace(hour=0) + timedelta(days=1)
    makes = {
        Cause.NEW: None,
        Cause.NEXT_DAY: {"sent_at": morning},
        Cause.SENDING: {"claimed_at": morning},
        Cause.CEILING: {"next_try_at": tomorrow},
        Cause.QUIET: {"next_try_at": morning + timedelta(hours=2)},
        Cause.FAILED: {"error": "地址不存在", "next_try_at": morning + timedelta(minutes=5)},
    }
    for fields in makes.values():
        person = create_user()
        notice(person, morning - timedelta(hours=1))
        if fields is not None:
            Digest.objects.create(person=person, day=today, **fields)
    found = {row.cause: row for row in unsent(morning)}
    assert found.keys() == set(makes)
    assert all(row.people == 1 for row in found.values())
    now = read()
    well = {row.cause for row in now.unsent if checks.cause_is_well(row, now)}
    assert well == {Cause.NEXT_DAY, Cause.SENDING, Cause.QUIET}
    assert all(checks.remedy(row, now) for row in now.unsent)
    assert "地址不存在。会自动重试" in checks.remedy(found[Cause.FAILED], now)


def test_a_channel_that_is_down_and_people_without_an_address(client, people):
    Channel.objects.create(kind="email", name="邮件", down_since=timezone.now(), last_error="拒绝登录")
    found = wrong(open_page(client, people.sysadmin))
    assert found["邮件"][0] == "red"
    assert "拒绝登录" in found["邮件"][1]
    assert found["联系地址"][0] == "amber"
    Channel.objects.create(kind="wecom_app", name="企业微信", everybody=True)
    assert "联系地址" not in wrong(open_page(client, people.sysadmin))


def test_a_missing_mail_server_is_said(client, people, settings):
    settings.EMAIL_BACKEND = "django.core.mail.backends.console.EmailBackend"
    level, words = wrong(open_page(client, people.sysadmin))["电子邮件"]
    assert level == "amber"
    assert "EMAIL_URL" in words


def test_a_full_disk_is_said(client, people, monkeypatch):
    usage = situation.shutil.disk_usage("/")
    monkeypatch.setattr(situation.shutil, "disk_usage", lambda folder: usage._replace(free=usage.total // 50))
    assert wrong(open_page(client, people.sysadmin))["磁盘"][0] == "red"


def test_queues_are_counted_with_all_priorities():
    before = queues()
    assert before.keys() == {"interactive", "bulk"}
    app.send_task("config.tasks.no_such_task", expires=30)
    app.send_task("config.tasks.no_such_task", expires=30, priority=3)
    try:
        assert queues()["bulk"] == before["bulk"] + 2
    finally:
        app.control.purge()


def test_without_redis_the_page_comes_at_once_and_says_so(client, people, monkeypatch):
    monkeypatch.setenv("CELERY_BROKER_URL", "redis://127.0.0.1:1/0")  # a set app.conf would stay set
    begun = time.monotonic()
    page = open_page(client, people.sysadmin)
    assert time.monotonic() - begun < 5
    assert wrong(page)["消息队列"][0] == "red"
    assert page.context["now"].queues is None
    assert "Redis 没有应答" in page.content.decode()


def test_the_dry_run_counts_and_names_nothing(client, people):
    programme = notices and world.create_programme(people.committee)
    problem = world.create_problem(programme, people.filer, "绝密的标题")
    agreement = world.create_agreement(programme, people.filer, [people.partner_branch], [problem])
    world.bring_to("submitted", agreement, reviewer=people.reviewer)
    client.force_login(people.sysadmin.person)
    before = Notice.objects.count()
    page = client.post(reverse("operations_dry_run"))
    assert page.status_code == 200
    assert page.context["n"] >= 1
    assert page.context["n"] == sum(row["sum"] for row in page.context["rows"])
    assert page.context["people"] >= 1
    assert "绝密" not in page.content.decode()
    assert Notice.objects.count() == before


def test_a_dry_run_that_takes_too_long_is_given_up(client, people, monkeypatch):
    monkeypatch.setattr("config.operations.views.PATIENCE", 0.001)
    client.force_login(people.sysadmin.person)
    page = client.post(reverse("operations_dry_run"))
    assert "manage.py supervise --dry-run" in page.content.decode()


def test_others_are_refused(client, people):
    for seat in (people.secadmin, people.auditor, people.filer, people.leader):
        client.force_login(seat.person)
        assert client.get(reverse("operations")).status_code == 403
        assert client.post(reverse("operations_dry_run")).status_code == 403


def test_few_queries(client, people, django_assert_max_num_queries):
    open_page(client, people.sysadmin)
    for n in range(30):
        JobRun.objects.create(name=f"job {n % 5}", started_at=timezone.now(), outcome="done", ended_at=timezone.now())
        notice(create_user(), timezone.now())
    with django_assert_max_num_queries(12):
        client.get(reverse("operations"))


def test_a_failed_backup_is_told_to_the_administrators_once_a_day(people, settings, tmp_path):
    settings.BACKUP_DIR = tmp_path / "file" / "backups"
    settings.BACKUP_DIR.parent.write_text("in the way")
    for _time in range(2):
        with pytest.raises(Exception, match="备份目录"):
            tasks.back_up()
        JobRun.objects.update(started_at=timezone.now() - timedelta(hours=2))
    told = Notice.objects.get(step="system_backup")
    assert told.person == people.sysadmin.person
    words = notices.wording(told)
    assert words.title == "备份未能完成"
    assert "备份目录" in words.text
    assert words.url == reverse("operations")
