"""Word documents of Tables (domain.md §7): 黑体 and 仿宋, landscape, repeated head, page x of y; opens in WPS too.

What python-docx has no words for is written as WordprocessingML; rows too, because its cells take a millisecond each.
"""

import re
import tempfile
from dataclasses import dataclass, field
from xml.sax.saxutils import escape

import segno
from django.http import FileResponse
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from docx import Document
from docx.enum.section import WD_ORIENT
from docx.enum.text import WD_ALIGN_PARAGRAPH
from docx.oxml import parse_xml
from docx.oxml.ns import nsdecls, qn
from docx.shared import Mm, Pt

from accounts.exports.table import head_of, in_words, on_paper, paper_for

DOCX = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"
MOST_ROWS = 3_000  # of a document: a hundred sheets of paper and more; spreadsheets and CSV take longer tables
HEITI, FANGSONG, LATIN = "黑体", "仿宋", "Times New Roman"
SIZES = {"A3": (420, 297), "A4": (297, 210)}  # millimetres, landscape
MARGINS = {"left": 15, "right": 15, "top": 15, "bottom": 18}  # millimetres, as in static/css/print.css
CELL = 9  # points
TWIPS = 56.7  # of a millimetre
NOT_IN_XML = re.compile("[^\t\n\r\u0020-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")


def docx_answer(table, name):
    """The document `name`.docx; its temporary file is gone when the answer is closed."""
    file = tempfile.TemporaryFile()  # noqa: SIM115 - the answer closes it
    write_docx(file, table)
    file.seek(0)
    return FileResponse(file, as_attachment=True, filename=f"{name}.docx", content_type=DOCX)


def write_docx(file, table):
    """Write one Table as a document; `file` is a path or a binary file. At most MOST_ROWS rows are meant."""
    paper = Paper(table.title, size=paper_for(on_paper(table.columns)))
    with table.reading():
        paper.table(table)
    paper.save(file)


@dataclass
class Paper:
    """A document in the office's faces: title(), line(), heading(), table(), picture(), then save()."""

    title_words: str
    size: str = "A4"
    landscape: bool = True
    document: object = field(init=False)

    def __post_init__(self):
        self.document = Document()
        self.document.core_properties.title = _clean(self.title_words)
        self.document.core_properties.author = ""
        self.document.core_properties.comments = ""
        _drop_thumbnail(self.document)
        _set_faces(self.document)
        self._set_page()

    def _set_page(self):
        section = self.document.sections[0]
        width, height = SIZES[self.size] if self.landscape else reversed(SIZES[self.size])
        section.page_width, section.page_height = Mm(width), Mm(height)
        section.orientation = WD_ORIENT.LANDSCAPE if self.landscape else WD_ORIENT.PORTRAIT
        for side, size in MARGINS.items():
            setattr(section, f"{side}_margin", Mm(size))
        section.footer_distance = Mm(8)
        self.inner = width - MARGINS["left"] - MARGINS["right"]
        _number_pages(section.footer.paragraphs[0])

    def line(self, text, *, size=11, face=FANGSONG, align="", indent=0, after=2):
        """A paragraph; `size` and `after` in points, `indent` of the first line in characters."""
        paragraph = self.document.add_paragraph()
        paragraph.paragraph_format.space_after = Pt(after)
        if align:
            paragraph.alignment = WD_ALIGN_PARAGRAPH[align]
        if indent:
            paragraph.paragraph_format.first_line_indent = Pt(indent * size)
        run = paragraph.add_run(_clean(str(text)))
        run.font.size = Pt(size)
        _set_face(run._r.get_or_add_rPr(), face)
        return paragraph

    def title(self, text):
        self.line(text, size=18, face=HEITI, align="CENTER", after=4)

    def heading(self, text):
        self.line(text, size=12, face=HEITI).paragraph_format.keep_with_next = True

    def picture(self, file, *, height):
        """A picture of `height` millimetres."""
        self.document.add_paragraph().add_run().add_picture(file, height=Mm(height))

    def table(self, table):
        """Title, second line, the rows under a repeated head, total, counting rules, number, line to be signed."""
        self.title(table.title)
        self.line(table.second_line, align="CENTER", after=4)
        self.rows(table)
        if table.rules:
            self.heading(table.rules_title or _("Counting rules"))
            for number, rule in enumerate(table.rules, 1):
                self.line(f"{number}. {rule}", size=CELL, after=1)
        if table.issue:
            self._issue(table.issue)
        if table.signature:
            self.line(table.signature, after=0).paragraph_format.space_before = Pt(12)

    def rows(self, table):
        """Only the table itself: head, rows in groups, total."""
        grid = Grid(on_paper(table.columns), self.inner)
        add = self._begin_table(grid).append
        for line in grid.head():
            add(line)
        for words, rows in table.groups():
            count = 0
            for row in rows:
                if count == 0 and table.group_head:
                    add(grid.band(table.group_head(row), with_next=True))
                add(grid.row(row))
                count += 1
            if words is not None:
                add(grid.band(table.subtotal(words, count)))
        if table.total:
            add(grid.band(_("Total: %(words)s") % {"words": table.total()}))

    def _begin_table(self, grid):
        found = parse_xml(grid.beginning)
        body = self.document.element.body
        body.insert(len(body) - 1, found)  # before the properties of the section
        return found

    def _issue(self, issue):
        words = (_("Number: %(number)s") % {"number": issue.number}, issue.words)
        self.line("　".join(filter(None, words)), after=0).paragraph_format.space_before = Pt(6)
        self.line(_("Digest (SHA-256): %(digest)s") % {"digest": issue.digest}, size=CELL)
        if issue.address:
            self.line(issue.address, size=CELL)
            with tempfile.TemporaryFile() as picture:
                segno.make(issue.address, micro=False).save(picture, kind="png", scale=4, border=1)
                picture.seek(0)
                self.picture(picture, height=22)

    def save(self, file):
        self.document.save(file)


