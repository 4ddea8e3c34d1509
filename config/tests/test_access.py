"""The access table: every address × role × own or other's object → status. An address without a row fails the build.

Own objects belong to the filer's and the partner's branch; the stranger's branch has no part in them. "market" is a
problem of the filer's branch that looks for a partner: others may see four fields of it. Letters: 2 = 200, 3 = sent
elsewhere (to the log-in page where nobody is logged in), 4 = 404, x = 403, 5 = 405 (the address takes POST only),
s = 503 (reached; no worker runs in a test).
"""

from datetime import timedelta

import pytest
from django.urls import URLPattern, get_resolver, reverse
from django.utils import timezone

from accounts.models import Role
from accounts.tests.people import create_personas, create_seat
from pairing import links
from pairing.models import Attachment, Channel, Digest, Notice
from pairing.services.meetings import call
from pairing.services.private_feed import renew
from pairing.services.rule_versions import begin_rules
from pairing.tests import world
from reports.issuing import draw, issue
from reports.leaving import making as leaving
from reports.models import SavedQuestion
from reports.packs import making
from reports.packs.spans import span_of
from reports.question_form import QuestionForm

ROLES = (
    "nobody", "filer", "partner", "stranger", "reviewer", "conflicted", "supervisor", "leader", "sysadmin", "secadmin",
    "auditor",
)  # fmt: skip

