"""What the `page` of a passage counts, by the type of its document."""

from __future__ import annotations

_UNITS = {
    **dict.fromkeys(("pptx", "pptm", "ppsx", "odp", "otp", "ppt", "pps"), "slide"),
    **dict.fromkeys(("xlsx", "xlsm", "xlsb", "xls", "ods", "csv", "tsv", "tab"), "row"),
    **dict.fromkeys(("json", "jsonl", "ndjson", "geojson"), "record"),
    **dict.fromkeys(("mbox", "mbx"), "message"),
    "epub": "chapter",
    "ipynb": "cell",
}


def page_unit(type_: str) -> str:
    """Return `page`, `slide`, `row`, `record`, `message`, `chapter` or `cell`."""
    return _UNITS.get(type_, "page")
