"""Versions of the rules: read by all, drafted by the group, tried out, published by the lead, never changed after."""

import json
from datetime import date, timedelta
from io import StringIO

import pytest
from django.core.management import call_command
from django.urls import reverse
from django.utils import timezone

from accounts.models import Event, Role, Seat
from accounts.tests.people import create_personas, create_seat, create_user
from pairing.deadlines import add_working_days, next_working_day
from pairing.models import Agreement, RuleVersion, working_days
from pairing.parameters import GROUPS, PARAMETERS, value_words
from pairing.rule_trial import touch_of
from pairing.services.rule_versions import begin_rules, digest_of, edit_rules, publish_rules, version_before
from pairing.tests import world
from pairing.workflow.engine import NotNow, perform

pytestmark = pytest.mark.pages


@pytest.fixture
def people(db):
    return create_personas()


@pytest.fixture
def lead(people):
    return create_seat(Role.LEAD, people.committee, person=create_user("lead"))


@pytest.fixture
def programme(people):
    return world.create_programme(people.committee, term_months=6)


@pytest.fixture
def draft(programme, people):
    return begin_rules(programme, seat=people.reviewer)


def log_in(client, seat):
    client.force_login(seat.person)
    return client


def running(programme, people, title="焊接缺陷率偏高"):
    problem = world.create_problem(programme, people.filer, title)
    agreement = world.create_agreement(programme, people.filer, [people.partner_branch], [problem])
    return world.bring_to("active", agreement, reviewer=people.reviewer)


def typed(draft, **changes):
    """What the form of the draft posts, with changes."""
    data = {"base": digest_of(draft)}
    for name in ("title", "text", "reason", "meeting", "suggestion"):
        data[name] = getattr(draft, name)
    data["starts_on"] = f"{draft.starts_on:%Y-%m-%d}"
    for name in PARAMETERS:
        value = getattr(draft, name)
        if isinstance(value, bool):
            value = "1" if value else "0"
        elif isinstance(value, list) and name != "grounds":
            value = ", ".join(map(str, value))
        data[name] = value
    return data | changes


def at(name, version):
    return reverse(f"pairing:{name}", args=[version.pk])


def test_every_parameter_of_the_table_is_in_words_and_in_the_form():
    words = {"programme", "title", "text", "starts_on", "published_on", "reason", "meeting", "suggestion", "id"}
    assert set(PARAMETERS) == {field.name for field in RuleVersion._meta.fields} - words
    version = RuleVersion()
    for group in GROUPS:
        for parameter in group.parameters:
            assert value_words(parameter, getattr(version, parameter.name))
    assert value_words(PARAMETERS["remind_before"], [7, 0]) == "到期前 7 天和当天"
    assert value_words(PARAMETERS["remind_after"], [3, 1]) == "到期后第 1、3 天，此后每周"
    assert value_words(PARAMETERS["remind_before"], []) == "无"
    assert value_words(PARAMETERS["review"], 5) == "5 个工作日"


def test_the_list_shows_what_is_in_force_and_opens_the_pairs(client, people, programme):
    agreement = running(programme, people)
    version = programme.rule_versions.get()
    html = log_in(client, people.filer).get(reverse("pairing:rule_list")).content.decode()
    assert "现行" in html
    assert f'href="{reverse("pairing:agreement_list")}?rules={version.pk}"' in html
    assert "拟新版规定" not in html
    listed = client.get(reverse("pairing:agreement_list"), {"rules": version.pk}).content.decode()
    assert agreement.number in listed
    other = world.create_rules(programme, date(2020, 2, 1), title="后来的规定")
    empty = client.get(reverse("pairing:agreement_list"), {"rules": other.pk}).content.decode()
    assert agreement.number not in empty


