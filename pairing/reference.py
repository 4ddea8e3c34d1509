"""Reference data that every installation starts with: the working-day calendar and the usual categories.

Loading it again adds what is missing and leaves alone what somebody has edited since.
"""

from importlib.metadata import version
from itertools import count

from chinese_calendar import Holiday, constants
from django.db import transaction

from pairing.enums import ProblemClass
from pairing.models import CalendarYear, Category, SpecialDay
from pairing.models.calendar import forget_calendar

CHINESE_NAMES = {holiday.value: holiday.chinese for holiday in Holiday}

BUSINESS = {
    "质量安全": ("体系建设", "现场安全", "质量控制", "环保节能"),
    "采购管理": ("采购计划", "供应商管理", "物资仓储"),
    "技术标准": ("标准规范", "技术方案", "科技创新"),
    "施工管理": ("进度组织", "光缆线路", "电气安装", "竣工资料"),
    "资质办理": ("企业资质", "人员证书"),
    "档案管理": ("工程档案", "文书档案"),
    "信息化": ("系统建设", "网络与数据"),
    "办公管理": ("资产与家具", "公文与会务"),
    "财务成本": ("成本核算", "资金与税务"),
    "市场经营": ("投标报价", "合同管理"),
    "培训取证": ("技能培训", "师带徒"),
    "运行维护": ("巡检抢修", "备品备件"),
    "人事薪酬": ("用工", "薪酬"),
}
PARTY_WORK = {
    "党员教育": ("理论学习", "主题党日"),
    "廉洁教育": ("岗位廉洁风险", "警示教育"),
    "联合党建": ("项目现场联合党建",),
}


@transaction.atomic
def load_reference():
    """Load what is missing; answers the numbers of years, special days and categories that were added."""
    days = _load_calendar()
    return *days, _load_categories()


def _load_calendar():
    """Years that are not known yet, with their weekdays off and weekend days worked, from chinesecalendar."""
    known = set(CalendarYear.objects.values_list("year", flat=True))
    new = sorted({day.year for day in constants.holidays} - known)
    source = f"国务院办公厅节假日安排（chinesecalendar {version('chinesecalendar')}）"
    CalendarYear.objects.bulk_create(CalendarYear(year=year, source=source) for year in new)
    off = {day: name for day, name in constants.holidays.items() if day.weekday() < 5}
    worked = {day: name for day, name in constants.workdays.items() if day.weekday() >= 5}
    rows = [
        SpecialDay(day=day, works=works, name=f"{CHINESE_NAMES[name]}{'调休' if works else ''}"[:40])
        for works, days in ((False, off), (True, worked))
        for day, name in days.items()
        if day.year in new
    ]
    before = SpecialDay.objects.count()
    SpecialDay.objects.bulk_create(rows, ignore_conflicts=True)  # a day that somebody entered by hand stays
    forget_calendar()  # bulk_create sends no signals
    return len(new), SpecialDay.objects.count() - before


def _load_categories():
    before, order = Category.objects.count(), count(10, 10)
    for kind, tree in ((ProblemClass.BUSINESS, BUSINESS), (ProblemClass.PARTY_WORK, PARTY_WORK)):
        for name, children in tree.items():
            values = {"kind": kind, "order": next(order)}
            top, _ = Category.objects.get_or_create(name=name, parent=None, defaults=values)
            for child in children:
                values = {"kind": top.kind, "order": next(order)}
                Category.objects.get_or_create(name=child, parent=top, defaults=values)
    return Category.objects.count() - before
