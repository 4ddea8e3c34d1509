"""What happens while a pair runs: follow-ups of the supervisor on the planned days, progress of both sides."""

from zlib import crc32

from pairing.enums import AgreementState

WAITING = 10  # working days
FOUND = (
    ("visit", "到现场查看，任务清单逐项对过，措施按计划推进。"),
    ("call", "电话了解，双方联络员每周碰头，问题按清单推进。"),
    ("visit", "现场抽查记录，完成标准中的资料已有初稿。"),
    ("paper", "收到双方书面进展，与现场情况一致。"),
    ("call", "电话了解，剩余事项已明确责任人和时间。"),
)
REPORTED = (
    (30, "双方已开过对接会，任务清单分解到人，第一批问题开始整改。"),
    (60, "措施落实过半，相关台账和记录已建立，正在现场试行。"),
    (90, "主要问题已解决，正在收集记录、固化做法，准备申报完成。"),
)


def plan_term(stage, at, key):
    """From the signing on: the planned follow-ups, and about once a month a report of each side."""
    days = plan_visits(stage, at, key)
    for number, day in enumerate(days[1::2][: len(REPORTED)]):
        for hour, party in enumerate(stage.pairs[key].parties, 9):
            stage.on(day, hour, report, key, party, number)


def plan_visits(stage, at, key):
    """Put the follow-ups that are planned after `at`, and not in the queue yet, into it; answers their days."""
    planned = _open_ones(stage, key).filter(planned_on__gt=at.date()).values_list("planned_on", flat=True)
    days = [day for day in planned.order_by("planned_on") if (key, day) not in stage.visits]
    before = sum(1 for pair, _day in stage.visits if pair == key)
    for number, day in enumerate(days, before):
        stage.visits.add((key, day))
        stage.on(day, 15, follow_up, key, number)
    return days


def _skip(stage, at, key, reason, row):
    stage.step("skip_follow_up", stage.agreement[key], at=at, by="TX", role="supervisor", note=reason, follow_up=row.pk)


def _open_ones(stage, key):
    return stage.agreement[key].follow_ups.filter(done_on__isnull=True, skipped_on__isnull=True)


def follow_up(stage, at, key, number):
    """A pair that no longer runs on the day, or whose plan has moved, is not visited, nor of late one whose follow-ups
    shall still wait."""
    agreement, planned = stage.agreement[key], _open_ones(stage, key).filter(planned_on=at.date()).first()
    late = key in stage.unvisited and at.date() >= stage.before(stage.today, WAITING)
    if late or agreement.state != AgreementState.ACTIVE or planned is None:
        return
    if reason := stage.skips.get((key, number)):
        _skip(stage, at, key, reason, planned)
        return
    kind, progress = FOUND[(crc32(key.encode()) + number) % len(FOUND)]
    stage.step("follow_up", agreement, at=at, by="TX", role="supervisor", kind=kind, progress=progress)


def report(stage, at, key, party, number):
    agreement = stage.agreement[key]
    if agreement.state != AgreementState.ACTIVE:
        return
    percent, text = REPORTED[number]
    more_careful = 5 * stage.pairs[key].parties.index(party)  # no two see it quite alike
    report_by_hand(stage, at, key, party, percent - more_careful, text)


def report_by_hand(stage, at, key, party, percent, text):
    stage.step("report_progress", stage.agreement[key], at=at, by=party, percent=percent, text=text)
