"""The article's programme of 2020–2021, played day by day under its three rule versions.

As of 3 June 2021 it shows the figures of the article (issue 2, section 6; asserted in test_demo_article.py); afterwards
it goes on until every matter of the programme is final.
"""

from dataclasses import replace
from datetime import date

from pairing.demo import acts, endings
from pairing.demo.acts import on_pair, on_problem, play_pair, play_problem
from pairing.demo.article_pairs import COMPLETED, EARLY, LATER_PAIRS, NEW_IN_2021, PAIRS
from pairing.demo.article_raised import LATER, RAISED
from pairing.demo.article_rules import ENDS_ON, NAME, RULES, STARTS_ON
from pairing.demo.article_solved import SOLVED
from pairing.demo.plan import goal
from pairing.demo.stage import Stage
from pairing.models import Programme, RuleVersion

AFTER_ALL = date(2022, 1, 1)
BY_HAND = ("P7", "P10", "P11")  # their way to the signing is told below


def load(company):
    """Create the programme, play it to its end and answer it."""
    programme = Programme.objects.create(
        name=NAME, committee=company.committee, starts_on=STARTS_ON, ends_on=ENDS_ON
    )  # fmt: skip
    for parameters in RULES:
        RuleVersion.objects.create(programme=programme, **parameters)
    stage = Stage(programme, company, today=AFTER_ALL, problems=SOLVED | RAISED | LATER, pairs=PAIRS)
    for key in stage.problems:
        if key != "intl-2":
            play_problem(stage, key)
    for key in [*EARLY, *COMPLETED, *NEW_IN_2021, *LATER_PAIRS]:
        if key not in BY_HAND:
            play_pair(stage, key)
    for tell in (_problems, _early_ends, _completed, _declined, _returned_twice, _macro_goal, _countered):
        tell(stage)
    for tell in (_on_time, _late_and_extended, _suspended, _singly, _rematch, _gone, _look_backs):
        tell(stage)
    stage.play()
    return programme


# Up to 3 June 2021
def _problems(stage):
    stage.on(
        "2020-12-02", 10, on_problem, "ops-1", "park", "TX", "reviewer", "等待公司网管平台升级方案，升级前暂不结对。"
    )
    stage.on("2021-03-12", 10, on_problem, "ops-1", "resume", "TX", "reviewer")
    stage.on("2020-12-15", 10, on_problem, "xz-2", "join", "SY")
    stage.on("2020-12-11", 10, acts.file_problem, "intl-2")
    stage.on(
        "2020-12-15", 15, on_problem, "intl-2", "explain", "INTL",
        note="中亚项目部应急物资由总包方统一储备和建账，我方留存交接单，已补报复印件。",
    )  # fmt: skip


def _early_ends(stage):
    """The pairs of a year had macro goals; they were ended, and their problems paired again."""
    code = "out_of_reach"
    stage.on("2020-12-16", 10, endings.end_together, "E1", code, "目标过于宏观，没有具体措施，改为点对点重新结对。")
    stage.on("2021-01-14", 10, endings.end_together, "E2", code, "半年多没有形成任务清单，按新办法查找短板后再结对。")
    stage.on("2021-01-20", 10, endings.end_together, "E3", code, "一年期目标难以检查，双方同意结束，列清单后再结对。")
    stage.on(
        "2021-03-03", 14, on_pair, "E4", "terminate", "TX", "lead", "按3月2日补充规定清理一年期结对，重新列清单结对。",
        code=code,
    )  # fmt: skip


def _completed(stage):
    endings.play_completion(stage, "C1", "2020-12-28", "2020-12-31")
    endings.play_completion(stage, "C2", "2020-12-25", "2020-12-30")
    endings.play_completion(stage, "C3", "2021-01-19", "2021-01-21")
    endings.play_completion(stage, "C4", "2021-02-04", "2021-02-05")
    endings.play_completion(stage, "C5", "2021-02-22", "2021-02-24")  # four days late: the Spring Festival


def _declined(stage):
    stage.on("2021-04-01", 10, acts.invite, "D1")
    stage.on(
        "2021-04-07", 14, on_pair, "D1", "decline_invitation", "INNO",
        note="样机试验和投标素材正在攻关，人手不足；方案审查归口技术与标准部，建议与其结对。",
    )  # fmt: skip


