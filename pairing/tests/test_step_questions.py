"""Pages of steps: one question, a button for each answer; dates with a tap, reasons as chips, old beside new."""

import re
from datetime import timedelta

import pytest
from django.urls import reverse
from django.utils import timezone
from django.utils.html import strip_tags

from accounts.models import Event, Role
from accounts.tests.people import create_seat
from pairing.deadlines import add_months, next_working_day, previous_working_day
from pairing.models import Agreement, ProgressReport, working_days
from pairing.tests import world
from pairing.tests.scenes import create_scene, log_in, post, sentences_of
from pairing.workflow.engine import perform

pytestmark = [pytest.mark.django_db, pytest.mark.pages]


@pytest.fixture
def scene():
    return create_scene("active", problems=2)


@pytest.fixture
def lead(scene):
    return create_seat(Role.LEAD, scene.people.committee)


def address(obj, name):
    return reverse(f"pairing:{obj._meta.model_name}_step", args=[obj.pk, name])


def page_of(client, seat, obj, name, query=""):
    return log_in(client, seat).get(address(obj, name) + query)


def buttons(response):
    """The addresses that the buttons of the page post to, in order."""
    return re.findall(r'formaction="([^"]+)"', sentences_of(response))


def events(obj, name):
    return Event.objects.of(obj).filter(action=name).count()


def asked(scene, months=1, seat=None):
    agreement = scene.fresh()
    day = add_months(agreement.due_on, months)
    words = {"note": "设备未到", "progress": "完成一半"}
    perform("ask_extension", agreement, seat=seat or scene.people.filer, new_due_on=day, **words)
    return day


# Extension
def test_new_dates_are_offered_with_weekday_gain_and_cap(client, scene):
    ProgressReport.objects.create(
        agreement=scene.agreement, party=scene.agreement.initiator, percent=60, text="装了两台",
        reported_at=timezone.now(), seat=scene.people.filer,
    )  # fmt: skip
    page = page_of(client, scene.people.filer, scene.agreement, "ask_extension")
    form, due = page.context["form"], scene.fresh().due_on
    calendar = working_days()
    wanted = [next_working_day(add_months(due, n), calendar) for n in (1, 2, 3)]
    assert [later.day for later in form.later] == [
        previous_working_day(min(day, form.latest), calendar) for day in wanted
    ]
    assert all(later.gained > 15 for later in form.later)
    assert form["note"].value() == "尚有 2 项目标未完成，需要更多时间。"
    assert form["progress"].value() == "60% 装了两台"
    assert len(form["goals"].value()) == 2
    html = sentences_of(page)
    assert "第 1 次延期，由工作组批复" in html
    assert "最多延期 2 次，每次不超过 3 个月；已批准 0 次" in html
    assert "延期待批" in html
    assert "星期" in html
    assert "<svg" in html


def test_a_tapped_date_and_a_chip_are_a_request(client, scene):
    form = page_of(client, scene.people.filer, scene.agreement, "ask_extension").context["form"]
    data = {"until": "2", "goals": form["goals"].value()[:1], "why_ask_extension": ["0", "3"], "note": "详见报告"}
    for _ in range(2):
        post(client, scene.people.filer, address(scene.agreement, "ask_extension"), **data)
    request = scene.fresh().extensions.get()
    assert (request.new_due_on, request.reason) == (form.later[1].day, "设备或材料到货晚；现场停工；详见报告")
    assert "解决问题之1" in request.progress
    assert "解决问题之2" not in request.progress
    assert events(scene.agreement, "ask_extension") == 1
    assert scene.fresh().decision_pending


@pytest.mark.parametrize(
    ("typed", "field", "sentence"),
    [
        ({"until": "other"}, "new_due_on", "请填写新的到期日"),
        ({"until": "1", "new_due_on": "2100-1-1"}, "new_due_on", "只保留一个"),
        ({"until": "other", "new_due_on": "2099-1-1"}, "new_due_on", "最晚"),
        ({"until": "7"}, "until", ""),
        ({"until": "1", "goals": [], "progress": ""}, "progress", "进展"),
        ({"until": "1", "note": "", "why_ask_extension": []}, "why_ask_extension", "请说明原因"),
        ({"until": "1", "why_ask_extension": ["77"], "note": ""}, "why_ask_extension", ""),
    ],
)
def test_what_is_wrong_with_a_request_stands_beside_its_field(client, scene, typed, field, sentence):
    data = {"progress": "写了很多", "note": "设备未到"} | typed
    page = post(client, scene.people.filer, address(scene.agreement, "ask_extension"), **data)
    errors = page.context["form"].errors
    assert field in errors
    assert sentence in " ".join(errors[field])
    assert data["progress"] in sentences_of(page)
    assert not scene.agreement.extensions.exists()


