"""What made worlds are about: words of the trade, so that lists and pages look like real ones (topics.csv too)."""

import csv
from pathlib import Path


def _words(text):
    return text.split()


PLACES = _words("""
    一标段 二标段 三标段 四标段 五标段 东线 西线 中线 南段 北段 首站 末站
    压气站 分输站 阀室 中心机房 备用机房 一号库 二号库 三号库 预制厂 试验室 穿越点 高原段
    沙漠段 水网段 改造工程 扩容工程 迁改工程 维护区 驻外项目 联合项目 新建园区 老旧站场 临时营地 应急中心
""")
TOWNS = _words("""
    廊坊 沈阳 西安 徐州 兰州 武汉 成都 济南 郑州 长沙 南京 合肥
    太原 银川 昆明 贵阳 南昌 福州 哈尔滨 乌鲁木齐
""")
DEPARTMENTS = _words("办公室 工程管理部 质量安全部 财务资产部")  # headquarters side of a company
SITES = _words("项目部 作业区 施工队 维护站 班组")
URGENCIES = _words("normal normal normal normal soon soon urgent")


def topics():
    """Dicts: category, problem, goal, measure, criterion, effect."""
    with (Path(__file__).parent / "topics.csv").open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))
