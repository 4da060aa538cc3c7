"""Makes small files of each format, so that none has to be kept in the repository."""

import io
import struct
import zipfile
import zlib
from collections.abc import Mapping, Sequence

W = 'xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main"'
P = (
    'xmlns:p="http://schemas.openxmlformats.org/presentationml/2006/main" '
    'xmlns:a="http://schemas.openxmlformats.org/drawingml/2006/main" '
    'xmlns:r="http://schemas.openxmlformats.org/officeDocument/2006/relationships"'
)
ODF = (
    'xmlns:office="urn:oasis:names:tc:opendocument:xmlns:office:1.0" '
    'xmlns:text="urn:oasis:names:tc:opendocument:xmlns:text:1.0" '
    'xmlns:table="urn:oasis:names:tc:opendocument:xmlns:table:1.0" '
    'xmlns:draw="urn:oasis:names:tc:opendocument:xmlns:drawing:1.0" '
    'xmlns:presentation="urn:oasis:names:tc:opendocument:xmlns:presentation:1.0" '
    'xmlns:dc="http://purl.org/dc/elements/1.1/" '
    'xmlns:meta="urn:oasis:names:tc:opendocument:xmlns:meta:1.0"'
)
REL = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
TYPES = '<Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types"/>'


def zipped(parts: Mapping[str, str | bytes]) -> bytes:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, data in parts.items():
            # The same bytes each time: tests are named by them, in every process alike.
            member = zipfile.ZipInfo(name)
            member.compress_type = zipfile.ZIP_DEFLATED
            archive.writestr(member, data)
    return buffer.getvalue()


def docx(body: str, **parts: str) -> bytes:
    styles = (
        f'<w:styles {W}><w:style w:styleId="Berschrift1"><w:name w:val="heading 1"/></w:style>'
        '<w:style w:styleId="H2"><w:name w:val="heading 2"/></w:style></w:styles>'
    )
    named = {name.replace("__", "/") + ".xml": data for name, data in parts.items()}
    return zipped({
        "[Content_Types].xml": TYPES,
        "word/document.xml": f"<w:document {W}><w:body>{body}</w:body></w:document>",
        "word/styles.xml": styles,
        **named,
    })  # fmt: skip


def word_paragraph(text: str, style: str = "") -> str:
    properties = f'<w:pPr><w:pStyle w:val="{style}"/></w:pPr>' if style else ""
    return f"<w:p>{properties}<w:r><w:t>{text}</w:t></w:r></w:p>"


def pptx(slides: Sequence[tuple[str, str]], notes: Mapping[int, str] | None = None) -> bytes:
    """Slides of title and body; they stand in the archive in the reverse of their order."""
    parts: dict[str, str] = {"[Content_Types].xml": TYPES}
    ids, relations = "", ""
    for i, (title, body) in enumerate(slides):
        file = len(slides) - i
        ids += f'<p:sldId id="{256 + i}" r:id="rId{i}"/>'
        relations += f'<Relationship Id="rId{i}" Type="{REL}/slide" Target="slides/s{file}.xml"/>'
        parts[f"ppt/slides/s{file}.xml"] = (
            f'<p:sld {P}><p:sp><p:nvSpPr><p:nvPr><p:ph type="title"/></p:nvPr></p:nvSpPr>'
            f"<p:txBody><a:p><a:r><a:t>{title}</a:t></a:r></a:p></p:txBody></p:sp>"
            f"<p:sp><p:txBody><a:p><a:r><a:t>{body}</a:t></a:r></a:p></p:txBody></p:sp></p:sld>"
        )
        if notes and i in notes:
            parts[f"ppt/slides/_rels/s{file}.xml.rels"] = (
                f'<Relationships><Relationship Id="r" Type="{REL}/notesSlide" '
                f'Target="../notes/n{i}.xml"/></Relationships>'
            )
            parts[f"ppt/notes/n{i}.xml"] = (
                f"<p:notes {P}><p:sp><p:txBody><a:p><a:r><a:t>{notes[i]}</a:t></a:r></a:p>"
                "</p:txBody></p:sp></p:notes>"
            )
    parts["ppt/presentation.xml"] = (
        f"<p:presentation {P}><p:sldIdLst>{ids}</p:sldIdLst></p:presentation>"
    )
    parts["ppt/_rels/presentation.xml.rels"] = f"<Relationships>{relations}</Relationships>"
    return zipped(parts)