def test_the_last_date_is_cut_to_what_the_rules_allow(client, scene):
    day = asked(scene, 1)
    perform("grant_extension", scene.fresh(), seat=scene.people.reviewer)
    page = page_of(client, scene.people.filer, scene.agreement, "ask_extension")
    assert scene.fresh().due_on == day
    assert page.context["form"].later[-1].day <= page.context["form"].latest
    assert "第 2 次延期，也是最后一次，由工作组组长批复" in sentences_of(page)


def test_a_third_extension_is_not_asked_for(client, scene, lead):
    for seat in (scene.people.reviewer, lead):
        asked(scene)
        perform("grant_extension", scene.fresh(), seat=seat)
    page = page_of(client, scene.people.filer, scene.agreement, "ask_extension")
    assert page.context["blocked"]
    assert buttons(page) == []
    assert f"{address(scene.agreement, 'propose_termination')}?code=rematch" in sentences_of(page)


def test_the_decision_shows_what_is_known_and_two_buttons(client, scene):
    day = asked(scene)
    page = page_of(client, scene.people.reviewer, scene.agreement, "grant_extension")
    html = sentences_of(page)
    assert buttons(page) == [address(scene.agreement, name) for name in ("grant_extension", "refuse_extension")]
    assert "设备未到" in html
    assert "完成一半" in html
    assert "各方" in html or "尚未填报" in html
    refused = post(client, scene.people.reviewer, address(scene.agreement, "refuse_extension"), note="")
    assert "why_refuse_extension" in refused.context["form"].errors
    assert scene.fresh().pending_extension.new_due_on == day
    for _ in range(2):
        post(client, scene.people.reviewer, address(scene.agreement, "refuse_extension"), why_refuse_extension="1")
    assert scene.agreement.extensions.get().decision_note == "进展不足"
    assert events(scene.agreement, "refuse_extension") == 1


def test_chips_of_the_other_answer_are_no_reason(client, scene):
    asked(scene)
    page = post(client, scene.people.reviewer, address(scene.agreement, "refuse_extension"), why_grant_extension="0")
    assert "why_refuse_extension" in page.context["form"].errors
    post(client, scene.people.reviewer, address(scene.agreement, "grant_extension"), why_grant_extension="0")
    assert scene.agreement.extensions.get().decision_note == "理由充分"


def test_only_those_who_decide_see_the_buttons(client, scene):
    asked(scene)
    for name in ("filer", "partner", "conflicted", "supervisor", "leader"):
        seat = getattr(scene.people, name)
        assert page_of(client, seat, scene.agreement, "grant_extension").status_code == 403, name
    assert page_of(client, scene.people.stranger, scene.agreement, "grant_extension").status_code == 404


def test_several_answers_are_one_entry_on_the_page_of_the_matter(client, scene):
    asked(scene)
    html = sentences_of(log_in(client, scene.people.reviewer).get(scene.url()))
    assert html.count(address(scene.agreement, "grant_extension")) >= 1
    assert address(scene.agreement, "refuse_extension") not in html


# Suspended
def test_resume_says_how_long_it_stood_and_what_results(client, scene, lead):
    perform("suspend", scene.fresh(), seat=lead, note="汛期停工")
    interval = scene.fresh().intervals.get()
    interval.from_on -= timedelta(days=9)
    interval.save()
    page, due = page_of(client, lead, scene.agreement, "resume"), scene.fresh().due_on
    assert "汛期停工" in sentences_of(page)
    assert (page.context["days"], page.context["new_due_on"]) == (9, due + timedelta(days=9))
    post(client, lead, address(scene.agreement, "resume"))
    assert (scene.fresh().state, scene.fresh().due_on) == ("active", page.context["new_due_on"])