def test_a_draft_is_a_copy_that_branches_do_not_see(client, people, programme):
    log_in(client, people.reviewer)
    response = client.post(reverse("pairing:rule_begin"), {"programme": programme.pk})
    draft = RuleVersion.objects.get(published_on=None)
    assert response["Location"] == at("rule_edit", draft)
    assert (draft.term_months, draft.starts_on.day) == (6, 1)
    assert draft.starts_on > timezone.localdate()
    assert Event.objects.get(action="begin_rules").object_id == draft.pk
    assert client.get(at("rule_version", draft)).status_code == 200
    assert programme.rules_on(draft.starts_on).pk != draft.pk
    log_in(client, people.filer)
    assert client.get(at("rule_version", draft)).status_code == 404
    assert draft.title not in client.get(reverse("pairing:rule_list")).content.decode()
    for name in ("rule_edit", "rule_trial", "rule_publish"):
        assert client.get(at(name, draft)).status_code == 404
    assert client.post(reverse("pairing:rule_begin"), {"programme": programme.pk}).status_code == 404
    log_in(client, people.supervisor)
    assert client.post(reverse("pairing:rule_begin"), {"programme": programme.pk}).status_code == 403


def test_parameters_are_changed_and_the_page_says_what_changed(client, people, draft):
    log_in(client, people.reviewer)
    changed = typed(draft, term_months="３", remind_before="10、5, 0", review_before_signing="0", reason="周期缩短")
    assert client.post(at("rule_edit", draft), changed)["Location"] == at("rule_version", draft)
    draft.refresh_from_db()
    assert (draft.term_months, draft.remind_before, draft.review_before_signing) == (3, [10, 5, 0], False)
    assert Event.objects.get(action="edit_rules").details["changed"]["term_months"] == [6, 3]
    html = client.get(at("rule_version", draft)).content.decode()
    assert "6 个月" in html
    assert "到期前 10、5 天和当天" in html
    client.post(at("rule_edit", draft), typed(draft))
    assert Event.objects.filter(action="edit_rules").count() == 1  # saved as it is: nothing to record


@pytest.mark.parametrize(
    ("name", "value", "sentence"),
    [
        ("term_months", "0", "1 至 24 之间"),
        ("term_months", "三", "整数"),
        ("remind_before", "14, 七", "“七”不是天数"),
        ("remind_before", "90", "90 不在 0 至 60 天之内"),
        ("remind_after", "1,2,3,4,5,6,7,8,9", "最多 8 次"),
        ("invitation_notice", "10", "小于 10 个工作日"),
        ("lapse_warning", "10", "小于 10 个工作日"),
        ("starts_on", "2026-2-30", "不是"),
        ("title", "", "请填写"),
    ],
)
def test_what_is_wrong_is_said_beside_the_field_and_stays(client, people, draft, name, value, sentence):
    log_in(client, people.reviewer)
    html = client.post(at("rule_edit", draft), typed(draft, **{name: value})).content.decode()
    assert f'id="id_{name}_error"' in html
    assert sentence in html
    assert value in html
    assert not Event.objects.filter(action="edit_rules").exists()


def test_a_start_that_is_taken_is_refused(client, people, programme, draft):
    log_in(client, people.reviewer)
    taken = f"{programme.rule_versions.get(published_on__isnull=False).starts_on:%Y-%m-%d}"
    html = client.post(at("rule_edit", draft), typed(draft, starts_on=taken)).content.decode()
    assert 'id="id_starts_on_error"' in html


def test_a_stale_save_shows_both_and_loses_nothing(client, people, lead, draft):
    old = typed(draft, term_months="4")
    edit_rules(draft, base=digest_of(draft), seat=lead, term_months=2)
    log_in(client, people.reviewer)
    html = client.post(at("rule_edit", draft), old).content.decode()
    assert "其间有人保存过这份草案" in html
    assert "2 个月" in html
    assert 'value="4"' in html
    draft.refresh_from_db()
    assert draft.term_months == 2
    again = client.post(at("rule_edit", draft), typed(draft, term_months="4"))
    assert again.status_code == 302
    draft.refresh_from_db()
    assert draft.term_months == 4


def test_the_preview_counts_the_pairs_that_would_be_over(people, programme, draft):
    today = timezone.localdate()
    long, short = running(programme, people), running(programme, people, "备件型号不一")
    Agreement.objects.filter(pk=short.pk).update(term_months=2)
    start = today - timedelta(days=120)
    Agreement.objects.filter(pk=long.pk).update(
        term_months=6, signed_on=start, due_on=start + timedelta(days=190), original_due_on=start + timedelta(days=184)
    )
    draft.term_months = 3
    touch = touch_of(draft, today)
    assert (touch.running, touch.touched, touch.longer, touch.over) == (2, 1, 1, 1)
    assert [pair.pk for pair in touch.pairs] == [long.pk]
    # the term by the draft, and the six days that were added to the old one
    then = start.replace(day=1)
    assert touch.pairs[0].then_due - timedelta(days=6) > then
    draft.term_months = 6
    assert (touch_of(draft, today).touched, touch_of(draft, today).over) == (0, 0)


