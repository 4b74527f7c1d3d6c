"""A unit's daily list as a workbook: the same list is the same bytes, and nothing in it runs when it is opened."""

import io
import re
import zipfile
from datetime import datetime, time

from openpyxl import Workbook
from openpyxl.cell import Cell, WriteOnlyCell
from openpyxl.styles import Alignment, Font, PatternFill
from openpyxl.utils import get_column_letter
from openpyxl.worksheet.properties import PageSetupProperties
from openpyxl.worksheet.worksheet import Worksheet

from riskscore.queues.cells import cell
from riskscore.queues.daylist import INVENTED, LIST_COLUMNS, DayList

NUMBER_FORMATS = {"count": "0", "hours": "0.0", "share": "0.0%", "odds": "0.00%", "instant": "yyyy-mm-dd hh:mm"}
TOP = Alignment(vertical="top")
ALIGNMENTS = {"sentences": Alignment(vertical="top", wrap_text=True)}
HEADING_FILL = PatternFill("solid", fgColor="FF1F3A5F")
BANNER_FILL = PatternFill("solid", fgColor="FFFFD966")
ZIP_EPOCH = (1980, 1, 1, 0, 0, 0)
ESCAPE_LOOKALIKE = re.compile("_(?=x[0-9A-Fa-f]{4}_)")
"""Excel reads _x003D_ as the character 3D; an escaped underscore keeps such text as it was written."""


def workbook_bytes(day_list: DayList) -> bytes:
    """Return the list as a workbook of one sheet: heading frozen, filter on, numbers as numbers, ready to print."""
    workbook = Workbook()
    sheet = workbook.worksheets[0]
    sheet.title = day_list.title
    for banner in [day_list.say(INVENTED)] * day_list.is_invented + [day_list.caution] * bool(day_list.caution):
        _write_banner(sheet, banner)
    _write_heading(sheet, day_list)
    heading = sheet.max_row
    for row in day_list.values():
        sheet.append([_xlsx_cell(sheet, value, column.kind) for value, column in zip(row, LIST_COLUMNS, strict=True)])
    sheet.freeze_panes = f"C{heading + 1}"
    sheet.auto_filter.ref = f"A{heading}:{get_column_letter(len(LIST_COLUMNS))}{sheet.max_row}"
    _set_up_print(sheet, day_list, heading)
    made_at = datetime.combine(day_list.day, time())
    workbook.properties.creator, workbook.properties.title = "riskscore", day_list.title
    workbook.properties.created = made_at
    content = io.BytesIO()
    workbook.save(content)
    return _same_bytes(content, made_at)


def _write_banner(sheet: Worksheet, text: str) -> None:
    banner = WriteOnlyCell(sheet, text)
    banner.font, banner.fill = Font(bold=True, color="FF7F0000"), BANNER_FILL
    sheet.append([banner])
    row = sheet.max_row
    sheet.merge_cells(start_row=row, start_column=1, end_row=row, end_column=len(LIST_COLUMNS))


def _write_heading(sheet: Worksheet, day_list: DayList) -> None:
    cells = [WriteOnlyCell(sheet, day_list.say(column.heading)) for column in LIST_COLUMNS]
    for number, (heading, column) in enumerate(zip(cells, LIST_COLUMNS, strict=True), start=1):
        heading.font, heading.fill = Font(bold=True, color="FFFFFFFF"), HEADING_FILL
        heading.alignment = Alignment(vertical="center", wrap_text=True)
        sheet.column_dimensions[get_column_letter(number)].width = column.width
    sheet.append(cells)


def _xlsx_cell(sheet: Worksheet, value: object, kind: str) -> Cell:
    written = WriteOnlyCell(sheet)
    if isinstance(value, int | float | datetime):
        written.value, written.number_format = value, NUMBER_FORMATS[kind]
    elif text := cell(value):
        written.value = ESCAPE_LOOKALIKE.sub("_x005F_", text)
        written.data_type = "s"  # text it is, whatever it looks like
    written.alignment = ALIGNMENTS.get(kind, TOP)
    return written


def _set_up_print(sheet: Worksheet, day_list: DayList, heading: int) -> None:
    sheet.page_setup.orientation = "landscape"
    sheet.page_setup.paperSize = 9  # A4
    sheet.sheet_properties.pageSetUpPr = PageSetupProperties(fitToPage=True)
    sheet.page_setup.fitToHeight = 0  # as many pages as it takes, one page wide
    sheet.print_title_rows = f"1:{heading}"
    invented = f" - {day_list.say('INVENTED DATA')}" if day_list.is_invented else ""
    if (footer := sheet.oddFooter) is not None:  # openpyxl always gives one; its type does not say so
        footer.left.text, footer.right.text = f"{day_list.title}{invented}", "&P / &N"


def _same_bytes(content: io.BytesIO, made_at: datetime) -> bytes:
    """Pack the workbook again without the time of writing, which openpyxl puts into every entry."""
    packed = io.BytesIO()
    with zipfile.ZipFile(content) as source, zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as target:
        for name in source.namelist():
            part = source.read(name)
            if name == "docProps/core.xml":
                part = re.sub(
                    rb"(<dcterms:modified[^>]*>)[^<]*", rb"\g<1>" + f"{made_at:%Y-%m-%dT%H:%M:%SZ}".encode(), part
                )
            entry = zipfile.ZipInfo(name, ZIP_EPOCH)
            entry.compress_type, entry.create_system = zipfile.ZIP_DEFLATED, 3
            target.writestr(entry, part)
    return packed.getvalue()
