"""Pairs of the programme of this year that have ended: closed, terminated, paired again, or never signed."""

from pairing.demo.plan import QUICK, PairPlan, goal

CLOSED = {
    "closed": PairPlan(
        parties=("PSC", "OFF"), aim="集中采购目录按季度更新", signed=105, pace=QUICK,
        goals=(goal("目录可用", "办公室提供品目使用情况，按季度更新", "停产品目清零", "psc-7"),),
    ),
    "trench": PairPlan(
        parties=("ELEC", "LINE"), aim="电缆沟敷设有顺序，试验报告查得到", signed=108, pace=QUICK,
        goals=(
            goal("电缆沟分层敷设", "统一断面图，先深后浅、先高压后低压，转弯处做样板", "交叉不超过5处", "elec-8"),
            goal("试验报告按设备归档", "借用对方的编号规则，补整理三年", "抽查20台设备全部查到", "elec-9"),
        ),
    ),
    "audit": PairPlan(
        parties=("QSE", "TECH"), aim="安全体系审核问题不再重复", signed=104, pace=QUICK,
        goals=(
            goal("老问题逐项清零", "逐项做原因分析，修订作业文件", "复查不再出现", "qse-1"),
            goal("应急广播全覆盖", "增设广播点和手持台，组织一次演练", "三分钟内全部到位", "qse-2"),
        ),
    ),
    "certificates": PairPlan(
        parties=("HR", "SYS"), aim="持证台账与现场一致", signed=46, pace=QUICK,
        goals=(goal("台账与现场一致", "系统集成事业部试点，每月核对一次", "抽查无差错", "hr-1"),),
    ),
    "payments": PairPlan(
        parties=("FIN", "JW"), aim="资金支付岗位廉洁风险有提醒", signed=44, pace=QUICK,
        goals=(goal("加急付款有记录", "梳理风险点，加急须写明事由并每月通报", "加急占比不高于15%", "fin-2"),),
    ),
    "modules": PairPlan(
        parties=("OPS", "XA"), aim="备用光模块一物一码", signed=50, pace=QUICK,
        goals=(goal("光模块库存账实相符", "逐只测试、贴码、分盒，合并两家清单", "抽查50只全部相符", "ops-2"),),
    ),
    "partly": PairPlan(
        parties=("LINE", "XZ"), aim="减少接头和雨季待工", signed=58,
        goals=(
            goal("接头数减少", "按实测路由配盘", "接头减少10%", "line-1"),
            goal("人井积水可控", "雨前巡查，配备抽水泵", "待工不超过半天", "line-2"),
        ),
    ),
}  # fmt: skip

TERMINATED = {
    "rematched": PairPlan(
        parties=("LINE", "XZ"), aim="现场要货时间及时沟通", signed=40,
        goals=(goal("二次倒运减半", "双方每周核对到货计划", "每月不超过1次", "line-3"),),
    ),
    "lights-before": PairPlan(
        parties=("XZ", "XA"), aim="夜间抢修照明装备共用", signed=48, pace=QUICK,
        goals=(goal("三个抢修点夜间照明达标", "两家共用两套照明车，按路程调度", "到场15分钟内照明到位", "xz-3"),),
    ),
    "half-done": PairPlan(
        parties=("ENG", "TECH"), aim="标准和隐蔽影像查得到", signed=44,
        goals=(
            goal("标准随时可查", "开通手机端", "现场可查", "tech-1"),
            goal("影像资料按规则命名", "制定命名规则，补整理一个项目", "抽查5分钟内找到", "eng-1"),
        ),
    ),
}  # fmt: skip

NEVER_SIGNED = {
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

ENDED = CLOSED | TERMINATED | NEVER_SIGNED