def odf(kind: str, body: str, meta: str = "", **parts: str) -> bytes:
    return zipped({
        "mimetype": f"application/vnd.oasis.opendocument.{kind}",
        "META-INF/manifest.xml": "<manifest/>",
        "content.xml": f"<office:document-content {ODF}><office:body>{body}</office:body>"
                       "</office:document-content>",
        "meta.xml": f"<office:document-meta {ODF}><office:meta>{meta}</office:meta>"
                    "</office:document-meta>",
        **{name.replace("__", "/") + ".xml": data for name, data in parts.items()},
    })  # fmt: skip


def xlsx(
    sheets: Mapping[str, Sequence[Sequence[str | int]]], beside: Mapping[str, str] | None = None
) -> bytes:
    main = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
    listed, relations = "", ""
    parts: dict[str, str] = {}
    for n, (name, rows) in enumerate(sheets.items(), 1):
        listed += f'<sheet name="{name}" sheetId="{n}" r:id="rId{n}"/>'
        relations += (
            f'<Relationship Id="rId{n}" Type="{REL}/worksheet" Target="worksheets/sheet{n}.xml"/>'
        )
        lines = "".join(
            f'<row r="{i}">'
            + "".join(_cell(chr(65 + j), i, v) for j, v in enumerate(row))
            + "</row>"
            for i, row in enumerate(rows, 1)
            if row
        )
        parts[f"xl/worksheets/sheet{n}.xml"] = (
            f'<worksheet xmlns="{main}"><sheetData>{lines}</sheetData></worksheet>'
        )
    return zipped({
        "[Content_Types].xml": TYPES,
        "_rels/.rels": f'<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/'
                       f'relationships"><Relationship Id="r" Type="{REL}/officeDocument" '
                       'Target="xl/workbook.xml"/></Relationships>',
        "xl/workbook.xml": f'<workbook xmlns="{main}" xmlns:r="{REL}"><sheets>{listed}</sheets>'
                           "</workbook>",
        "xl/_rels/workbook.xml.rels": '<Relationships xmlns="http://schemas.openxmlformats.org/'
                                      f'package/2006/relationships">{relations}</Relationships>',
        **parts,
        **(beside or {}),
    })  # fmt: skip


def _cell(column: str, row: int, value: str | int) -> str:
    if isinstance(value, int):
        return f'<c r="{column}{row}"><v>{value}</v></c>'
    return f'<c r="{column}{row}" t="inlineStr"><is><t>{value}</t></is></c>'


def epub(chapters: Sequence[str], title: str = "A Book", subject: str = "") -> bytes:
    items = "".join(
        f'<item id="c{i}" href="c{i}.xhtml" media-type="application/xhtml+xml"/>'
        for i in range(len(chapters))
    )
    spine = "".join(f'<itemref idref="c{i}"/>' for i in range(len(chapters)))
    return zipped({
        "mimetype": "application/epub+zip",
        "META-INF/container.xml": '<container><rootfiles><rootfile full-path="OPS/b.opf"/>'
                                  "</rootfiles></container>",
        "OPS/b.opf": f"<package><metadata><title>{title}</title><subject>{subject}</subject>"
                     f"</metadata><manifest>{items}</manifest><spine>{spine}</spine></package>",
        **{f"OPS/c{i}.xhtml": f"<html><body>{text}</body></html>"
           for i, text in enumerate(chapters)},
    })  # fmt: skip


def pdf(pages: Sequence[Sequence[str]], title: str = "") -> bytes:
    """A PDF with lines of text on each page; no lines make a page without text."""
    streams = []
    for lines in pages:
        shown = "".join(f"({line}) Tj 0 -16 Td " for line in lines)
        streams.append(f"BT /F1 12 Tf 50 650 Td {shown} ET")
    return pdf_of_streams(streams, title)


NO_LETTERS: Mapping[str, str] = {}
PICTURE = "q 100 0 0 100 0 0 cm BI /W 1 /H 1 /CS /G /BPC 8 ID x EI Q"
"""What draws a picture on a page."""


def _to_unicode(letters: Mapping[str, str]) -> bytes:
    pairs = " ".join(
        f"<{ord(drawn):02x}> <{meant.encode('utf-16-be').hex()}>"
        for drawn, meant in letters.items()
    )
    cmap = (
        "/CIDInit /ProcSet findresource begin 12 dict begin begincmap /CMapType 2 def "
        f"1 begincodespacerange <00> <ff> endcodespacerange {len(letters)} beginbfchar {pairs} "
        "endbfchar endcmap end end"
    )
    return f"<< /Length {len(cmap)} >>\nstream\n{cmap}\nendstream".encode()


