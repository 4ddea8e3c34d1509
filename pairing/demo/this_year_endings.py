"""The programme of this year from the signing on: what happens while pairs run, and how they end."""

from datetime import timedelta

from pairing.demo import endings, follow_ups
from pairing.demo.acts import on_pair, on_problem

LEAD, SUPERVISOR = ("TX", "lead"), ("TX", "supervisor")


def tell(stage):
    for story in (_running, _reports, _extensions, _completed, _closed, _terminated, _proposed, _look_backs):
        story(stage)


def _running(stage):
    stage.skips["posts", 0] = "当周线路抢修，双方人员都在现场，下次一并督办。"
    stage.skips["three", 1] = "三个站场同时停电检修，改由电话了解，不再单独到场。"
    stage.on(15, 10, on_pair, "suspended", "suspend", *LEAD, "信息系统年度安全加固，暂停改造。")
    stage.on(5, 15, on_pair, "suspended", "note", "OPS", note="表单已备好，加固结束后可以直接上线试运行。")
    stage.on(2, 10, on_pair, "overdue", "urge", *SUPERVISOR)
    stage.on(4, 15, on_pair, "due-soon", "urge", *SUPERVISOR, "离到期不到三周，请抓紧整理巡检记录。")
    stage.on(6, 15, on_pair, "posts", "note", "LINE", note="第三周夜间演练：24芯带纤一次熔接合格23芯，用时38分钟。")
    words = "三方每周一在现场开例会，进度当面核对，不再另发提醒。"
    stage.on(6, 16, on_pair, "three", "mute", "TX", "reviewer", words)
    stage.on(3, 15, on_pair, "bidding", "note", "JW", note="提醒卡初稿已送投标人员征求意见，收到修改意见9条。")


def _reports(stage):
    """Progress by hand: in one pair the two sides see it very differently."""
    for days, key, party, percent, text in (
        (1, "video", "SY", 80, "9座阀室的电源和加热片全部更换，连续五天没有黑屏。"),
        (1, "video", "JOINT", 35, "抓包只做完3座，丢帧原因还没有定论，更换电源后是否根治要看一个月数据。"),
        (5, "overdue", "XZ", 90, "下月窗口计划已报，本月4个窗口取消1个。"),
        (5, "overdue", "ENG", 70, "与铁路部门的月度对接会已固定，会议纪要待对方盖章。"),
        (3, "due-today", "PSC", 70, "30天登记还差8天；月末盘点第二轮已完成，差异0.6%。"),
        (4, "due-today", "XA", 75, "库管员带教结束，扫码枪已留用。"),
        (2, "fresh", "PSC", 45, "第一批12盘复测完成，差异最大0.012分贝每千米，原因是尾纤端面。"),
        (2, "lights", "XZ", 60, "两套照明车已到位，第三套在采购，下周共练。"),
    ):
        stage.on(days, 11, follow_ups.report_by_hand, key, party, percent, text)


def _extensions(stage):
    """One extension granted, a first one asked, and a second one asked, which only the lead decides."""
    ask, today = endings.ask_extension, stage.today
    for key, days, reason, progress in (
        ("extended", 35, "防滑链到货推迟两周。", "沙箱已配齐，防滑链到货六成。"),
        ("asking-again", 8, "第一座站场停电计划推迟。", "比对工具已装好，离线试算通过。"),
    ):
        pair, to = stage.pairs[key], today + timedelta(days=days)
        asked = stage.before(today + timedelta(days=pair.signed.days), 12)
        stage.on(asked, 10, ask, key, pair.parties[0], to, reason, progress)
        stage.on(stage.before(asked, -2), 15, endings.grant, key)
    to = today + timedelta(days=45)
    stage.on(1, 10, ask, "asking", "PSC", to, "历史采购文件散在三处，比预计多。", "清单已建立，补齐一半。")
    stage.on(2, 10, ask, "asking-again", "ELEC", to, "第二座站场停电计划推迟。", "第一座站场试用合格。")


def _completed(stage):
    """Reported as done, and not accepted yet."""
    stage.on(2, 9, endings.propose, "claiming")
    stage.on(2, 11, endings.claim, "elec-4", "OPS")
    endings.play_completion(stage, "acceptance", 2)
    stage.on(3, 15, endings.claim, "psc-10", "XA")
    stage.on(2, 9, on_problem, "psc-10", "confirm_claim", "PSC")


def _closed(stage):
    for key, completed, accepted in (
        ("trench", 73, 71), ("closed", 72, 70), ("audit", 72, 69),
        ("certificates", 20, 18), ("payments", 15, 13), ("modules", 12, 9),  # well before their due dates
    ):  # fmt: skip
        endings.play_completion(stage, key, completed, accepted)
    endings.play_completion(stage, "partly", 8, 6, {"line-2": "part"})


def _terminated(stage):
    note = "徐州段已完工，改与施工高峰的单位结对。"
    stage.on(3, 14, endings.end_together, "rematched", "rematch", note)
    note = "两家抢修点相距太远，照明车调不过来，另找路近的单位。"
    stage.on(27, 14, endings.end_together, "lights-before", "rematch", note)
    stage.on(9, 10, endings.claim, "tech-1", "TECH")
    stage.on(5, 14, endings.end_together, "half-done", "no_capacity", "工程管理部抽调竣工验收，影像整理暂缓。")


def _proposed(stage):
    """The end of a pair that one side proposes and the other has not answered."""
    note = "对方备件台账今年要换系统，开放不了；想另找台账已上线的单位结对。"
    stage.on(1, 15, on_pair, "ending", "propose_termination", "SYS", note=note, code="rematch")


def _look_backs(stage):
    for days, key, verdict, note in (
        (6, "elec-8", "works", "抽查新敷设的两座站场，断面图贴在沟边，交叉2处。"),
        (5, "psc-7", "works", "本季度目录已更新，零星采购保持在低位。"),
        (10, "qse-2", "partly", "新增广播点好用，一部手持台电池已不耐用。"),
        (14, "qse-1", "relapsed", "本次审核又有两项老问题重复出现，都在新开的项目部，作业文件没有发到。"),
    ):
        stage.on(days, 10, on_problem, key, "look_back", stage.problems[key].owner, "liaison", note, verdict=verdict)
