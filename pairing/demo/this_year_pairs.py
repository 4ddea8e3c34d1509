"""Pairs of the small programme of this year: at least one in every state. How they go on stands in this_year.py."""

from pairing.demo.plan import QUICK, Due, PairPlan, goal

OVER_THE_CAP = "接地测试要避开雨后和冻土期，三个月内测不完全部站场。"

BEFORE_SIGNING = {
    "draft": PairPlan(
        parties=("PSC", "FIN"), aim="物资价差按月分摊", signed=-10, until="draft",
        goals=(goal("价差按月分摊", "", "", "fin-1"),),
    ),
    "invited-me": PairPlan(
        parties=("ELEC", "PSC"), aim="减少电缆附件紧急采购", signed=-9, until="invited",
        goals=(goal("紧急采购减半", "", "", "elec-1"),),
    ),
    "invited-partner": PairPlan(
        parties=("PSC", "ELEC"), aim="更新电气设备技术规格书", signed=-8, until="invited",
        goals=(goal("规格书全部换成新版", "", "", "psc-1"),),
    ),
    "countered": PairPlan(
        parties=("PSC", "SYS"), aim="降低机柜到货损伤率", signed=-8, until="invited",
        goals=(goal("到货损伤率降到1%以下", "", "", "psc-2"),),
    ),
    "drafting": PairPlan(
        parties=("PSC", "OPS"), aim="代储备件按计划周转", signed=-4, until="drafting",
        goals=(goal("呆滞备件减半", "与运行维护中心逐项核对代储清单，按季度轮换", "呆滞率不高于15%", "psc-3"),),
    ),
    "submitted": PairPlan(
        parties=("ELEC", "QSE"), aim="受限空间作业方案与现场一致", signed=-3, until="submitted",
        goals=(goal("方案与现场一致", "质量安全环保部现场踏勘，逐份修订", "抽查10份全部相符", "elec-2"),),
    ),
    "returned": PairPlan(
        parties=("PSC", "TECH"), aim="替代材料有审批依据", signed=-1, until="submitted",
        goals=(goal("替代材料审批规范", "加强管理", "明显好转", "psc-4"),),
    ),
    "signing": PairPlan(
        parties=("LF", "PSC"), aim="清理分公司库房账外物资", signed=-1, until="signing",
        goals=(goal("账外物资全部入账", "项目支持中心派人盘点，扫码建账", "盘点账实相符率100%", "lf-1"),),
    ),
}  # fmt: skip

RUNNING = {
    "fresh": PairPlan(
        parties=("PSC", "LF"), aim="光缆到货复测结果一致", signed=12, pace=QUICK,
        goals=(goal("复测差异受控", "统一仪表和测试方法，双方联合复测", "差异不大于0.01分贝", "psc-6"),),
    ),
    "claiming": PairPlan(
        parties=("INNO", "PSC"), aim="试验小件采购不误试验", signed=Due(20), pace=QUICK,
        goals=(goal("小件三天内到货", "建立框架目录，项目支持中心专人受理", "平均到货不超过3天", "inno-2"),),
    ),
    "due-soon": PairPlan(
        parties=("ELEC", "OPS"), aim="站场变压器巡检不漏项", signed=Due(12),
        goals=(goal("巡检表覆盖全部项目", "对照规程修订巡检表，增加红外测温", "抽查无漏项", "elec-4"),),
    ),
    "overdue": PairPlan(
        parties=("XZ", "ENG"), aim="穿越段施工窗口提前落实", signed=Due(-4),
        goals=(goal("窗口取消率降低", "工程管理部统一对接铁路部门，提前一个月报计划", "取消率不高于10%", "xz-1"),),
    ),
    "extended": PairPlan(
        parties=("SY", "QSE"), aim="冬季进站车辆防滑", signed=Due(-10),
        goals=(goal("冬季车辆零侧滑", "配防滑链和沙箱，入冬前逐站检查", "措施落实率100%", "sy-1"),),
    ),
    "asking": PairPlan(
        parties=("PSC", "LINE"), aim="采购文件归档完整", signed=Due(12),
        goals=(goal("采购文件归档齐全", "建立归档清单，每月抽查", "抽查无缺件", "psc-5"),),
    ),
    "asking-again": PairPlan(
        parties=("ELEC", "INNO"), aim="继电保护定值自动核对", signed=Due(-20, term=2), term=2, pace=QUICK,
        goals=(goal("核对时间缩短到半天", "技术创新中心提供比对工具，现场试用两座站场", "两座站场试用合格", "elec-3"),),
    ),
    "suspended": PairPlan(
        parties=("OPS", "JOINT"), aim="值班日志可检索", signed=Due(25),
        goals=(goal("日志电子化", "信息管理部搭建表单，试运行一个月", "三年日志可检索", "ops-1"),),
    ),
    "posts": PairPlan(
        parties=("XA", "LINE"), aim="新员工带纤熔接岗位带教", signed=30,
        posts=(("XA", "光缆熔接岗"), ("LINE", "光缆熔接岗")),
        goals=(goal("两名新员工独立作业", "一对一跟班四周", "一次熔接合格率不低于95%", "xa-1"),),
    ),
    "three": PairPlan(
        parties=("LF", "ELEC", "TECH"), aim="统一接地测试方法和防雷图集", signed=26, term=4, exception=OVER_THE_CAP,
        goals=(
            goal("接地电阻测试方法统一", "电气安装事业部示范，制定作业卡", "抽查数据可比", "lf-2"),
            goal("防雷接地图集引用正确", "技术与标准部发布有效清单", "抽查无作废版本", "elec-5"),
        ),
    ),
    "acceptance": PairPlan(
        parties=("ELEC", "PSC"), aim="回收退场电缆盘，主材催交公开", signed=Due(15),
        goals=(
            goal("电缆盘全部回收", "建立台账，逐项目回收", "回收率100%", "elec-6"),
            goal("主材催交信息公开", "平台公布催交节点", "每周更新", "elec-7"),
        ),
    ),
}  # fmt: skip