# address, object: nobody | filer partner stranger | reviewer conflicted supervisor leader | sys sec audit
TABLE = """
healthz                          -                s sss ssss sss
metrics                          -                4 444 4444 444
operations                       -                3 xxx xxxx 2xx
operations_dry_run               -                3 555 5555 555
start                            -                3 222 2222 222
pairing:home                     -                3 222 2222 222
pairing:problem_list             -                3 222 2222 222
pairing:problem_new              -                3 222 xxxx xxx
pairing:problem_autosave         -                3 555 5555 555
pairing:agreement_list           -                3 222 2222 222
pairing:follow_ups               -                3 xxx 222x xxx
pairing:follow_up_sheets         -                3 xxx 222x xxx
pairing:agreement_call_sheet     agreement        3 xxx 222x xxx
pairing:follow_up_record         -                3 xxx xx2x xxx
pairing:agreement_follow_up      agreement        3 xxx xx2x xxx
pairing:follow_up_worker         -                3 222 2222 222
pairing:agreement_new            -                3 222 xxxx xxx
pairing:partner_place            -                3 222 xxxx xxx
pairing:search                   -                3 222 2222 222
pairing:inbox                    -                3 222 2222 222
pairing:inbox_read               -                3 555 5555 555
pairing:organisations            -                3 222 2222 222
pairing:organisation_options     -                3 222 2222 222
pairing:problem                  problem          3 224 2222 444
pairing:problem                  market           3 222 2222 444
pairing:problem                  draft            3 244 4244 444
pairing:problem_edit             problem          3 334 3333 444
pairing:problem_edit             draft            3 244 4x44 444
pairing:problem_autosave         draft            3 555 5555 555
pairing:problem_add_file         problem          3 224 xxxx 444
pairing:problem_add_file         draft            3 244 4x44 444
pairing:problem_offer            problem          3 555 5555 555
pairing:problem_offer            market           3 555 5555 555
pairing:problem_step             problem          3 x24 xxxx 444
pairing:problem_step             market           3 x22 xxxx 444
pairing:agreement                agreement        3 224 2222 444
pairing:agreement                draft_agreement  3 244 4244 444
pairing:agreement_edit           agreement        3 334 3333 444
pairing:agreement_edit           draft_agreement  3 244 4x44 444
pairing:agreement_invitation     agreement        3 334 3333 444
pairing:agreement_goals          agreement        3 334 3333 444
pairing:agreement_goals_hints    agreement        3 555 5555 555
pairing:agreement_review         agreement        3 334 3333 444
pairing:agreement_sign           agreement        3 334 3333 444
pairing:agreement_text           agreement        3 224 2222 444
pairing:agreement_completion     agreement        3 224 2222 444
pairing:agreement_acceptance     agreement        3 334 3333 444
pairing:agreement_add_file       agreement        3 224 xxxx 444
pairing:agreement_found          agreement        3 224 xx2x 444
pairing:agreement_step           agreement        3 224 2x2x 444
pairing:agreement_step           draft_agreement  3 244 4x44 444
pairing:file                     file             3 224 2222 444
pairing:file_remove              file             3 555 5555 555
pairing:file_restore             file             3 555 5555 555
pairing:notice                   notice           3 555 5555 555
pairing:notice_mark              notice           3 555 5555 555
pairing:link                     token            3 2xx xxxx xxx
pairing:message_settings         -                3 222 2222 222
pairing:message_try              -                3 555 5555 555
pairing:channels                 -                3 xxx xxxx 2xx
pairing:channel_new              -                3 xxx xxxx 2xx
pairing:channel                  channel          3 xxx xxxx 2xx
pairing:channel_try              channel          3 555 5555 555
pairing:channel_switch           channel          3 555 5555 555
pairing:channel_move             channel          3 555 5555 555
pairing:deliveries               -                3 xxx xxxx 2xx
pairing:delivery_resend          digest           3 555 5555 555
pairing:calendar                 -                3 222 2222 222
pairing:calendar_month           month            3 222 2222 222
pairing:calendar_day             day              3 222 2222 222
pairing:calendar_feed_change     -                3 555 5555 555
pairing:calendar_feed            feed             2 222 2222 222
pairing:meeting_list             -                3 222 2222 222
pairing:meeting_new              -                3 xxx 22xx xxx
pairing:meeting                  meeting          3 444 2222 444
pairing:meeting                  open_meeting     3 222 2222 444
pairing:meeting_edit             meeting          3 444 22xx 444
pairing:meeting_edit             open_meeting     3 xxx 22xx 444
pairing:meeting_cancel           open_meeting     3 xxx 22xx 444
pairing:organisation             branch           3 222 2222 222
pairing:working_days             -                3 222 2222 222
pairing:working_days_of          year             3 222 2222 222
pairing:working_days_notice      -                3 xxx xxxx 2xx
pairing:working_day_set          -                3 555 5555 555
pairing:working_day_remove       special_day      3 555 5555 555
pairing:rule_list                -                3 222 2222 222
pairing:rule_begin               -                3 555 5555 555
pairing:rule_version             rules            3 222 2222 444
pairing:rule_version             rules_draft      3 444 2222 444
pairing:rule_edit                rules            3 333 3333 444
pairing:rule_edit                rules_draft      3 444 2244 444
pairing:rule_trial               rules_draft      3 444 2244 444
pairing:rule_publish             rules_draft      3 444 xx44 444
pairing:rule_discard             rules_draft      3 555 5555 555
reports:index                    -                3 222 2222 xxx
reports:branch                   branch           3 244 2222 xxx
reports:group                    -                3 xxx 2222 xxx
reports:burden                   -                3 xxx 222x xxx
reports:group_list               -                3 xxx 4444 xxx
reports:network                  -                3 222 2222 xxx
reports:network_agreements       -                3 222 2222 xxx
reports:network_problems         -                3 222 2222 xxx
reports:network_branches         -                3 222 2222 xxx
reports:leader                   -                3 xxx 2222 xxx
reports:leader_network           -                3 xxx 2222 xxx
reports:solved                   -                3 222 2222 xxx
reports:save                     -                3 555 5555 555
reports:saved                    saved_question   3 244 4444 xxx
reports:saved_delete             saved_question   3 555 5555 555
reports:summary                  -                3 222 2222 xxx
reports:problems                 -                3 222 2222 xxx
reports:agreements               -                3 222 2222 xxx
reports:branches                 -                3 222 2222 xxx
reports:issue                    report           3 xxx 22xx xxx
reports:issued_list              -                3 222 2222 xxx
reports:issued                   issued           3 222 2222 xxx
reports:issued                   issued_list      3 444 2222 xxx
reports:issued_compare           issued           3 222 2222 xxx
reports:issued_compare           issued_list      3 444 2222 xxx
reports:departures               -                3 xxx xxxx xxx
reports:departure_file           departure        3 xxx xxxx xxx
reports:packs                    -                3 xxx 2222 xxx
reports:pack_preview             -                3 xxx 4444 xxx
reports:pack_subscribe           -                3 555 5555 555
reports:pack                     pack             3 444 2222 xxx
reports:pack_again               pack             3 555 5555 555
reports:pack_tell                pack             3 555 5555 555
reports:pack_docx                pack             3 444 2222 xxx
reports:pack_xlsx                pack             3 444 2222 xxx
accounts:login                   -                2 333 3333 333
accounts:session                 -                2 222 2222 222
accounts:logout                  -                5 555 5555 555
accounts:password                -                3 222 2222 222
accounts:seat                    -                3 555 5555 555
accounts:language                -                5 555 5555 555
help                             -                3 222 2222 222
guide                            guide            3 222 2222 222
"""


def letters():
    rows = {}
    for line in TABLE.strip().splitlines():
        name, thing, *marks = line.split()
        rows[name, thing] = "".join(marks)
    return rows