def test_the_dry_run_is_what_the_command_prints(client, people, programme, draft):
    agreement = running(programme, people)
    today = timezone.localdate()
    Agreement.objects.filter(pk=agreement.pk).update(due_on=today + timedelta(days=8))
    edit_rules(draft, base=digest_of(draft), seat=people.reviewer, remind_before=[8, 7, 4, 3, 2, 1, 0])
    log_in(client, people.reviewer)
    client.post(at("rule_trial", draft), {"days": "10"})
    figures = Event.objects.get(action="try_rules").details["figures"]
    first = next_working_day(today, working_days())
    last = add_working_days(first, 9, working_days())
    assert (figures["first"], figures["last"]) == (f"{first}", f"{last}")
    for side, rules in (("present", ()), ("draft", ("--rules", str(draft.pk)))):
        out = StringIO()
        call_command("simulate_supervision", "--from", f"{first}", "--to", f"{last}", "--json", *rules, stdout=out)
        told = [message for message in json.loads(out.getvalue()) if message["items"][0]["step"] != "calendar_missing"]
        assert figures[side]["messages"] == len(told)
        assert figures[side]["people"] == len({message["person"] for message in told})
        by_day = {day: n for day, n, _items in figures[side]["by_day"]}
        assert by_day == {day: sum(m["day"] == day for m in told) for day in by_day}
    assert figures["draft"]["messages"] > figures["present"]["messages"] > 0
    html = client.get(at("rule_trial", draft)).content.decode()
    assert f"按草案将向 {figures['draft']['people']} 人发出 {figures['draft']['messages']} 条消息" in html
    assert html.count('class="run-draft"') == 10


def test_only_a_draft_tried_out_since_its_last_change_is_published_by_the_lead(client, people, lead, draft):
    edit_rules(draft, base=digest_of(draft), seat=lead, text="一、周期不超过3个月。", reason="缩短周期", term_months=3)
    draft.refresh_from_db()
    log_in(client, people.reviewer)
    assert client.get(at("rule_publish", draft)).status_code == 403
    assert client.post(at("rule_publish", draft), {"digest": digest_of(draft)}).status_code == 403
    log_in(client, lead)
    assert "请先试算本草案" in client.get(at("rule_publish", draft)).content.decode()
    client.post(at("rule_trial", draft), {"days": "5"})
    edit_rules(draft, base=digest_of(draft), seat=lead, review=4)
    draft.refresh_from_db()
    html = client.post(at("rule_publish", draft), {"digest": digest_of(draft)}).content.decode()
    assert "试算之后草案又有修改" in html
    client.post(at("rule_trial", draft), {"days": "5"})
    page = client.get(at("rule_publish", draft)).content.decode()
    assert "一、周期不超过3个月。" in page
    assert client.get(at("rule_publish", draft)).status_code == 200
    draft.refresh_from_db()
    assert draft.published_on is None  # nothing happens on GET
    assert client.post(at("rule_publish", draft), {"digest": "other"}).status_code == 200
    assert client.post(at("rule_publish", draft), {"digest": digest_of(draft)}).status_code == 302
    draft.refresh_from_db()
    assert draft.published_on == timezone.localdate()
    event = Event.objects.get(action="publish_rules")
    assert (event.person, event.object_id) == (lead.person, draft.pk)
    client.post(at("rule_publish", draft), {"digest": digest_of(draft)})
    assert Event.objects.filter(action="publish_rules").count() == 1  # a second press does nothing
    assert client.post(at("rule_edit", draft), typed(draft, term_months="9")).status_code == 302
    draft.refresh_from_db()
    assert draft.term_months == 3
    log_in(client, people.filer)
    assert client.get(at("rule_version", draft)).status_code == 200


