"""The programme of this year up to the signing: what becomes of problems, and answers that do not simply accept."""

from dataclasses import replace

from pairing.demo import acts, endings
from pairing.demo.acts import on_pair, on_problem

GROUP = ("TX", "reviewer")
TO_CONFIRM = ("own-confirm", "office-confirm", "market-6", "explained", "not-ours")  # filed on another's behalf


def tell(stage):
    for story in (_problems, _put_aside, _joined, _answers, _offers, _drafts, _reviews, _returned_twice):
        story(stage)


def _problems(stage):
    """Drafts, and what another branch has filed: confirmed, explained, not theirs, or still to be answered."""
    stage.on(2, 9, acts.draft_problem, "own-draft")
    for key in TO_CONFIRM:
        stage.on(stage.problems[key].raised, 9, acts.file_problem, key)
    for key, step, note in (
        ("market-6", "confirm", ""),
        ("explained", "explain", "物资由当地诊所统一保管，已补充交接单。"),
        ("not-ours", "not_ours", "该机房已于去年移交当地电信公司管理。"),
    ):
        plan = stage.problems[key]
        stage.on(plan.raised - 3, 10, on_problem, key, step, plan.owner, note=note)
    stage.on(12, 9, acts.draft_problem, "discarded")
    stage.on(11, 9, on_problem, "discarded", "discard", "XZ", "liaison")


def _put_aside(stage):
    """Refused as macro, parked (one of them resumed), withdrawn."""
    note = "人员编制不是一两个部门能解决的问题，已转人力资源部。"
    stage.on(20, 10, on_problem, "refused", "refuse", *GROUP, note, ground="personnel")
    note = "补助标准由上级统一规定，一两年内不能调整，已作为意见反映。"
    stage.on(29, 10, on_problem, "refused-2", "refuse", *GROUP, note, ground="pay")
    stage.on(24, 10, on_problem, "parked", "park", *GROUP, "等待厂家统一升级计划。")
    stage.on(23, 10, on_problem, "parked-2", "park", *GROUP, "等上级调度下发明年停气计划后再定。")
    stage.on(13, 10, on_problem, "market-10", "park", *GROUP, "等厂家答复能否返修。")
    stage.on(8, 10, on_problem, "market-10", "resume", *GROUP, "厂家答复不再返修，继续寻找共建对象。")
    stage.on(21, 10, on_problem, "withdrawn", "withdraw", "MKT", note="财务资产部已上线保证金台账，问题已解决。")


def _joined(stage):
    """We have it too."""
    for days, key, body in (
        (3, "market-2", "TECH"), (7, "market-10", "XA"), (5, "market-10", "LF"), (6, "market-5", "ELEC"),
        (9, "market-6", "XZ"),
    ):  # fmt: skip
        stage.on(days, 10, on_problem, key, "join", body)


def _answers(stage):
    stage.on(
        3, 11, on_pair, "countered", "counter_propose", "SYS", note="设备旺季人手紧，先做华北三个站场的机柜。",
        aim="降低华北三个站场机柜到货损伤率",
    )  # fmt: skip
    note = "研发测试任务已排满，建议找有视频制作能力的单位。"
    stage.on(7, 14, on_pair, "declined", "decline_invitation", "INNO", note=note)
    stage.on(8, 15, on_pair, "withdrawn", "withdraw", "XZ", note="办公系统升级后已能自动同步。")
    stage.on(16, 15, on_pair, "discarded", "discard", "OFF")
    stage.on(8, 9, acts.clock, "lapsed", "lapse")


def _offers(stage):
    """揭榜: one of the market's problems that another branch offers to solve."""
    words = "我们去年把送货单改成扫码回单，三个月内对不上的由两成降到百分之二，模板和供应商通知都可以直接用。"
    stage.on(2, 15, acts.offer, "psc-9", "LF", words)


def _drafts(stage):
    """Goals that one side has confirmed and the other has not yet."""
    for key, by in (("drafting", "PSC"), ("contracts", "JOINT")):
        stage.on(2, 10, acts.edit, key)
        stage.on(2, 14, acts.confirm, key, by)


def _reviews(stage):
    revise = {"verdict": "revise", "comment": "措施和标准要具体，写明由谁在多少天内审批。"}
    stage.on(2, 14, acts.opine, "returned", {1: revise}, "请补充后再提交。")
    note = "补助标准属于薪酬问题，取证请另行单独结对。"
    stage.on(14, 14, endings.refuse, "refused", "pay", note, {"sys-2": "other"})
    stage.on(1, 10, acts.sign, "signing", "LF")


def _returned_twice(stage):
    """Two rounds of review have sent the goals back; the third waits."""
    key = "welding"
    first, second = stage.pairs[key].goals
    vague = replace(first, measure="加强焊工教育，提高责任心", criterion="返修率明显下降")
    better = replace(first, measure="修订工艺卡，增配防风棚4套，6名新焊工做专项练习", criterion="返修率下降")
    stage.on(20, 10, acts.invite, key)
    stage.on(19, 11, on_pair, key, "accept_invitation", "TECH")
    for edited, submitted, goals in ((17, 15, (vague, second)), (11, 9, (better, second)), (5, 3, None)):
        stage.on(edited, 10, acts.edit, key, goals)
        acts.submit_again(stage, key, stage.day(submitted + 1), stage.day(submitted))
    revise = {"verdict": "revise", "comment": "“责任心”不能检查。请写清工艺、设备、人员三方面做什么，合格率到多少。"}
    stage.on(13, 14, acts.opine, key, {1: revise}, "第一个目标请修改后再提交，第二个目标可以。")
    revise = {"verdict": "revise", "comment": "措施已具体；完成标准仍没有数值，请写明拍片数量和一次合格率。"}
    stage.on(7, 14, acts.opine, key, {1: revise}, "只差完成标准，请补充数值。")
