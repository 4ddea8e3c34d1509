"""The three rule versions of the article's programme (domain.md §8)."""

from datetime import date

STARTS_ON, ENDS_ON = date(2020, 4, 1), date(2021, 12, 31)
NAME = "“强创争”结对共建（2020—2021年）"

RULES = (
    {
        "title": "结对共建工作安排（2020年）", "starts_on": STARTS_ON, "published_on": date(2020, 3, 30),
        "meeting": "第一次专题会（2020年3月27日）",
        "reason": "启动“强创争”结对共建。",
        "text": "一、机关部室与基层单位党支部自愿结对。二、结对双方商定共建目标，签订协议，期限一般不超过一年。"
                "三、工作组每季度了解一次进展。",
        "term_months": 12, "review_before_signing": False, "lists": False, "post_to_post": False,
        "follow_up_every_days": 90,
    },
    {
        "title": "结对共建点对点、列清单办法（2020年10月）", "starts_on": date(2020, 10, 1),
        "published_on": date(2020, 9, 29), "meeting": "第二次专题会（2020年9月28日）",
        "suggestion": "技术创新中心党支部：点对点结对、列出问题清单",
        "reason": "一年期的结对目标定得宏观，真正解决的问题不多；采纳合理化建议，改为点对点、列清单。",
        "text": "一、单位之间、岗位之间都可以点对点结对，机关与基层、基层与基层不限。二、每个目标列出问题清单、措施、"
                "完成标准、时间和双方责任人。三、工作组每月督办一次。",
        "term_months": 12, "review_before_signing": False, "follow_up_every_days": 30,
    },
    {
        "title": "结对共建补充规定（2021年3月2日）", "starts_on": date(2021, 3, 2), "published_on": date(2021, 3, 2),
        "meeting": "第三次专题会（2021年3月2日）",
        "reason": "时间一长目标就宏观，容易走过场；周期缩短后任务具体，效率提高。",
        "text": "一、共建周期一般不超过3个月；确需延长的，可以延期或另找共建对象，一事一议。"
                "二、目标任务经工作组审核通过后方可签约；人事、薪酬等不是一两个部门、一两年能解决的宏观问题，不作为共建任务。三、工作组每两周督办一次。"
                "（注：2021年6月的报道把本规定的日期误排为“今年32日”，应为3月2日。）",
    },
)  # fmt: skip
