"""The pairs of the article's programme: four one-year pairs of 2020, five completed, fourteen of 2021, three later.

The first party initiates; dates before the signing follow from the pace (plan.Pace).
"""

from pairing.demo.plan import QUICK, SLOW, STEADY, Pace, PairPlan, goal

FIRST_WITH_LISTS = Pace(invite=14, answer=12, edit=4, confirm=3, submit=2, opine=2, sign=1)

# Terms of a year, goals without measures: this is what the programme learned from.
EARLY = {
    "E1": PairPlan(
        parties=("ENG", "XZ"), aim="提升施工项目管理水平", signed="2020-05-12", term=12,
        goals=(goal("全面提升施工项目管理水平", "", "", "xz-1"),),
    ),
    "E2": PairPlan(
        parties=("MKT", "INNO"), aim="以技术创新带动市场开发", signed="2020-05-20", term=12,
        goals=(goal("技术创新与市场开发深度融合", "", "", "mkt-1"),),
    ),
    "E3": PairPlan(
        parties=("OPS", "XA"), aim="提高光缆运行维护保障能力", signed="2020-06-10", term=12,
        goals=(goal("运行维护保障能力达到行业先进水平", "", "", "xa-1"),),
    ),
    "E4": PairPlan(
        parties=("FIN", "INTL"), aim="加强国际项目财务管理", signed="2020-06-18", term=12,
        goals=(goal("国际项目财务管理水平明显提高", "", "", "intl-1"),),
    ),
}  # fmt: skip

COMPLETED = {
    "C1": PairPlan(
        parties=("QSE", "LINE"), aim="帮助线路工程事业部补齐质量安全环保体系短板",
        signed="2020-10-12", pace=FIRST_WITH_LISTS,
        goals=(
            goal("岗位责任、风险辨识和作业许可符合体系要求", "编制清单和样本，每周到机组抽查一次",
                 "票证抽查合格率不低于95%，清单全部发布", "line-1", "line-2", "line-3", "line-4"),
            goal("人员证书、应急和防护用品管理到位", "逐标段核对人员和物资，组织两次演练并评估",
                 "无过期证书上岗，演练评估问题全部关闭", "line-5", "line-6", "line-7", "line-8"),
            goal("车辆、分包和隐患管理闭环", "接入车辆监控，补做分包入场教育，逐项核销历史隐患",
                 "隐患按期整改率不低于95%", "line-9", "line-10", "line-11"),
            goal("质量记录、计量器具和体系文件受控", "数据当日上传，仪表全部送检，收回作废文件",
                 "内审无文件和计量类不符合项", "line-12", "line-13", "line-14", "line-15"),
        ),
    ),
    "C2": PairPlan(
        parties=("QSE", "SYS"), aim="帮助系统集成事业部规范站场施工质量安全管理", signed="2020-10-16",
        pace=STEADY,
        goals=(
            goal("在运行站场施工安全受控", "监护人挂牌上岗，危废集中暂存并合规转移",
                 "检查无监护缺位，联单齐全", "sys-1", "sys-3"),
            goal("调试和接线质量一次通过", "推行样板柜和一柜一档", "接线返工率不高于2%", "sys-2", "sys-4"),
            goal("内审老问题不再重复", "逐条重新分析原因并修订指导书", "年底内审无重复问题", "sys-5"),
        ),
    ),
    "C3": PairPlan(
        parties=("OFF", "PSC"), aim="借助采购管控经验，把办公家具支出管住", signed="2020-10-21", pace=STEADY,
        goals=(
            goal("家具情况可查可控，利用存量、控制增量", "在设备采购平台增加办公室管理模块，家具赋二维码",
                 "家具赋码率100%，扫码可查归属人和年限", "off-1", "off-2"),
            goal("家具采购纳入集中管控", "列入集中采购目录，签订框架协议", "同类家具平均单价下降10%以上", "off-3"),
        ),
    ),
    "C4": PairPlan(
        parties=("ELEC", "TECH"), aim="为创新工作室争取资金和设备，办成电气试验服务资质", signed="2020-11-06",
        pace=SLOW,
        goals=(
            goal("创新工作室具备试验条件", "两个支部一同编写材料、一同汇报申请",
                 "资金到位，设备投用", "elec-1", "elec-2"),
            goal("取得电气试验服务资质", "技术与标准部派人共同准备材料并到主管部门办理",
                 "取得资质，统一作业标准", "elec-3", "elec-4"),
        ),
    ),
    "C5": PairPlan(
        parties=("LINE", "PSC"), aim="理顺线路工程物资从计划到退库的管理", signed="2020-11-18", pace=STEADY,
        goals=(
            goal("采购计划准确、到货不误工", "建立计划模板，两周滚动到货",
                 "追加采购比例不高于10%", "line-m1", "line-m2"),
            goal("现场物资账实相符、余料退库", "扫码领料，完工15天内退库，到货联合抽检",
                 "账实相符率不低于99%", "line-m3", "line-m4", "line-m5"),
        ),
    ),
}  # fmt: skip