# Ending and pairing again
def test_ending_shows_what_goes_over_and_what_stays(client, scene):
    perform("claim", scene.problems[0], seat=scene.people.filer, effect="降到1.6%")
    page = page_of(client, scene.people.filer, scene.agreement, "propose_termination", "?code=rematch")
    assert page.context["form"]["code"].value() == "rematch"
    assert [episode.problem_id for episode in page.context["over"]] == [scene.problems[1].pk]
    assert [episode.problem_id for episode in page.context["kept"]] == [scene.problems[0].pk]
    assert [goal.text for goal in page.context["goals"]] == ["解决问题之2"]
    assert page.context["initiator"] == scene.people.branch
    typed = post(client, scene.people.filer, address(scene.agreement, "propose_termination"), note="对方无人")
    assert "code" in typed.context["form"].errors
    assert "对方无人" in sentences_of(typed)


def test_what_the_page_said_becomes_of_the_work(client, scene):
    url = address(scene.agreement, "propose_termination")
    post(client, scene.people.partner, url, code="rematch", note="人手不足")
    page = page_of(client, scene.people.filer, scene.agreement, "object_termination")
    assert buttons(page) == [address(scene.agreement, name) for name in ("agree_termination", "object_termination")]
    assert "人手不足" in sentences_of(page)
    assert page.context["initiator"] == scene.people.partner_branch
    post(client, scene.people.filer, address(scene.agreement, "agree_termination"))
    assert scene.fresh().state == "terminated"
    draft = Agreement.objects.get(predecessor=scene.agreement)
    assert draft.initiator.organisation == scene.people.partner_branch
    assert set(draft.goals.values_list("text", flat=True)) == {goal.text for goal in page.context["goals"]}


@pytest.mark.parametrize("asks", ["filer", "partner"])
def test_after_agreeing_to_pair_again_everybody_learns_who_holds_the_new_draft(client, scene, asks):
    people = scene.people
    asking, agreeing = (people.filer, people.partner) if asks == "filer" else (people.partner, people.filer)
    post(client, asking, address(scene.agreement, "propose_termination"), code="rematch", note="人手不足")
    log_in(client, agreeing)
    answer = client.post(address(scene.agreement, "agree_termination"), follow=True)
    draft = Agreement.objects.get(predecessor=scene.agreement)
    holder = asking.organisation.short_name
    said = f"未完成的事项转入新的草稿，由{holder}持有。"
    assert said in sentences_of(answer)
    assert draft.get_absolute_url() not in sentences_of(answer), "the other side learns of it and does not open it"
    assert f"新的草稿 由{holder}持有" in " ".join(strip_tags(sentences_of(answer)).split())
    page = sentences_of(log_in(client, asking).get(scene.agreement.get_absolute_url()))
    assert draft.get_absolute_url() in page
    assert f"由{holder}持有" in page


def test_who_ends_a_pair_and_sees_the_new_draft_gets_a_link_to_it(client, scene, lead):
    post(client, scene.people.filer, address(scene.agreement, "propose_termination"), code="rematch", note="人手不足")
    data = {"code": "rematch", "note": "另找伙伴"}
    answer = log_in(client, lead).post(address(scene.agreement, "terminate"), data, follow=True)
    draft = Agreement.objects.get(predecessor=scene.agreement)
    sees = Agreement.objects.visible_to(lead.person).filter(pk=draft.pk).exists()
    assert "转入新的草稿" in sentences_of(answer)
    assert ("打开草稿" in sentences_of(answer)) == sees


def test_an_objection_needs_a_reason_and_a_chip_is_one(client, scene):
    perform("propose_termination", scene.fresh(), seat=scene.people.filer, code="gone", note="不存在了")
    url = address(scene.agreement, "object_termination")
    assert "why_object_termination" in post(client, scene.people.partner, url).context["form"].errors
    post(client, scene.people.partner, url, why_object_termination="0")
    assert scene.fresh().end_code == ""
    assert Event.objects.of(scene.agreement).filter(action="object_termination").get().note == "问题仍然存在"


def test_the_lead_ends_a_pair_on_the_same_page(client, scene, lead):
    page = page_of(client, lead, scene.agreement, "terminate")
    assert page.context["initiator"] == scene.people.branch  # the owner of the first problem
    assert len(page.context["codes"]) == 5


