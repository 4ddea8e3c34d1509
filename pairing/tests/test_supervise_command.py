"""`manage.py supervise`: one round as of a moment, and what each person gets."""

import json
import subprocess
import sys
from datetime import timedelta
from io import StringIO

import pytest
from django.apps import apps
from django.conf import settings
from django.core.management import CommandError, call_command
from django.utils import timezone

from accounts.tests.people import create_personas
from pairing.deadlines import day_of, next_working_day
from pairing.models import Agreement, Delivery, Notice, working_days
from pairing.tests import world
from pairing.tests.mail_servers import free_port

pytestmark = pytest.mark.django_db


@pytest.fixture
def people(settings):
    settings.EMAIL_BACKEND = "django.core.mail.backends.locmem.EmailBackend"
    world.know_the_years()
    personas = create_personas()
    personas.partner.person.email = "partner@example.test"
    personas.partner.person.save()
    return personas


@pytest.fixture
def agreement(people):
    programme = world.create_programme(people.committee)
    problem = world.create_problem(programme, people.filer)
    agreement = world.create_agreement(programme, people.filer, [people.partner_branch], [problem])
    return world.bring_to("invited", agreement)


def morning(days=1):
    """Nine o'clock, `days` from now or on the working day after, as it is typed: without a zone."""
    day = next_working_day(day_of(timezone.now()) + timedelta(days=days), working_days())
    return f"{day.isoformat()}T09:00"


def supervise(*arguments):
    out = StringIO()
    call_command("supervise", *arguments, stdout=out)
    return out.getvalue()


def rows():
    return {model._meta.label: model._base_manager.count() for model in apps.get_models() if model._meta.managed}


def test_a_dry_run_says_what_would_go_out_and_writes_nothing(agreement, people, mailoutbox):
    before = rows()
    text = supervise("--at", morning(), "--dry-run")
    assert text.endswith("would send 1 message to 1 person\n")
    assert "将向 1 人发送 1 条消息" in text
    assert rows() == before
    assert mailoutbox == []


def test_the_round_names_person_object_step_level_channel_and_reason(agreement, people, mailoutbox):
    foreseen = json.loads(supervise("--at", morning(), "--dry-run", "--json"))
    assert foreseen == [
        {
            "person": "partner", "object": agreement.number, "step": "waiting_branches", "level": "",
            "channel": "email", "reason": "轮到您办理",
        }
    ]  # fmt: skip
    assert json.loads(supervise("--at", morning(), "--json")) == foreseen
    assert len(mailoutbox) == 1


def test_sent_not_sent_and_not(agreement, people, mailoutbox):
    """Four rounds: the clock moves on twice; what was told once is not told again."""
    said = []
    for at in (morning(1), morning(1), morning(9), morning(9)):
        said.append(json.loads(supervise("--at", at, "--json")))
    assert [bool(round_) for round_ in said] == [True, False, True, False]
    assert {row["step"] for row in said[2]} == {"silent_invited"}
    assert len(mailoutbox) == 1  # the group has no addresses: the inbox is the record
    assert {row["channel"] for row in said[2]} == {"inbox"}


def test_for_people_the_matter_is_named_not_only_numbered(agreement, people, mailoutbox):
    assert agreement.aim in supervise("--at", morning(), "--dry-run")


def test_at_night_it_is_planned_and_waits(agreement, people, mailoutbox):
    assert json.loads(supervise("--at", morning().replace("T09", "T20"), "--json")) == []
    assert Notice.objects.unsent().count() == 1
    assert json.loads(supervise("--at", morning(2), "--json"))[0]["person"] == "partner"


def test_a_moment_that_is_none_is_refused_in_a_sentence(db):
    with pytest.raises(CommandError, match=r"^请按 2026-10-09T09:00 的格式填写时间。$"):
        supervise("--at", "tomorrow")
    words = [sys.executable, "manage.py", "supervise", "--at", "tomorrow"]
    said = subprocess.run(words, cwd=settings.BASE_DIR, capture_output=True, text=True)
    assert said.returncode == 1
    assert said.stderr.startswith("CommandError: ")
    assert "Traceback" not in said.stderr