def _sign(stage, key, first_day, last_day):
    first, last = stage.pairs[key].parties
    stage.on(first_day, 10, acts.sign, key, first)
    stage.on(last_day, 10, acts.sign, key, last)


def _returned_twice(stage):
    key, first, second = "P7", *stage.pairs["P7"].goals
    vague = replace(second, criterion="报价更加合理")
    vaguer = replace(first, measure="加强配合", criterion="质量明显提高")
    stage.on("2021-03-18", 10, acts.invite, key)
    stage.on("2021-03-19", 11, on_pair, key, "accept_invitation", "INNO")
    rounds = (
        ("2021-03-22", "2021-03-23", (vaguer, vague)),
        ("2021-03-26", "2021-03-29", (first, vague)),
        ("2021-03-31", "2021-04-01", None),
    )
    for edited, submitted, goals in rounds:
        stage.on(edited, 10, acts.edit, key, goals)
        acts.submit_again(stage, key, stage.day(submitted), stage.day(submitted))
    revise = {"verdict": "revise", "comment": "完成标准要能检查，请写出数值或成果。"}
    note = "目标需要修改，意见见各条。"
    stage.on("2021-03-25", 14, acts.opine, key, {1: revise, 2: revise}, note)
    stage.on("2021-03-30", 14, acts.opine, key, {2: revise}, note)
    stage.on("2021-04-07", 14, acts.opine, key)
    _sign(stage, key, "2021-04-12", "2021-04-13")


def _macro_goal(stage):
    """A goal about pay is refused in the first round; the pair goes on without it."""
    key, good = "P10", stage.pairs["P10"].goals
    pay = goal("提高一线野外作业津贴标准", "与人力资源部共同测算并上报", "新标准发布执行", "line-pay")
    stage.on("2021-04-08", 10, acts.invite, key)
    stage.on("2021-04-09", 11, on_pair, key, "accept_invitation", "HR")
    stage.on("2021-04-13", 10, acts.edit, key, (*good, pay))
    acts.submit_again(stage, key, stage.day("2021-04-14"), stage.day("2021-04-14"))
    refuse = {"verdict": "refuse", "ground": "pay", "comment": "薪酬不是一两个部门能解决的问题，不作为共建任务。"}
    stage.on("2021-04-16", 14, acts.opine, key, {2: refuse}, "第二个目标属于薪酬问题，请去掉后重新提交。")
    stage.on("2021-04-20", 10, acts.edit, key)
    acts.submit_again(stage, key, stage.day("2021-04-21"), stage.day("2021-04-21"))
    stage.on(
        "2021-04-22", 10, on_problem, "line-pay", "refuse", "TX", "reviewer",
        "津贴标准由上级统一规定，属于宏观问题，已转人力资源部作为意见反映。", ground="pay",
    )  # fmt: skip
    stage.on("2021-04-23", 14, acts.opine, key)
    _sign(stage, key, "2021-04-26", "2021-04-28")


def _countered(stage):
    key = "P11"
    stage.on("2021-04-14", 10, acts.invite, key)
    stage.on(
        "2021-04-16", 11, on_pair, key, "counter_propose", "OFF", note="历史档案太多，先从2018年以来的7个项目做起。",
        aim="规范2018年以来7个项目的工程档案移交",
    )  # fmt: skip
    stage.on("2021-04-19", 10, on_pair, key, "take_counter", "XZ")
    stage.on("2021-04-25", 10, acts.edit, key)
    acts.submit_again(stage, key, stage.day("2021-04-26"), stage.day("2021-04-27"))
    stage.on("2021-04-29", 14, acts.opine, key)
    _sign(stage, key, "2021-05-08", "2021-05-10")


# After 3 June 2021
def _on_time(stage):
    endings.play_completion(stage, "P1", "2021-06-09", "2021-06-10")
    endings.play_completion(stage, "P6", "2021-07-05", "2021-07-07")
    endings.play_completion(stage, "P7", "2021-07-09", "2021-07-14", {"mkt-2": "part"})
    stage.on(
        "2021-07-20", 10, on_problem, "mkt-2", "withdraw", "MKT", note="定额已列入市场开发部年度工作，不再另行结对。"
    )
    endings.play_completion(stage, "P11", "2021-08-06", "2021-08-10")
    endings.play_completion(stage, "P14", "2021-08-26", "2021-08-30")
    endings.play_completion(stage, "N1", "2021-09-26", "2021-09-28")
    endings.play_completion(stage, "N2", "2021-09-23", "2021-09-27")
    endings.play_completion(stage, "N3", "2021-10-12", "2021-10-14")