ENDED = {
    "closed": PairPlan(
        parties=("PSC", "OFF"), aim="集中采购目录按季度更新", signed=105, pace=QUICK,
        goals=(goal("目录可用", "办公室提供品目使用情况，按季度更新", "停产品目清零", "psc-7"),),
    ),
    "partly": PairPlan(
        parties=("LINE", "XZ"), aim="减少接头和雨季待工", signed=58,
        goals=(
            goal("接头数减少", "按实测路由配盘", "接头减少10%", "line-1"),
            goal("人井积水可控", "雨前巡查，配备抽水泵", "待工不超过半天", "line-2"),
        ),
    ),
    "rematched": PairPlan(
        parties=("PSC", "XZ"), aim="现场要货时间及时沟通", signed=40,
        goals=(goal("二次倒运减半", "双方每周核对到货计划", "每月不超过1次", "psc-8"),),
    ),
    "half-done": PairPlan(
        parties=("ENG", "TECH"), aim="标准和隐蔽影像查得到", signed=44,
        goals=(
            goal("标准随时可查", "开通手机端", "现场可查", "tech-1"),
            goal("影像资料按规则命名", "制定命名规则，补整理一个项目", "抽查5分钟内找到", "eng-1"),
        ),
    ),
    "declined": PairPlan(
        parties=("MKT", "INNO"), aim="制作投标演示素材", signed=3, until="invited",
        goals=(goal("演示素材随用随有", "", "", "mkt-1"),),
    ),
    "lapsed": PairPlan(
        parties=("INTL", "FIN"), aim="境外发票退税资料齐全", signed=8, until="invited",
        goals=(goal("退税资料一次齐全", "", "", "intl-1"),),
    ),
    "refused": PairPlan(
        parties=("SYS", "HR"), aim="调整调试人员出差补助", signed=12, until="submitted",
        goals=(
            goal("出差补助标准提高", "测算并上报", "新标准执行", "sys-1"),
            goal("项目经理证书够用", "组织报考", "新增5人", "sys-2"),
        ),
    ),
    "withdrawn": PairPlan(
        parties=("XZ", "OFF"), aim="收文登记不重复", signed=2, until="invited",
        goals=(goal("一次登记", "", "", "xz-2"),),
    ),
    "discarded": PairPlan(
        parties=("OFF", "HR"), aim="公文写作培训", signed=5, until="draft",
        goals=(goal("培训有实例", "", "", "off-1"),),
    ),
}  # fmt: skip

PAIRS = BEFORE_SIGNING | RUNNING | ENDED
