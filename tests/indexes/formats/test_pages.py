"""HTML: which part of a page is read, and what of it a reader sees."""

import pytest

from indexes.extract.registry import extract
from tests.indexes.formats.making import docx, word_paragraph

POST = "Prune hybrid teas in early spring, above an outward facing bud. " * 8
COMMENT = "Thanks for this, I will certainly come back for more of it. " * 2


def text_of(body: str) -> str:
    page = f"<!DOCTYPE html><html><head><title>T</title></head><body>{body}</body></html>"
    return extract(page.encode(), "html").text


def comments(count: int) -> str:
    return f"<li><article class='comment-body'><p>{COMMENT}</p></article></li>" * count


@pytest.mark.parametrize("count", [1, 4, 30])
def test_a_post_is_read_that_has_comments_or_teasers_in_articles_beside_it(count):
    text = text_of(f"<div><p>{POST}</p></div><ol>{comments(count)}</ol>")
    assert POST.strip() in text
    assert text.count("Thanks for this") == 2 * count


def test_an_article_that_is_most_of_the_page_is_its_main_part():
    text = text_of(f"<div>Menu</div><article><p>{POST}</p>{comments(2)}</article><p>Imprint</p>")
    assert POST.strip() in text
    assert "Thanks" in text
    assert "Menu" not in text
    assert "Imprint" not in text


def test_what_a_page_calls_its_main_part_is_trusted_before_its_articles():
    text = text_of(f"<article><p>{POST * 3}</p></article><main><p>Main: {POST}</p></main>")
    assert text.count("Prune") == 8
    assert text.startswith("Main:")


def test_the_role_of_the_main_part_counts_as_its_element_does():
    text = text_of(f"<div>Menu</div><div role='main'><div>a</div><p>{POST}</p></div><p>Imprint</p>")
    assert text == f"a\n\n{POST.strip()}"


def test_an_end_tag_too_many_does_not_end_the_main_part():
    text = text_of(f"<div><main role='main'><p>{POST}</p></div></div><p>Its end.</p></main></div>")
    assert text.endswith("Its end.")


def test_a_head_that_is_not_closed_hides_nothing():
    page = b"<html><head><meta name=a><title>T</title><body><p>Words of the page.</body></html>"
    extracted = extract(page, "html")
    assert (extracted.title, extracted.text) == ("T", "Words of the page.")


def test_the_name_of_a_picture_is_not_in_the_title_of_the_page():
    page = b"<title>Bees</title><svg><title>Logo</title></svg><p>Words.</p>"
    assert extract(page, "html").title == "Bees"


TABLE = (("Year", "Sales", "Cost"), ("2023", "", "77"), ("", "12", "34"), ("2024", "5", ""))


def html_table(cell: str = "{}") -> bytes:
    rows = "".join(
        "<tr>" + "".join(f"<{'td' if i else 'th'}>{cell.format(text)}" for text in row)
        for i, row in enumerate(TABLE)
    )
    return f"<table>{rows}</table>".encode()


def word_table() -> bytes:
    rows = "".join(
        "<w:tr>" + "".join(f"<w:tc>{word_paragraph(cell)}</w:tc>" for cell in row) + "</w:tr>"
        for row in TABLE
    )
    return docx(f"<w:tbl>{rows}</w:tbl>")


def xml_table() -> bytes:
    rows = "".join(
        "<row>" + "".join(f"<entry>{cell}</entry>" for cell in row) + "</row>" for row in TABLE
    )
    return f"<?xml version='1.0'?><doc>{rows}</doc>".encode()


@pytest.mark.parametrize(
    ("data", "extension"),
    [(html_table(), "html"), (html_table("<b>{}</b>"), "html"), (word_table(), "docx"),
     (xml_table(), "xml")],
    ids=["html", "bold", "docx", "xml"],
)  # fmt: skip
def test_empty_cells_keep_the_others_under_the_names_of_their_columns(data, extension):
    rows = ["Year | Sales | Cost", "2023 | | 77", "| 12 | 34", "2024 | 5"]
    assert extract(data, extension).text == "\n\n".join(rows)


def test_a_row_with_one_cell_that_says_something_is_that():
    assert text_of("<table><tr><td></td><td>Words</td><td> </td></tr></table>") == "Words"


def test_the_corner_of_a_table_keeps_its_place_among_the_names_of_columns():
    page = b"<table><tr><th></th><th>2022</th><th>2023</th><tr><th>Sales<td>1<td>2</table><p>End"
    blocks = extract(page, "html").blocks
    assert [(b.kind, b.label) for b in blocks] == [
        ("table", ""), ("table", "| 2022 | 2023"), ("paragraph", ""),
    ]  # fmt: skip


def test_what_stands_for_a_picture_is_read():
    page = (
        '<p>See <img src=a alt="the bee"> there.</p>'
        '<figure><img src=b alt="Diagram of\na hive"><figcaption>Fig. 1</figcaption></figure>'
        '<table><tr><td>Wax<td><img alt="yes"></table><img alt=""><img src=c>'
    )
    assert text_of(page) == "See the bee there.\n\nDiagram of a hive\n\nFig. 1\n\nWax | yes"


def test_fields_and_buttons_stand_apart_from_what_is_beside_them():
    page = "<p>Form:<textarea>area text</textarea><button>Click</button>me</p>"
    assert text_of(page) == "Form: area text Click me"


@pytest.mark.parametrize(
    "link",
    [
        '<a class="headerlink" href="#types" title="Link">¶</a>',
        '<a href="page.html#types"> # </a>',
        '<a href="#types"><span>§</span></a>',
    ],
)
def test_a_heading_is_without_the_link_to_it(link):
    for heading in (f"Types{link}", f"{link} Types"):
        page = f"<h2>{heading}</h2><p>Words.</p>"
        blocks = extract(page.encode(), "html").blocks
        assert [block.label for block in blocks] == ["Types", ""]


@pytest.mark.parametrize("words", ["C#", '<a href="c#">#</a> sorted', '<a href="#x">C#</a>'])
def test_signs_that_are_no_links_to_a_heading_are_kept(words):
    assert "#" in text_of(f"<h2>{words}</h2>")


@pytest.mark.parametrize(
    "hidden",
    [
        "<div hidden><div>secret</div> secret</div>",
        '<p style="color: red; DISPLAY:none">secret',
        "<p><span style='display: none !important'>secret<span>secret</span> secret</span></p>",
        "<section><div hidden>secret<div>secret</section>",
        "<ul><li hidden>secret<b>secret</b><li>shown</ul>",
        '<img hidden alt="secret">',
        "<table><tr><td>a<td hidden>secret<td>b</table>",
    ],
)
def test_what_a_page_does_not_show_is_not_read(hidden):
    text = text_of(f"<p>Before.</p>{hidden}<p>After.</p>")
    assert "secret" not in text
    assert text.startswith("Before.")
    assert text.endswith("After.")


@pytest.mark.parametrize(
    "page",
    [
        "<div style='display:none' id=app><p>Words.</p></div>",
        "<p>x</p><div role=tabpanel hidden>Words.</div>",
        "<p>x</p><div hidden='until-found'>Words.</div>",
        "<p>x</p><p style='display:inline'>Words.</p>",
        "<p>x</p><input hidden>Words.",
    ],
)
def test_what_a_reader_comes_to_see_is_read(page):
    assert text_of(page).endswith("Words.")


def test_a_page_that_hides_most_of_its_text_at_first_is_read_whole():
    page = f"<nav>Menu</nav><p>Loading.</p><div style='display:none'><p>{POST}</p></div>"
    assert text_of(page) == f"Loading.\n\n{POST.strip()}"