def addresses(patterns=None, prefix=""):
    """Names of all addresses; those of the admin are judged by accounts/tests/test_admin.py."""
    for pattern in patterns or get_resolver().url_patterns:
        if isinstance(pattern, URLPattern):
            yield prefix + pattern.name
        elif pattern.namespace != "admin":
            yield from addresses(pattern.url_patterns, f"{pattern.namespace}:")


@pytest.fixture
def things(db, tmp_path, settings):
    """One object of each kind that an address can name."""
    settings.MEDIA_ROOT = tmp_path
    people = create_personas()
    programme = world.create_programme(people.committee)
    market = world.create_problem(programme, people.filer, "电缆敷设返工")
    problem = world.create_problem(programme, people.filer)
    draft = world.create_draft(programme, people.filer, "图纸会审滞后")
    agreement = world.create_agreement(programme, people.filer, [people.partner_branch], [problem])
    draft_agreement = world.create_agreement(programme, people.filer, [people.partner_branch], [market])
    world.bring_to("active", agreement, reviewer=people.reviewer)
    (tmp_path / "a.jpg").write_bytes(b"x")
    file = Attachment.objects.create(
        problem=problem, file="a.jpg", name="a.jpg", content_type="image/jpeg", size=1, uploaded_by=people.filer.person
    )
    notice = Notice.objects.create(
        person=people.filer.person, object_type="problem", object_id=problem.pk, step="follow_up_due", occasion="x"
    )
    channel = Channel.objects.create(kind="email", name="电子邮件")
    digest = Digest.objects.create(person=people.filer.person, day="2026-03-10")
    draft_rules = begin_rules(programme, seat=people.reviewer)
    columns = {"starts_at": timezone.now() + timedelta(days=3), "minutes": 60, "place": ""}
    closed = call(programme, seat=people.reviewer, subject="内部会", branches_invited=False, **columns)
    invited = call(programme, seat=people.reviewer, subject="专题会", branches_invited=True, **columns)
    feed = renew(people.filer.person, seat=people.filer)
    return people, {
        "channel": channel.pk, "digest": digest.pk,
        "-": None, "market": market.pk, "problem": problem.pk, "draft": draft.pk, "agreement": agreement.pk,
        "draft_agreement": draft_agreement.pk, "file": file.pk, "notice": notice.pk, "branch": people.branch.pk,
        "guide": "secretary", "token": links.token(notice), "year": 2026, "special_day": 1,
        "rules": programme.rule_versions.get(published_on__isnull=False).pk, "rules_draft": draft_rules.pk,
        "month": (2026, 11), "day": (2026, 11, 26), "feed": feed,
        "saved_question": SavedQuestion.objects.create(person=people.filer.person, name="上半年", page="solved").pk,
        "report": "solved", "issued": _issued(people, "solved"), "issued_list": _issued(people, "problems-raised"),
        "pack": _pack(people, programme),
        "departure": _departure(people, programme),
        "meeting": closed.pk, "open_meeting": invited.pk,
    }  # fmt: skip


def _departure(people, programme):
    """Asked for by a lead, whom the ten are not; see reports/tests/test_leaving.py."""
    return leaving.ask(programme, create_seat(Role.LEAD, people.committee)).pk


def _pack(people, programme):
    pack = making.ask(programme, span_of("month", timezone.localdate()), person=people.leader.person)
    making.make(pack.pk)
    return pack.pk


def _issued(people, report):
    """An issued table of solved problems is everybody's, a list is for who oversees."""
    form = QuestionForm({}, user=people.reviewer.person, today=timezone.localdate(), filters=True)
    form.full_clean()
    return issue(draw(report, form, people.reviewer.person), seat=people.reviewer)[0].pk


STEP_OF = {"problem": "join", "market": "join", "agreement": "note", "draft_agreement": "discard"}
MARKS = {200: "2", 302: "3", 404: "4", 403: "x", 405: "5", 503: "s"}


def mark(client, name, thing, pk):
    args = [] if pk is None else [*pk] if isinstance(pk, tuple) else [pk]
    if name.endswith("_step"):
        args.append(STEP_OF[thing])
    response = client.get(reverse(name, args=args))
    if response.streaming:
        b"".join(response)  # read to its end, a file is closed
    return MARKS[response.status_code]


def test_every_address_has_a_row():
    assert {name for name, _thing in letters()} == set(addresses())


def test_the_table_holds(things, client):
    people, keys = things
    found = {}
    for role in ROLES:
        client.logout()
        if role != "nobody":
            client.force_login(getattr(people, role).person)
        for name, thing in letters():
            found[name, thing] = found.get((name, thing), "") + mark(client, name, thing, keys[thing])
    wrong = [
        f"{name} {thing} {found[name, thing]}" for (name, thing), row in letters().items() if found[name, thing] != row
    ]
    assert "\n".join(wrong) == ""