@pytest.mark.parametrize(
    "at",
    [
        "",
        " ",
        "2026-13-01T09:00",
        "0001-01-01T00:00",
        "0001-01-01T00:00+14:00",
        "9999-12-31T23:59",
        "1989-12-31T23:59",
    ],
)
def test_an_empty_moment_or_one_out_of_reach_is_no_round(db, at):
    before = rows()
    with pytest.raises(CommandError, match=r"^请[^ ]+.*。$"):
        supervise("--at", at)
    assert rows() == before


def test_without_a_programme_there_is_nothing_to_say(db):
    assert json.loads(supervise("--at", "2026-11-27T09:00+08:00", "--json")) == []
    assert supervise("--at", "2026-11-27T01:00Z").endswith("sent 0 messages to 0 people\n")


def test_a_moment_before_what_went_out_sends_nothing_twice(agreement, people, mailoutbox):
    later, earlier = morning(3), morning(1)
    assert json.loads(supervise("--at", later, "--json"))
    before = Notice.objects.count()
    assert [json.loads(supervise("--at", at, "--json")) for at in (earlier, later)] == [[], []]
    assert Notice.objects.count() == before
    assert len(mailoutbox) == 1


def test_who_reads_in_the_inbox_only_is_not_counted_as_sent_to(agreement, people, mailoutbox):
    supervise("--at", morning(1))
    text = supervise("--at", morning(9), "--dry-run")
    readers = Notice.objects.filter(step="silent_invited").values("person").distinct()
    assert text.endswith("would send 0 messages to 0 people\n")
    text = supervise("--at", morning(9))
    assert readers.count() > 0
    assert f"{readers.count()} 人没有可用的通道" in text
    assert text.endswith("sent 0 messages to 0 people\n")
    assert len(mailoutbox) == 1


def test_without_a_mail_server_nothing_counts_as_sent(agreement, people, settings):
    settings.EMAIL_BACKEND = "django.core.mail.backends.console.EmailBackend"
    assert supervise("--at", morning(), "--dry-run").endswith("would send 0 messages to 0 people\n")
    text = supervise("--at", morning())
    assert "(partner) · inbox" in text
    assert "1 人没有可用的通道" in text
    assert text.endswith("sent 0 messages to 0 people\n")
    assert not Delivery.objects.exists()
    assert not Notice.objects.unsent().exists()


def test_the_channel_that_took_the_message_is_named(agreement, people, settings):
    """Foreseen was e-mail; its server is gone, so nothing is said to have been sent."""
    settings.EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
    settings.EMAIL_HOST, settings.EMAIL_PORT = "127.0.0.1", free_port()
    text = supervise("--at", morning())
    assert "partner" not in text
    assert text.endswith("sent 0 messages to 0 people\n")
    assert Notice.objects.unsent().count() == 1


def test_levels_are_said_in_words(people):
    programme = world.create_programme(people.committee)
    problem = world.create_problem(programme, people.filer)
    agreement = world.create_agreement(programme, people.filer, [people.partner_branch], [problem])
    world.bring_to("active", agreement, reviewer=people.reviewer)
    late = day_of(timezone.now()) - timedelta(days=3)
    Agreement.objects.update(due_on=late, original_due_on=late)
    text = supervise("--at", morning(), "--dry-run")
    assert "    逾期" in text
    assert " red " not in text


def test_a_round_as_of_a_day_ahead_ends_what_has_lapsed_by_then(agreement, people, mailoutbox):
    supervise("--at", morning(25), "--dry-run")
    agreement.refresh_from_db()
    assert agreement.state == "invited"
    rows = json.loads(supervise("--at", morning(25), "--json"))
    agreement.refresh_from_db()
    assert agreement.state == "lapsed"
    assert {row["person"] for row in rows if row["step"] == "news_lapse"} == {"filer", "partner"}
    assert json.loads(supervise("--at", morning(25), "--json")) == []