# Corrections
def test_what_is_wrong_is_chosen_first(client, scene, lead):
    page = page_of(client, lead, scene.agreement, "correct")
    assert [item.field for item in page.context["recorded"]] == ["signed_on", "name", "name"]
    assert buttons(page) == []
    party = scene.agreement.present_parties[0]
    page = page_of(client, lead, scene.agreement, "correct", f"?field=name&party={party.pk}")
    assert page.context["form"]["name"].value() == party.name_then
    assert "new" not in page.context["form"].fields
    assert len(buttons(page)) == 1
    for junk in ("?field=aim", "?field=name&party=x", "?field=name&party=999999", "?party=1"):
        assert page_of(client, lead, scene.agreement, "correct", junk).context["chosen"] is None


def test_a_name_and_a_date_are_corrected(client, scene, lead):
    party, url = scene.agreement.present_parties[0], address(scene.agreement, "correct")
    bad = post(client, lead, url, field="name", party=party.pk, name="", note="名称录错")
    assert "name" in bad.context["form"].errors
    assert "名称录错" in sentences_of(bad)
    post(client, lead, url, field="name", party=party.pk, name="工程党支部", note="名称录错")
    party.refresh_from_db()
    assert party.name_then == "工程党支部"
    nothing = post(client, lead, url, note="x")
    assert "field" in nothing.context["form"].errors
    assert "error-summary" in sentences_of(nothing)
    tomorrow = timezone.localdate() + timedelta(days=1)
    ahead = post(client, lead, url, field="signed_on", new=f"{tomorrow:%Y-%m-%d}", note="x")
    assert ahead.context["sentences"]
    assert post(client, scene.people.filer, url, field="signed_on", new="2026-1-1", note="x").status_code == 403


def test_a_corrected_day_of_signing_moves_the_due_date_and_shows_beside_the_signature(client, scene, lead):
    words = "将自更正后的签约日期起"
    assert words not in sentences_of(page_of(client, lead, scene.agreement, "correct"))
    assert words in sentences_of(page_of(client, lead, scene.agreement, "correct", "?field=signed_on"))
    assert "签约日期已更正为" not in sentences_of(client.get(scene.url()))
    before = scene.fresh()
    day = before.signed_on - timedelta(days=1)
    data = {"field": "signed_on", "new": f"{day:%Y-%m-%d}", "note": "纸质文本为前一日"}
    Agreement.objects.filter(pk=before.pk).update(approved_on=day)
    assert post(client, lead, address(scene.agreement, "correct"), **data).status_code == 302
    assert scene.fresh().due_on == add_months(day, before.term_months)
    assert sentences_of(client.get(scene.url())).count("签约日期已更正为") == 1


def test_earlier_statements_of_progress_stay_readable(client, scene):
    for percent, text in ((10, "已查明原因"), (40, "已换焊材")):
        perform("report_progress", scene.agreement, seat=scene.people.partner, percent=percent, text=text)
    html = sentences_of(log_in(client, scene.people.filer).get(scene.url()))
    assert "此前填报（1）" in html
    assert html.index("已换焊材") < html.index("已查明原因")


def test_a_date_of_a_problem_is_corrected(client, scene, lead):
    problem = scene.problems[0]
    page = page_of(client, lead, problem, "correct", "?field=raised_on")
    assert [item.field for item in page.context["recorded"]] == ["raised_on", "taken_on"]
    day = timezone.localdate() - timedelta(days=2)
    post(client, lead, address(problem, "correct"), field="raised_on", new=f"{day:%Y-%m-%d}", note="录错")
    problem.refresh_from_db()
    assert problem.raised_on == day


# Look-back
def test_the_look_back_is_one_tap(client):
    scene = create_scene("closed")
    problem = scene.problems[0]
    page = page_of(client, scene.people.filer, problem, "look_back")
    assert re.findall(r'name="verdict" value="(\w+)"', sentences_of(page)) == ["works", "partly", "relapsed"]
    assert "缺陷率由5%降到1.6%" in sentences_of(page)
    assert page_of(client, scene.people.reviewer, problem, "look_back").status_code == 403
    for _ in range(2):
        post(client, scene.people.filer, address(problem, "look_back"), verdict="works")
    problem.refresh_from_db()
    assert (problem.state, problem.last_look_back, problem.look_backs.count()) == ("closed", "works", 1)