def test_parameters_changed_with_the_text_left_as_it_was_are_pointed_out_and_stop_nobody(client, lead, draft):
    RuleVersion.objects.update(text="一、周期不超过6个月。")
    draft.refresh_from_db()
    pages, asked = ("rule_edit", "rule_trial", "rule_publish"), "正文仍与上一版本"
    log_in(client, lead)
    assert [asked in client.get(at(page, draft)).content.decode() for page in pages] == [False] * 3
    edit_rules(draft, base=digest_of(draft), seat=lead, reason="缩短周期", term_months=3)
    assert [asked in client.get(at(page, draft)).content.decode() for page in pages] == [True] * 3
    draft.refresh_from_db()
    edit_rules(draft, base=digest_of(draft), seat=lead, text="一、周期不超过3个月。")
    assert [asked in client.get(at(page, draft)).content.decode() for page in pages] == [False] * 3
    draft.refresh_from_db()
    edit_rules(draft, base=digest_of(draft), seat=lead, text=version_before(draft).text)
    client.post(at("rule_trial", draft), {"days": "5"})
    draft.refresh_from_db()
    client.post(at("rule_publish", draft), {"digest": digest_of(draft)})
    draft.refresh_from_db()
    assert draft.published_on == timezone.localdate()


def test_agreements_already_submitted_keep_their_version(people, lead, programme, draft):
    agreement = running(programme, people)
    old = agreement.rule_version
    problem = world.create_problem(programme, people.filer, "备件型号不一")
    written = world.create_agreement(programme, people.filer, [people.partner_branch], [problem])
    world.bring_to("drafting", written, reviewer=people.reviewer)
    today = timezone.localdate()
    RuleVersion.objects.filter(pk=draft.pk).update(published_on=today, starts_on=today)
    assert Agreement.objects.get(pk=agreement.pk).rules(today) == old
    written = Agreement.objects.get(pk=written.pk)
    world.bring_to("submitted", written, reviewer=people.reviewer)
    assert Agreement.objects.get(pk=written.pk).rule_version_id == draft.pk


def test_a_draft_without_text_or_with_a_start_in_the_past_is_not_published(people, lead, draft):
    yesterday = timezone.localdate() - timedelta(days=1)
    edit_rules(draft, base=digest_of(draft), seat=lead, starts_on=yesterday, text="")
    draft.refresh_from_db()
    with pytest.raises(NotNow) as refusal:
        publish_rules(draft, digest=digest_of(draft), seat=lead)
    assert len(refusal.value.sentences) == 4  # no dry run, no text, no reason, begins in the past


def test_a_draft_is_discarded_and_stays_in_the_record(client, people, draft):
    log_in(client, people.filer)
    assert client.post(at("rule_discard", draft)).status_code == 404
    log_in(client, people.reviewer)
    assert client.get(at("rule_discard", draft)).status_code == 405
    assert client.post(at("rule_discard", draft)).status_code == 302
    assert not RuleVersion.objects.filter(pk=draft.pk).exists()
    assert Event.objects.get(action="discard_rules").details["term_months"] == 6
    assert client.post(at("rule_discard", draft)).status_code == 404


def test_who_was_appointed_for_one_matter_writes_no_rules(client, people, programme):
    person = create_user("helper")
    create_seat(Role.REVIEWER, people.committee, person=person, matter="agreement 1")
    client.force_login(person)
    assert client.post(reverse("pairing:rule_begin"), {"programme": programme.pk}).status_code == 403


def test_an_urge_waits_as_long_as_the_rules_say(people):
    programme = world.create_programme(people.committee, urge_every_days=5)
    agreement = running(programme, people)
    now = timezone.now()
    Agreement.objects.filter(pk=agreement.pk).update(last_event_at=now - timedelta(days=30))
    Seat.objects.filter(pk=people.supervisor.pk).update(may_backdate=True)
    people.supervisor.refresh_from_db()
    perform("urge", agreement, seat=people.supervisor, at=now - timedelta(days=4), note="请填报进展")
    with pytest.raises(NotNow, match="5"):
        perform("urge", agreement, seat=people.supervisor, note="请填报进展")


@pytest.mark.parametrize("versions", [1, 6])
def test_one_version_and_many_cost_the_same(client, people, programme, versions, django_assert_max_num_queries):
    for n in range(1, versions):
        world.create_rules(programme, date(2020, 1, 1) + timedelta(days=n), title=f"规定{n}")
    log_in(client, people.reviewer)
    client.get(reverse("pairing:rule_list"))
    with django_assert_max_num_queries(10):
        assert client.get(reverse("pairing:rule_list")).status_code == 200
