"""Titles and tags of Markdown, wherever an author writes them."""

import pytest

from indexes.extract.registry import extract


def title_of(text: str) -> str:
    return extract(text.encode(), "md").title


@pytest.mark.parametrize(
    ("written", "title"),
    [
        ("title: >-\n  A folded title\n  in two lines", "A folded title in two lines"),
        ("title: |\n  As it\n\n  stands", "As it stands"),
        ("title: A plain one\n  goes on", "A plain one goes on"),
        ('title: "A quoted one\n  goes on"', "A quoted one goes on"),
        ("title: 'Ada''s notes'", "Ada's notes"),
        ('title: "My: \\"Title\\""', 'My: "Title"'),
        ("title: Plain\nother: x", "Plain"),
        ("title:\ntags: [a]", "Heading"),
    ],
)
def test_a_title_of_front_matter_may_have_several_lines_and_quotes(written, title):
    assert title_of(f"---\n{written}\nlang: en\n---\n\n# Heading\n") == title


def test_front_matter_in_toml_gives_title_and_tags():
    extracted = extract(
        b'+++\ntitle = "A title"\ndate = 2024-05-01\ntags = ["bread", "oven"]\n\n'
        b'[taxonomies]\ncategories = ["food"]\n+++\n\n# Heading\n\nBody.\n',
        "md",
    )
    assert (extracted.title, extracted.tags) == ("A title", ("bread", "oven", "food"))
    assert [block.kind for block in extracted.blocks] == ["code", "heading", "paragraph"]


def test_front_matter_in_toml_that_is_broken_loses_no_text():
    extracted = extract(b"+++\ntitle = \n+++\n\n# Heading\n", "md")
    assert extracted.title == "Heading"
    assert extracted.text.startswith("+++\ntitle = \n+++")


@pytest.mark.parametrize(
    ("html", "title"),
    [
        ('<h1 align="center">My <b>Pro</b>ject<br>&amp; co</h1>', "My Project & co"),
        ('<div align="center">\n<img src="x">\n<h1>\n  My\n  Project\n</h1>\n</div>', "My Project"),
        ('<h1 align="center"><img src="x" alt="My Project"></h1>', "My Project"),
        (" <!-- <h1>Draft</h1> -->", "Install"),
        ("<pre>\n<h1>Draft</h1>\n</pre>", "Install"),
        ("<h1><br></h1>", "Install"),
    ],
)
def test_a_heading_in_html_is_a_heading_of_markdown(html, title):
    assert title_of(f"{html}\n\nWords.\n\n## Install\n\nRun it.\n") == title


def test_what_stands_around_a_heading_in_html_is_kept():
    text = "<p>\nBefore\n<h2>Two</h2>\nAfter\n</p>\n\nWords."
    extracted = extract(text.encode(), "md")
    assert extracted.text == text
    assert [(text[b.start : b.end], b.kind, b.label) for b in extracted.blocks] == [
        ("<p>\nBefore", "code", ""),
        ("<h2>Two</h2>", "heading", "Two"),
        ("After\n</p>", "code", ""),
        ("Words.", "paragraph", ""),
    ]