class Grid:
    """The lines of one table as XML elements: fixed widths, in the proportions of the columns."""

    def __init__(self, columns, inner):
        self.columns = columns
        whole = sum(column.width for column in columns)
        self.widths = [round(column.width / whole * inner * TWIPS) for column in columns]
        borders = "".join(
            f'<w:{side} w:val="single" w:sz="4" w:space="0" w:color="5C5651"/>'
            for side in ("top", "left", "bottom", "right", "insideH", "insideV")
        )
        margins = "".join(f'<w:{side} w:w="60" w:type="dxa"/>' for side in ("left", "right"))
        self.beginning = (
            f'<w:tbl {nsdecls("w")}><w:tblPr><w:tblW w:w="{sum(self.widths)}" w:type="dxa"/>'
            f'<w:tblBorders>{borders}</w:tblBorders><w:tblLayout w:type="fixed"/>'
            f"<w:tblCellMar>{margins}</w:tblCellMar></w:tblPr>"
            f'<w:tblGrid>{"".join(f"""<w:gridCol w:w="{width}"/>""" for width in self.widths)}</w:tblGrid></w:tbl>'
        )

    def head(self):
        """The lines of the head, repeated on every page."""
        lines = head_of(self.columns)
        yield self._line([self._head_cell(cell) for cell in lines[0]], repeated=True)
        if len(lines) > 1:
            below = iter(lines[1])
            cells = [self._below(cell, below) for cell in lines[0]]
            yield self._line([cell for several in cells for cell in several], repeated=True)

    def _head_cell(self, cell):
        merge = '<w:vMerge w:val="restart"/>' if cell.lines > 1 else ""
        return _cell(cell.label, span=cell.columns, more=merge, align="center", bold=True)

    def _below(self, cell, below):
        """What stands in the second line of the head below `cell` of the first."""
        if cell.lines > 1:
            return [_cell("", more="<w:vMerge/>")]
        return [_cell(next(below).label, align="center", bold=True) for _place in range(cell.columns)]

    def row(self, row):
        cells = []
        for column in self.columns:
            text = in_words(column.value(row))
            if column.above and (above := column.above(row)):
                text = f"{above} {text}"
            cells.append(_cell(text, align="right" if column.number else ""))
        return self._line(cells)

    def band(self, text, *, with_next=False):
        """A line over all columns; `with_next`: it does not stay alone at the foot of a page."""
        return self._line([_cell(text, span=len(self.columns), bold=True, with_next=with_next)])

    def _line(self, cells, *, repeated=False):
        head = "<w:tblHeader/>" if repeated else ""
        return parse_xml(f"<w:tr {nsdecls('w')}><w:trPr><w:cantSplit/>{head}</w:trPr>{''.join(cells)}</w:tr>")


