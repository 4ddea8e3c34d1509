"""Files of the programme of this year: photographs, a screen, scanned forms, added by the liaisons of the branches."""

from django.core.files.uploadedfile import SimpleUploadedFile

from pairing.attachments import attach, checked
from pairing.demo import pictures

DRAWN = {".jpg": pictures.jpeg, ".png": pictures.png, ".pdf": pictures.pdf}
PROBLEM_FILES = (
    # days, problem, branch, subject, name of the file
    (3, "own-confirm", "QSE", "yard", "中转库装卸区现场照片.jpg"),
    (5, "market-3", "LF", "cabinet", "端子排TB-04与图纸不符处.jpg"),
    (4, "market-4", "ELEC", "form", "防爆接线箱密封检查记录（第7号）.pdf"),
    (19, "line-4", "LINE", "weld", "W-117号口返修位置.jpg"),
    (19, "line-4", "LINE", "form", "焊条烘干记录扫描件.pdf"),
    (5, "xa-2", "XA", "trench", "K38+420回填塌陷处.jpg"),
    (14, "psc-6", "PSC", "reflectometer", "第3盘到货复测曲线（1550纳米）.png"),
)
AGREEMENT_FILES = (
    (2, "acceptance", "ELEC", "drums", "退场电缆盘集中堆放.jpg"),
    (
        2,
        "acceptance",
        "ELEC",
        "form",
        "电缆盘退回签收单（三个现场共八十六个，含押金退还明细和双方签字）.pdf",
    ),
    (3, "fresh", "LF", "reflectometer", "双方联合复测对比.png"),
    (8, "asking", "PSC", "shelf", "采购卷现状.jpg"),
    (73, "trench", "LINE", "trench", "整理前的电缆沟.jpg"),
)


def tell(stage):
    for rows, matters in ((PROBLEM_FILES, stage.problem), (AGREEMENT_FILES, stage.agreement)):
        for days, key, body, subject, name in rows:
            stage.on(days, 16, add, key, matters, body, subject, name)


def add(stage, at, key, matters, body, subject, name):
    """The ending of `name` says what the file is; it goes through the same examination as an upload."""
    content = DRAWN[name[-4:]](subject)
    attach(matters[key], checked(SimpleUploadedFile(name, content)), seat=stage.seat(body, "liaison"), at=at)