def pdf_of_streams(
    streams: Sequence[str],
    title: str = "",
    notes: str = "",
    letters: Mapping[str, str] = NO_LETTERS,
) -> bytes:
    """A PDF whose pages are drawn by these; F1 is regular, F2 bold; `notes` are annotations.

    In F3 a character may stand for any others, `letters`.
    """
    objects: list[bytes] = []
    kids = " ".join(f"{5 + 2 * i} 0 R" for i in range(len(streams)))
    objects.append(b"<< /Type /Catalog /Pages 2 0 R >>")
    objects.append(f"<< /Type /Pages /Kids [{kids}] /Count {len(streams)} >>".encode())
    objects.append(b"<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica >>")
    objects.append(b"<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica-Bold >>")
    for i, stream in enumerate(streams):
        packed = zlib.compress(stream.encode())
        objects.append(
            f"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 612 792] /Contents {6 + 2 * i} 0 R "
            f"/Annots [{notes}] /Resources << /Font << /F1 3 0 R /F2 4 0 R /F3 << "
            f"/Type /Font /Subtype /Type1 /BaseFont /Courier /ToUnicode {5 + 2 * len(streams)} 0 R "
            ">> >> >> >>".encode()
        )
        objects.append(
            f"<< /Length {len(packed)} /Filter /FlateDecode >>\nstream\n".encode()
            + packed
            + b"\nendstream"
        )
    objects.append(_to_unicode(letters))
    objects.append(f"<< /Title ({title}) >>".encode())
    out = bytearray(b"%PDF-1.4\n")
    offsets = []
    for number, body in enumerate(objects, 1):
        offsets.append(len(out))
        out += f"{number} 0 obj\n".encode() + body + b"\nendobj\n"
    start = len(out)
    out += f"xref\n0 {len(objects) + 1}\n0000000000 65535 f \n".encode()
    for offset in offsets:
        out += f"{offset:010} 00000 n \n".encode()
    out += (
        f"trailer << /Size {len(objects) + 1} /Root 1 0 R /Info {len(objects)} 0 R >>\n"
        f"startxref\n{start}\n%%EOF\n".encode()
    )
    return bytes(out)


def compound(streams: Mapping[str, bytes]) -> bytes:
    """An OLE compound file; each stream fills whole sectors beyond the limit of the mini stream."""
    size = 512
    entries = [("Root Entry", 5, b"")] + [(name, 2, data) for name, data in streams.items()]
    chains, sectors = [], bytearray()
    for _, _, data in entries:
        padded = data.ljust(4096, b"\0") if data else b""
        padded = padded.ljust(-(-len(padded) // size) * size, b"\0")
        chains.append((len(sectors) // size if padded else None, len(padded) // size))
        sectors += padded
    per = size // 128
    directory_at = len(sectors) // size
    directory_size = -(-len(entries) // per)
    fat: list[int] = []
    for start, count in chains:
        if start is not None:
            fat += [start + i + 1 for i in range(count - 1)] + [0xFFFFFFFE]
    fat += [directory_at + i + 1 for i in range(directory_size - 1)] + [0xFFFFFFFE]
    fat_at = len(fat)
    fat.append(0xFFFFFFFD)
    directory = b""
    for i, (name, kind, data) in enumerate(entries):
        start, _ = chains[i]
        wide = name.encode("utf-16-le") + b"\0\0"
        right = i + 1 if 0 < i < len(entries) - 1 else 0xFFFFFFFF
        child = 1 if i == 0 and len(entries) > 1 else 0xFFFFFFFF
        directory += (
            wide.ljust(64, b"\0")
            + struct.pack("<HBBIII", len(wide), kind, 1, 0xFFFFFFFF, right, child)
            + bytes(36)
            + struct.pack("<IQ", 0xFFFFFFFE if start is None else start, max(len(data), 4096)
                          if data else 0)
        )  # fmt: skip
    directory = directory.ljust(directory_size * size, b"\0")
    header = (
        b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(16)
        + struct.pack("<HHHHH6xIIIIIIIII", 0x3E, 3, 0xFFFE, 9, 6, 0, 1, directory_at, 0, 4096,
                      0xFFFFFFFE, 0, 0xFFFFFFFE, 0)
        + struct.pack("<109I", fat_at, *[0xFFFFFFFF] * 108)
    )  # fmt: skip
    table = struct.pack("<128I", *fat, *[0xFFFFFFFF] * (128 - len(fat)))
    return header + bytes(sectors) + directory + table