def _cell(text, *, span=1, more="", align="", bold=False, with_next=False):
    span = f'<w:gridSpan w:val="{span}"/>' if span > 1 else ""
    next_one = "<w:keepNext/>" if with_next else ""
    justify = f'<w:jc w:val="{align}"/>' if align else ""
    weight = "<w:b/>" if bold else ""
    lines = "<w:br/>".join(f'<w:t xml:space="preserve">{escape(line)}</w:t>' for line in _clean(text).splitlines())
    return (
        f'<w:tc><w:tcPr>{span}{more}<w:vAlign w:val="center"/></w:tcPr><w:p><w:pPr>{next_one}'
        f'<w:spacing w:before="30" w:after="30"/>{justify}</w:pPr>'
        f'<w:r><w:rPr>{weight}<w:sz w:val="{2 * CELL}"/></w:rPr>{lines}</w:r></w:p></w:tc>'
    )


def _clean(text):
    """`text` without what no XML holds."""
    return NOT_IN_XML.sub("", text)


def _set_faces(document):
    """The faces of the whole document, in place of the theme's; no space between paragraphs of its own."""
    properties = document.styles.element.find(qn("w:docDefaults")).find(qn("w:rPrDefault")).find(qn("w:rPr"))
    _set_face(properties, FANGSONG)
    language = properties.find(qn("w:lang"))
    language.set(qn("w:eastAsia"), "zh-CN")
    language.set(qn("w:val"), "zh-CN" if get_language() == "zh-hans" else "en-GB")
    normal = document.styles["Normal"]
    _set_face(normal.element.get_or_add_rPr(), FANGSONG)
    normal.paragraph_format.space_after = Pt(0)
    normal.paragraph_format.line_spacing = 1.15


def _set_face(properties, face):
    """Chinese and its punctuation in `face`, Latin and digits in Times; attributes of a theme would win over both."""
    fonts = properties.find(qn("w:rFonts"))
    if fonts is not None:
        properties.remove(fonts)
    faces = f'w:ascii="{LATIN}" w:hAnsi="{LATIN}" w:cs="{LATIN}" w:eastAsia="{face}" w:hint="eastAsia"'
    properties.insert(0, parse_xml(f"<w:rFonts {nsdecls('w')} {faces}/>"))


def _number_pages(paragraph):
    """第 x 页，共 y 页, as fields that the word processor fills in."""
    paragraph.alignment = WD_ALIGN_PARAGRAPH.CENTER
    words = _("Page %(n)s of %(all)s") % {"n": "\t", "all": "\n"}
    for piece in re.split("([\t\n])", words):
        if name := {"\t": "PAGE", "\n": "NUMPAGES"}.get(piece):
            paragraph._p.append(
                parse_xml(f'<w:fldSimple {nsdecls("w")} w:instr="{name}"><w:r><w:t>1</w:t></w:r></w:fldSimple>')
            )
        else:
            paragraph.add_run(piece).font.size = Pt(CELL)


def _drop_thumbnail(document):
    """The picture of the library's empty template, which file managers would show."""
    relations = document.part.package.rels
    for key in [key for key, relation in relations.items() if relation.reltype.endswith("/thumbnail")]:
        del relations[key]
