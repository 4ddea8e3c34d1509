"""Pairs of the programme of this year up to their signing, and those that run; how they go on: this_year.py."""

from pairing.demo.plan import QUICK, SLOW, Due, PairPlan, goal
from pairing.demo.this_year_ended import ENDED

OVER_THE_CAP = "接地测试要避开雨后和冻土期，三个月内测不完全部站场。"

BEFORE_SIGNING = {
    "draft": PairPlan(
        parties=("PSC", "FIN"), aim="项目部零星开支票据一次合格", signed=-10, until="draft",
        goals=(goal("票据退回率降到5%以下", "", "", "market-9"),),
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
    "invited-office": PairPlan(
        parties=("OFF", "INNO"), aim="会议室桌椅先调剂后采购", signed=-6, until="invited",
        goals=(goal("闲置桌椅全部可查可调剂", "", "", "off-2"),),
    ),
    "drafting": PairPlan(
        parties=("PSC", "OPS"), aim="代储备件按计划周转", signed=-4, until="drafting",
        goals=(goal("呆滞备件减半", "与运行维护中心逐项核对1,140项代储清单，按季度轮换", "呆滞率不高于15%", "psc-3"),),
    ),
    "submitted": PairPlan(
        parties=("ELEC", "QSE"), aim="受限空间作业方案与现场一致", signed=-3, until="submitted",
        goals=(
            goal("方案与现场一致", "质量安全环保部现场踏勘，逐份修订，附通风口照片", "抽查10份全部相符", "elec-2"),
        ),
    ),
    "contracts": PairPlan(
        parties=("JOINT", "MKT"), aim="分包合同变更有据可查", signed=-5, until="drafting",
        goals=(goal("变更全部留痕", "统一变更单，编号进台账，每月核对", "抽查30份无口头变更", "joint-1"),),
    ),
    "welding": PairPlan(
        parties=("LINE", "TECH"), aim="环焊缝一次合格率提高到96%以上，工艺卡发到机组，焊工上坡焊专项练习合格后再上线",
        signed=-2, pace=SLOW, until="submitted",
        goals=(
            goal(
                "套管环焊缝一次合格率由92.4%提高到96%以上",
                "按工艺评定修订上坡焊、夜班焊工艺卡；增配防风棚4套，风速超过8米每秒停焊；焊条烘干记录由仪表自动打印；"
                "6名新焊工做上坡焊专项练习，每人试件不少于12件，拍片合格后上线",
                "连续四周拍片不少于300道，一次合格率不低于96%，夜班与白班相差不超过1个百分点", "line-4",
            ),
            goal("机组人手一份工艺卡", "印发口袋卡，开工前由技术员考问", "抽问20名焊工，答对率95%以上", "line-5"),
        ),
    ),
    "returned": PairPlan(
        parties=("PSC", "TECH"), aim="替代材料有审批依据", signed=-1, until="submitted",
        goals=(goal("替代材料审批规范", "加强管理", "明显好转", "psc-4"),),
    ),
    "signing": PairPlan(
        parties=("LF", "PSC"), aim="清理分公司库房账外物资", signed=-1, until="signing",
        goals=(goal("账外物资全部入账", "项目支持中心派两人盘点五天，扫码建账", "盘点账实相符率100%", "lf-1"),),
    ),
}  # fmt: skip

RUNNING = {
    "fresh": PairPlan(
        parties=("PSC", "LF"), aim="光缆到货复测结果一致", signed=12, pace=QUICK,
        goals=(goal("复测差异受控", "统一仪表、波长和方法，双方联合复测三批", "差异不大于0.01分贝每千米", "psc-6"),),
    ),
    "bidding": PairPlan(
        parties=("MKT", "JW"), aim="投标岗位廉洁提醒具体到事", signed=9, pace=QUICK,
        goals=(goal("投标岗位廉洁风险有提醒、有谈话", "梳理风险点，按开标前、开标日、中标后三个时点提醒",
                    "提醒卡发布，投标人员谈话覆盖率100%", "mkt-2"),),
    ),
    "claiming": PairPlan(
        parties=("INNO", "PSC"), aim="试验小件采购不误试验", signed=Due(20), pace=QUICK,
        goals=(goal("小件三天内到货", "建立框架目录，项目支持中心专人受理", "平均到货不超过3天", "inno-2"),),
    ),
    "due-soon": PairPlan(
        parties=("ELEC", "OPS"), aim="站场变压器巡检不漏项", signed=Due(12),
        goals=(goal("巡检表覆盖全部项目", "对照规程修订巡检表，增加红外测温", "抽查无漏项", "elec-4"),),
    ),
    "due-today": PairPlan(
        parties=("PSC", "XA"), aim="项目部二级库出入库当日登记", signed=Due(0, any_day=True),
        goals=(
            goal("出入库当日登记", "西安通信分公司派库管员带教两周，统一扫码登记", "抽查30天无隔日补记", "psc-8"),
            goal("月末盘点一次相符", "两家交叉盘点，差异当场核销", "账实相符率不低于99%", "psc-10"),
        ),
    ),
    "ending": PairPlan(
        parties=("SYS", "ELEC"), aim="调试备件跨站调剂", signed=28, pace=QUICK,
        goals=(goal("备件可查可调", "电气安装事业部开放备件台账，按站登记调剂", "调剂两天内到站", "sys-4"),),
    ),
    "overdue": PairPlan(
        parties=("XZ", "ENG"), aim="铁路穿越段施工窗口提前落实", signed=Due(-4),
        goals=(goal("窗口取消率降低", "工程管理部统一对接铁路部门，提前一个月报计划", "取消率不高于10%", "xz-1"),),
    ),
    "extended": PairPlan(
        parties=("SY", "QSE"), aim="冬季进站车辆防滑", signed=Due(-10),
        goals=(goal("冬季车辆零侧滑", "配防滑链和沙箱，入冬前逐站检查", "措施落实率100%", "sy-1"),),
    ),
    "asking": PairPlan(
        parties=("PSC", "LINE"), aim="采购文件归档完整", signed=Due(12),
        goals=(goal("采购文件归档齐全", "建立归档清单，每月抽查40份", "抽查无缺件", "psc-5"),),
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
        posts=(("XA", "光缆熔接岗"), ("LINE", "光缆熔接岗")), owners=(("XA", "何㛃（化名）"), ("LINE", "闫䶮（化名）")),
        goals=(goal("两名新员工独立作业", "一对一跟班四周，每周夜间演练一次", "一次熔接合格率不低于95%", "xa-1"),),
    ),
    "three": PairPlan(
        parties=("LF", "ELEC", "TECH"), aim="统一接地测试方法和防雷图集", signed=26, term=4, exception=OVER_THE_CAP,
        goals=(
            goal("接地电阻测试方法统一", "电气安装事业部示范三站，制定作业卡", "抽查数据可比", "lf-2"),
            goal("防雷接地图集引用正确", "技术与标准部发布有效清单", "抽查无作废版本", "elec-5"),
        ),
    ),
    "video": PairPlan(
        parties=("SY", "JOINT"), aim="查清并消除阀室视频丢帧", signed=20, pace=QUICK,
        goals=(goal("9座阀室视频不丢帧", "信息管理部抓包定位，分公司更换电源", "连续30天在线率不低于99%", "sy-2"),),
    ),
    "lights": PairPlan(
        parties=("XZ", "SY"), aim="夜间抢修照明装备补齐", signed=15, pace=QUICK, predecessor="lights-before",
        goals=(goal("三个抢修点夜间照明达标", "按沈阳分公司配置单补齐，共练两次", "到场15分钟内照明到位", "xz-3"),),
    ),
    "acceptance": PairPlan(
        parties=("ELEC", "PSC"), aim="回收退场电缆盘，主材催交公开", signed=Due(15),
        goals=(
            goal("电缆盘全部回收", "建立台账，逐项目回收", "回收率100%", "elec-6"),
            goal("主材催交信息公开", "平台公布催交节点", "每周更新", "elec-7"),
        ),
    ),
}  # fmt: skip

PAIRS = BEFORE_SIGNING | RUNNING | ENDED