def test_a_relapse_is_described_and_opens_the_problem(client):
    scene = create_scene("closed")
    problem = scene.problems[0]
    url = address(problem, "look_back")
    bare = post(client, scene.people.filer, url, verdict="relapsed")
    assert "note" in bare.context["form"].errors
    assert "verdict" in post(client, scene.people.filer, url, note="又出现").context["form"].errors
    post(client, scene.people.filer, url, verdict="relapsed", note="又出现三处返修")
    problem.refresh_from_db()
    assert problem.state == "open"


# Problems: one question, several answers
def test_a_problem_filed_on_behalf_has_three_answers(client):
    scene = create_scene()
    problem = world.create_problem(scene.programme, scene.people.partner, owner=scene.people.branch)
    names = ("confirm", "explain", "not_ours")
    for name in names:  # every address shows the same page
        page = page_of(client, scene.people.filer, problem, name)
        assert buttons(page) == [address(problem, each) for each in names]
    assert "why_not_ours" in post(client, scene.people.filer, address(problem, "not_ours")).context["form"].errors
    post(client, scene.people.filer, address(problem, "not_ours"), why_not_ours="0")
    problem.refresh_from_db()
    assert (problem.state, Event.objects.of(problem).last().note) == ("withdrawn", "应由其他党支部负责")


def test_a_ground_belongs_to_the_refusal_alone(client):
    scene = create_scene()
    problem = world.create_problem(scene.programme, scene.people.filer)
    post(client, scene.people.reviewer, address(problem, "park"), ground="pay", why_park="0")
    problem.refresh_from_db()
    assert problem.state == "parked"
    assert "ground" not in Event.objects.of(problem).last().details


def test_progress_begins_with_the_own_last_statement(client, scene):
    perform("report_progress", scene.fresh(), seat=scene.people.filer, percent=45, text="一半")
    perform("report_progress", scene.fresh(), seat=scene.people.partner, percent=30, text="对方说法")
    page = page_of(client, scene.people.partner, scene.agreement, "report_progress")
    form = page.context["form"]
    assert form["percent"].value() == 30
    assert page.context["progress"][0][0].organisation == scene.people.partner_branch
    assert "对方说法" in sentences_of(page)
    mine = page_of(client, scene.people.filer, scene.agreement, "report_progress").context["form"]
    assert (45, "45%") in mine.fields["percent"].choices
    wrong = post(client, scene.people.filer, address(scene.agreement, "report_progress"), percent="101", text="很多")
    assert "percent" in wrong.context["form"].errors
    assert "很多" in sentences_of(wrong)


def test_urging_says_who_urged_last(client, scene):
    perform("urge", scene.fresh(), seat=scene.people.supervisor, note="请报进展")
    page = page_of(client, scene.people.supervisor, scene.agreement, "urge")
    assert page.context["blocked"]
    assert "请报进展" in sentences_of(page)
    assert "每 3 天最多催办一次" in sentences_of(page)


@pytest.mark.parametrize(
    ("name", "persona", "queries"),
    [
        ("ask_extension", "filer", 12),
        ("grant_extension", "reviewer", 15),  # four of them find out who decides and who is recused
        ("propose_termination", "filer", 12),
        ("report_progress", "partner", 12),
    ],
)
def test_pages_ask_the_database_little(client, scene, name, persona, queries, django_assert_max_num_queries):
    if name == "grant_extension":
        asked(scene)
    log_in(client, getattr(scene.people, persona)).get(address(scene.agreement, name))  # the calendar is read once
    with django_assert_max_num_queries(queries):
        assert client.get(address(scene.agreement, name)).status_code == 200


def test_pages_of_problems_ask_the_database_little(client, django_assert_max_num_queries):
    scene = create_scene("closed")
    waiting = world.create_problem(scene.programme, scene.people.filer)
    rows = ((scene.people.filer, scene.problems[0], "look_back"), (scene.people.reviewer, waiting, "refuse"))
    for seat, problem, name in rows:
        log_in(client, seat).get("/")
        with django_assert_max_num_queries(13):
            assert client.get(address(problem, name)).status_code == 200
