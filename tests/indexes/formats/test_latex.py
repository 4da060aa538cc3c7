r"""LaTeX: letters, titles, code and tables come out as a reader of the page would see them."""

import pytest

from indexes.extract.registry import extract


def text_of(tex: str) -> str:
    return extract(tex.encode(), "tex").text


@pytest.mark.parametrize(
    ("written", "read"),
    [
        (r"G\"odel", "Gödel"),
        (r"G\"{o}del", "Gödel"),
        (r"{\"o}ffnen", "öffnen"),
        (r"Poincar\'{e}", "Poincaré"),
        (r"Poincar\' e", "Poincaré"),
        (r"Erd\H{o}s", "Erdős"),
        (r"Erd\H os", "Erdős"),
        (r"fa\c{c}ade", "façade"),
        (r"\v{S}koda, \v Capek", "Škoda, Čapek"),
        (r"\k{a} \r{u} \u{g} \d{h} \b{d} \=a \.z \`a \^o \~n", "ą ů ğ ḥ ḏ ā ż à ô ñ"),
        (r"na\"\i ve, na\"{\i}ve, \^\j, \'{\j}", "naïve, naïve, ĵ, j́"),
        (r"a home \~{}ada, 2\^{}8", "a home ~ada, 2^8"),
        (r"Stra\ss{}e, Stra{\ss}e, Ku\ss", "Straße, Straße, Kuß"),
        (r"\AA rhus, \o re, \O{}re, \L{}\'od\'z", "Århus, øre, Øre, Łódź"),
        (r"\aa\ae\oe\AE\OE\l", "åæœÆŒł"),
        (r"\S 5, \P{} 6, \dots, wait\ldots", "§5, ¶ 6, …, wait…"),
        (r"1\textendash 2 \textemdash{} \copyright{} \texteuro 5", "1–2 — © €5"),
        (r"the $\beta$-carotene", "the $β$-carotene"),
    ],
)
def test_letters_and_signs_of_latex_are_those_that_are_printed(written, read):
    assert text_of(written) == read


@pytest.mark.parametrize(
    ("written", "read"),
    [
        (r"3\,600\,kg", "3 600 kg"),
        (r"no~break, a\ b, a\quad b", "no break, a b, a b"),
        (r"R\&D, 50\%, a\_b, \#1, \$5, \{x\}", "R&D, 50%, a_b, #1, $5, {x}"),
        (r"hy\-phen\-ate, shelf\/ful", "hyphenate, shelfful"),
        ('one\\\\"two"', 'one\n"two"'),
        ("one\\\\[2pt]two", "one\ntwo"),
        ("kept\\\\% dropped", "kept"),
        (r"``so'' -- or --- so", "“so” – or — so"),
    ],
)
def test_spaces_and_escaped_signs_of_latex_are_read(written, read):
    assert text_of(written) == read


def test_a_title_of_latex_may_hold_braces_within_braces():
    tex = (
        "\\title[Short]{{\\bf On} \\emph{Whales \\textit{and \\'{e}tudes}}}\n\\section{One}\nText."
    )
    assert extract(tex.encode(), "tex").title == "On Whales and études"


def test_a_heading_of_latex_may_hold_braces_within_braces():
    extracted = extract(rb"\section{A \emph{very \textbf{long}} way} It goes.", "tex")
    assert [block.label for block in extracted.blocks] == ["A very long way", ""]


def test_title_author_and_caption_do_not_run_into_their_neighbours():
    tex = "\\title{On Whales}\\author{Ann Lee \\and Bo\\thanks{Paid.}}\\date{May}"
    assert text_of(tex) == "On Whales\nAnn Lee\nBo Paid.\nMay"
    assert (
        text_of("Krill.\\footnote{Small.} \\caption{Masses}\\label{m}") == "Krill. Small.\nMasses"
    )


@pytest.mark.parametrize("name", ["verbatim", "lstlisting", "Verbatim", "minted"])
def test_code_in_latex_is_kept_as_it_is_written(name):
    options = {"lstlisting": "[language=C,\n caption=x]", "minted": "{c}"}.get(name, "")
    code = '  for (;;) { printf("%d\\n", i); }\n\n  /* \\section{No} ~ -- */'
    tex = f"Before. % said\n\\begin{{{name}}}{options}\n{code}\n\\end{{{name}}}\nAfter."
    extracted = extract(tex.encode(), "tex")
    found = [(extracted.text[b.start : b.end], b.kind) for b in extracted.blocks]
    assert found == [("Before.", "paragraph"), (code.strip(), "code"), ("After.", "paragraph")]
    lines = tex.split("\n")
    assert [b.line for b in extracted.blocks] == [
        1, lines.index(code.split("\n", maxsplit=1)[0]) + 1, len(lines),
    ]  # fmt: skip


def test_code_in_a_line_of_latex_is_kept_as_it_is_written():
    assert text_of(r"Say \verb|50% \of {x}_y| and \lstinline!a--b! now.") == (
        r"Say 50% \of {x}_y and a--b now."
    )


def test_code_that_has_no_end_is_read_as_text():
    assert text_of("Before.\n\\begin{verbatim}\nAfter.") == "Before.\nAfter."


def test_what_is_commented_out_of_latex_is_no_text():
    assert (
        text_of("One.\n\\begin{comment}\nTwo.\n\\end{comment}\nThree. % Four") == "One.\n\nThree."
    )
    assert text_of("One.\n% \\begin{verbatim}\nTwo.") == "One.\n\nTwo."


def test_tables_of_latex_have_rows_and_no_layout():
    tex = (
        "\\begin{table}[h]\\begin{tabular}{|l|p{3cm}@{}r|}\\hline Name & Mass \\\\ \\hline\n"
        "\\multicolumn{2}{c}{Whale} & 150 \\\\ \\cline{1-2}\\end{tabular}"
        "\\caption{Masses}\\end{table}"
    )
    assert text_of(tex) == "Name & Mass\nWhale & 150\nMasses"


def test_arguments_that_are_not_printed_are_no_text():
    assert text_of(r"See \href{http://a.b/c}{the \emph{page}}, \textcolor{red}{now}.") == (
        "See the page, now."
    )
    assert text_of(r"\definecolor{ink}{rgb}{0,0,1}Blue \hspace*{2cm}sea \citep[see][]{x}.") == (
        "Blue sea ."
    )


def test_brackets_that_are_printed_stay():
    assert text_of(r"$\left[0, 1\right]$, \emph{so} [sic]") == "$[0, 1]$, so [sic]"


def test_items_of_latex_have_lines_of_their_own():
    assert text_of(r"\begin{itemize}\item One \item[b] Two\end{itemize}") == "• One\n• b Two"
