"""A small programme of this year, laid backwards from a day: a problem and a pair in every state, on any day.

All days are working days before that day (or follow from a due date near it), so that no step lies in the future.
"""

from datetime import date, timedelta

from pairing.demo import acts, endings
from pairing.demo.acts import on_pair, on_problem, play_pair, play_problem
from pairing.demo.stage import Stage
from pairing.demo.this_year_pairs import PAIRS
from pairing.demo.this_year_problems import PROBLEMS
from pairing.models import Programme, RuleVersion

REACHES_BACK = timedelta(days=240)  # the earliest step lies later than so many calendar days before the day
NOT_FILED = ("own-draft", "own-confirm", "explained", "not-ours", "discarded")  # their story is told in _problems
RAISED_BEFORE = 4  # working days from the raising of a problem to the invitation


def name_for(today):
    """The programme's name: of one year, or of two where the past half year reaches into the last one."""
    years = sorted({_starts_on(today).year, today.year})
    return f"“强创争”结对共建（{'—'.join(map(str, years))}年）"


def _starts_on(today):
    return date((today - REACHES_BACK).year, 1, 1)


def load(company, today):
    """Create the programme, play it up to the day before `today` and answer it."""
    starts_on = _starts_on(today)
    programme = Programme.objects.create(name=name_for(today), committee=company.committee, starts_on=starts_on)
    RuleVersion.objects.create(
        programme=programme, title=f"结对共建管理规定（{starts_on.year}年）",
        starts_on=starts_on, published_on=starts_on,
        meeting="年度工作部署会", reason="延续点对点、列清单、三个月、先审后签的做法。",
        text="一、共建周期一般不超过3个月。二、目标任务先审核后签约。三、每两周督办一次。四、验收后90天回头看。",
    )  # fmt: skip
    stage = Stage(programme, company, today=today, problems=PROBLEMS, pairs=PAIRS)
    stage.unvisited = {"due-soon", "overdue"}
    _raise_problems(stage)
    for key in PAIRS:
        play_pair(stage, key)
    for tell in (_problems, _answers, _reviews, _running, _extensions, _ends):
        tell(stage)
    stage.play()
    return programme


def _raise_problems(stage):
    """Those with a day on it, those of a pair shortly before its invitation."""
    for key, plan in PROBLEMS.items():
        if plan.raised and key not in NOT_FILED:
            play_problem(stage, key)
    for pair in PAIRS.values():
        invited = stage.before(stage.day(pair.signed), pair.pace.invite)
        for number, key in enumerate(pair.problems):
            play_problem(stage, key, stage.before(invited, RAISED_BEFORE + number))


def _problems(stage):
    stage.on(2, 9, acts.draft_problem, "own-draft")
    stage.on(2, 9, acts.file_problem, "own-confirm")
    for key, step, note in (
        ("explained", "explain", "物资由当地诊所统一保管，已补充交接单。"),
        ("not-ours", "not_ours", "该机房已于去年移交当地电信公司管理。"),
    ):
        raised = PROBLEMS[key].raised
        stage.on(raised, 9, acts.file_problem, key)
        stage.on(raised - 3, 10, on_problem, key, step, PROBLEMS[key].owner, note=note)
    stage.on(12, 9, acts.draft_problem, "discarded")
    stage.on(11, 9, on_problem, "discarded", "discard", "XZ", "liaison")
    group = ("TX", "reviewer")
    note = "人员编制不是一两个部门能解决的问题，已转人力资源部。"
    stage.on(20, 10, on_problem, "refused", "refuse", *group, note, ground="personnel")
    stage.on(24, 10, on_problem, "parked", "park", *group, "等待厂家统一升级计划。")
    stage.on(21, 10, on_problem, "withdrawn", "withdraw", "MKT", note="财务资产部已上线保证金台账，问题已解决。")
    stage.on(3, 10, on_problem, "market-2", "join", "TECH")


def _answers(stage):
    """Answers to invitations that do not simply accept."""
    stage.on(
        3, 11, on_pair, "countered", "counter_propose", "SYS", note="设备旺季人手紧，先做华北三个站场的机柜。",
        aim="降低华北三个站场机柜到货损伤率",
    )  # fmt: skip
    note = "研发测试任务已排满，建议找有视频制作能力的单位。"
    stage.on(7, 14, on_pair, "declined", "decline_invitation", "INNO", note=note)
    stage.on(8, 15, on_pair, "withdrawn", "withdraw", "XZ", note="办公系统升级后已能自动同步。")
    stage.on(16, 15, on_pair, "discarded", "discard", "OFF")
    stage.on(8, 9, acts.clock, "lapsed", "lapse")
    stage.on(2, 10, acts.edit, "drafting")
    stage.on(2, 14, acts.confirm, "drafting", "OPS")


def _reviews(stage):
    revise = {"verdict": "revise", "comment": "措施和标准要具体，写明由谁在多少天内审批。"}
    stage.on(2, 14, acts.opine, "returned", {1: revise}, "请补充后再提交。")
    note = "补助标准属于薪酬问题，取证请另行单独结对。"
    stage.on(14, 14, endings.refuse, "refused", "pay", note, {"sys-2": "other"})
    stage.on(1, 10, acts.sign, "signing", "LF")


def _running(stage):
    stage.on(15, 10, on_pair, "suspended", "suspend", "TX", "lead", "信息系统年度安全加固，暂停改造。")
    stage.on(2, 9, endings.propose, "claiming")
    stage.on(2, 11, endings.claim, "elec-4", "OPS")
    endings.play_completion(stage, "acceptance", 2)
    stage.on(2, 10, on_pair, "overdue", "urge", "TX", "supervisor")


def _extensions(stage):
    """One extension granted, a first one asked, and a second one asked, which only the lead decides."""
    ask, today = endings.ask_extension, stage.today
    for key, days in (("extended", 35), ("asking-again", 8)):
        pair, to = PAIRS[key], today + timedelta(days=days)
        asked = stage.before(today + timedelta(days=pair.signed.days), 12)
        stage.on(asked, 10, ask, key, pair.parties[0], to, "现场条件推迟。", "完成约六成。")
        stage.on(stage.before(asked, -2), 15, endings.grant, key)
    to = today + timedelta(days=45)
    stage.on(1, 10, ask, "asking", "PSC", to, "历史采购文件散在三处，比预计多。", "清单已建立，补齐一半。")
    stage.on(1, 10, ask, "asking-again", "ELEC", to, "第二座站场停电计划推迟。", "第一座站场试用合格。")


def _ends(stage):
    endings.play_completion(stage, "closed", 72, 70)
    endings.play_completion(stage, "partly", 8, 6, {"line-2": "part"})
    note = "徐州段已完工，改与施工高峰的单位结对。"
    stage.on(3, 14, endings.end_together, "rematched", "rematch", note)
    stage.on(9, 10, endings.claim, "tech-1", "TECH")
    stage.on(5, 14, endings.end_together, "half-done", "no_capacity", "工程管理部抽调竣工验收，影像整理暂缓。")
