"""`manage.py supervise`: one round as of a moment, and what each person gets."""

import json
from datetime import timedelta
from io import StringIO

import pytest
from django.apps import apps
from django.core.management import CommandError, call_command
from django.utils import timezone

from accounts.tests.people import create_personas
from pairing.deadlines import day_of, next_working_day
from pairing.models import Notice, working_days
from pairing.tests import world

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
    assert text.endswith("would send 1 messages to 1 people\n")
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


def test_at_night_it_is_planned_and_waits(agreement, people, mailoutbox):
    assert json.loads(supervise("--at", morning().replace("T09", "T20"), "--json")) == []
    assert Notice.objects.unsent().count() == 1
    assert json.loads(supervise("--at", morning(2), "--json"))[0]["person"] == "partner"


def test_a_moment_that_is_none_is_refused(db):
    with pytest.raises(CommandError):
        supervise("--at", "tomorrow")