NEW_IN_2021 = {
    "P1": PairPlan(
        parties=("ENG", "XZ"), aim="竣工资料同步编制，征地协调和施工计划对上", signed="2021-03-11", pace=QUICK,
        goals=(
            goal("竣工资料与工序同步", "工程管理部派人跟班两周，推行工序资料清单", "资料滞后不超过20天", "xz-1"),
            goal("机组到场即可进地", "地块清单每周更新并与计划核对", "机组空等每月不超过1天", "xz-2"),
        ),
    ),
    "P2": PairPlan(
        parties=("INTL", "FIN"), aim="国际项目成本按月归集", signed="2021-03-16", pace=QUICK,
        goals=(goal("成本按月归集", "单据扫描上传，财务资产部远程审核", "成本反映滞后不超过15天", "intl-1"),),
    ),
    "P3": PairPlan(
        parties=("INNO", "SYS"), aim="为光纤振动监测样机找到现场试验条件", signed="2021-03-19",
        goals=(goal("完成样机现场试验", "在系统集成事业部在建站场布设测试段", "连续运行60天，误报率低于5%", "inno-1"),),
    ),
    "P4": PairPlan(
        parties=("XA", "OPS"), aim="缩短山区段光缆抢修时间", signed="2021-03-25",
        goals=(
            goal("到场时间缩短一半", "设两个抢修前置点，共用车辆和人员排班", "平均到场时间不超过3小时", "xa-1"),
            goal("备件随用随有", "合并两家备件清单，定最低库存", "缺件等待不超过1天", "xa-2"),
        ),
    ),
    "P5": PairPlan(
        parties=("SY", "HR"), aim="新设备维护人员能独立值守", signed="2021-03-30",
        goals=(goal("10人以上能独立维护新设备", "人力资源部联系厂家实操培训三期", "考核合格不少于10人", "sy-1"),),
    ),
    "P6": PairPlan(
        parties=("PSC", "JW"), aim="强化采购人员廉洁意识", signed="2021-04-08",
        goals=(goal("采购岗位廉洁风险有提醒、有谈话", "梳理风险点，制定提醒卡，按季度谈话",
                    "风险点清单发布，谈话覆盖率100%", "psc-1"),),
    ),
    "P7": PairPlan(
        parties=("MKT", "INNO"), aim="提高投标技术方案质量和报价依据", signed="2021-04-13",
        goals=(
            goal("投标技术分提高", "技术创新中心参与编写智能站场等三个专题素材", "两次投标技术分不低于90分", "mkt-1"),
            goal("技术服务报价有定额", "按近三年项目测算人工时", "形成参考定额并在两个项目试用", "mkt-2"),
        ),
    ),
    "P8": PairPlan(
        parties=("OPS", "JOINT"), aim="减少网管误报告警", signed="2021-04-16",
        goals=(goal("日均告警降到500条以下", "逐类分析告警，设置合并规则", "日均不超过500条且无漏报", "ops-1"),),
    ),
    "P9": PairPlan(
        parties=("QSE", "SY"), aim="补齐冬季登高和承包商管理短板", signed="2021-04-22",
        goals=(
            goal("结冰期登高有专项措施", "编制作业卡，配齐防坠落装备", "登高班组全部配备并培训", "sy-2"),
            goal("承包商资料全部有效", "逐家核查，建立到期提醒", "过期资料清零", "sy-3"),
        ),
    ),
    "P10": PairPlan(
        parties=("LINE", "HR"), aim="解决熔接工技能等级复审集中到期", signed="2021-04-28",
        goals=(goal("34人按期完成复审", "人力资源部协调考点，分四批复审", "34人全部取得新证", "line-t1"),),
    ),
    "P11": PairPlan(
        parties=("XZ", "OFF"), aim="规范工程档案移交", signed="2021-05-10",
        goals=(goal("7个项目档案完成移交", "办公室派人指导整理，统一案卷目录", "一次检查合格", "xz-3"),),
    ),
    "P12": PairPlan(
        parties=("PSC", "FIN"), aim="缩短小额采购报销周期", signed="2021-05-14",
        goals=(goal("报销周期缩短到10天", "合并审批节点，试行电子单据", "平均不超过10天", "psc-2"),),
    ),
    "P13": PairPlan(
        parties=("XA", "LINE"), aim="新熔接工岗位结对带教", signed="2021-05-20",
        posts=(("XA", "光缆熔接岗"), ("LINE", "光缆熔接岗")),
        goals=(goal("6名新熔接工能独立作业", "一对一跟班六周，每周测试", "平均接续损耗不大于0.05分贝", "xa-3"),),
    ),
    "P14": PairPlan(
        parties=("LF", "TECH"), aim="提高站场改造技术管理水平", signed="2021-05-31",
        goals=(
            goal("方案审查周期缩短一半", "共同制定模板和自查表，先自查后送审", "平均不超过11天", "lf-1"),
            goal("标准和图纸用的是现行版", "开通标准库账号，变更单统一编号",
                 "抽查无作废标准和旧版图纸", "lf-2", "lf-3"),
        ),
    ),
}  # fmt: skip

DECLINED = {
    "D1": PairPlan(
        parties=("LF", "INNO"), aim="缩短站场改造方案审查周期", signed="2021-04-22",
        goals=(goal("缩短方案审查周期", "", "", "lf-1", "lf-2"),),
    ),
}  # fmt: skip

LATER_PAIRS = {
    "N1": PairPlan(
        parties=("SY", "ENG"), aim="施工日报工程量可核对", signed="2021-07-08",
        goals=(goal("日报工程量偏差不超过3%", "按桩号填报并附照片，工程管理部每周核对", "偏差不超过3%", "sy-4"),),
    ),
    "N2": PairPlan(
        parties=("INNO", "ELEC"), aim="在电气安装现场完成样机试验", signed="2021-07-01", predecessor="P3",
        goals=(goal("完成样机现场试验", "利用电气安装事业部在役管道测试段布设",
                    "连续运行60天，误报率低于5%", "inno-1"),),
    ),
    "N3": PairPlan(
        parties=("LINE", "PSC"), aim="余料退库形成长效做法", signed="2021-07-15",
        goals=(goal("完工项目余料全部按期退库", "退库纳入结算前置条件，逐项目核对",
                    "完工15天内退库率100%", "line-m3"),),
    ),
}  # fmt: skip

PAIRS = EARLY | COMPLETED | NEW_IN_2021 | DECLINED | LATER_PAIRS