def _late_and_extended(stage):
    endings.play_completion(stage, "P2", "2021-06-18", "2021-06-22")
    extend = endings.ask_extension
    stage.on(
        "2021-06-22",
        10,
        extend,
        "P4",
        "XA",
        date(2021, 8, 25),
        "汉中前置点用房合同7月才能签订。",
        "天水前置点已投用，备件清单已合并。",
    )
    stage.on("2021-06-24", 10, endings.grant, "P4")
    endings.play_completion(stage, "P4", "2021-08-20", "2021-08-24")
    endings.play_completion(stage, "P5", "2021-06-25")
    stage.on("2021-06-29", 14, endings.send_back, "P5", {"sy-1": "缺第三期实操考核记录，请补充后再报。"})
    endings.play_completion(stage, "P5", "2021-07-02", "2021-07-06")
    stage.on(
        "2021-07-30",
        10,
        extend,
        "P10",
        "LINE",
        date(2021, 9, 10),
        "第三批考点因疫情推迟，28日到期前未及时提出。",
        "前两批17人已取得新证。",
    )
    stage.on("2021-08-03", 10, endings.grant, "P10", note="同意延期；到期后才提出，逾期天数保留。")
    endings.play_completion(stage, "P10", "2021-09-08", "2021-09-10")
    stage.on("2021-08-18", 10, extend, "P13", "XA", date(2021, 9, 30), "两名熔接工抽调参加抢修。", "4人已达标。")
    stage.on("2021-08-20", 14, on_pair, "P13", "refuse_extension", "TX", "reviewer", "差距不大，请抓紧安排，不再延期。")
    endings.play_completion(stage, "P13", "2021-08-27", "2021-08-31")


def _suspended(stage):
    stage.on("2021-06-07", 10, on_pair, "P8", "suspend", "TX", "lead", "网管平台割接封网三周，期间不能改配置。")
    stage.on("2021-06-28", 10, endings.resume, "P8")
    endings.play_completion(stage, "P8", "2021-08-04", "2021-08-06")


def _singly(stage):
    """One problem is written off before its pair is accepted."""
    stage.on("2021-07-05", 10, endings.claim, "sy-2", "QSE")
    stage.on("2021-07-06", 10, on_problem, "sy-2", "confirm_claim", "SY")
    stage.on("2021-07-08", 10, on_problem, "sy-2", "write_off", "TX", "reviewer")
    endings.play_completion(stage, "P9", "2021-07-20", "2021-07-22")


def _rematch(stage):
    stage.on("2021-06-10", 14, endings.end_together, "P3", "rematch", "在建站场投产，不能再布设测试段，另找共建对象。")


def _gone(stage):
    stage.on("2021-07-15", 14, endings.end_together, "P12", "gone", "公司上线统一报销系统，审批节点已由系统简化。")
    stage.on("2021-07-19", 10, on_problem, "psc-2", "withdraw", "PSC", note="统一报销系统已解决，不再单独共建。")


def _look_backs(stage):
    for day, key, verdict, note in (
        ("2021-04-06", "line-3", "works", "抽查4月份票证20份，全部合格。"),
        ("2021-04-06", "line-9", "works", "3月超速报警5次，保持稳定。"),
        ("2021-04-07", "line-11", "partly", "两个新开标段回复照片不及时，已提醒。"),
        ("2021-04-08", "sys-4", "works", "一季度接线返工率1.3%。"),
        ("2021-04-26", "off-1", "works", "新购家具均已赋码。"),
        ("2021-05-12", "elec-3", "works", "已用新资质承接试验项目2个。"),
        ("2021-06-08", "line-m3", "relapsed", "新完工的两个项目余料又超期未退，做法没有固定下来。"),
        ("2021-10-20", "xa-1", "works", "三季度平均到场2.8小时。"),
        ("2021-11-10", "lf-1", "works", "近三个月送审方案平均8天。"),
    ):
        owner = stage.problems[key].owner
        stage.on(day, 10, on_problem, key, "look_back", owner, "liaison", note, verdict=verdict)
