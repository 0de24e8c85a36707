"""Readers: what pages, citations and statements of origin say, and what they are found to lack, with the line."""

from __future__ import annotations

import pytest

from comparanda.errors import UnreadableInput
from comparanda.findings import Severity
from comparanda.readers.citation import Citation, parse_authors, parse_citation
from comparanda.readers.compare_page import ROW_KEYS, ComparePage, decode, read_compare_page
from comparanda.readers.languages import fold, script, text_language
from comparanda.readers.origin import Origin, parse_origin
from comparanda.readers.page_names import language_of_folder, slugs_of_file, slugs_of_url, split_names
from comparanda.shapes import shapes

LABELS = {tag: [row.labels[tag] for row in shapes().rows] for tag in shapes().languages}
INTRODUCTION = ["Compare methods", "Rows that differ are marked."]
HEAD = ["| Random forest× | Gradient boosting× | |", "|---|---|---|"]
FOOTER = ["| ScholarGateDatasets ↗ |", "|"]
FIRST_ROW = 5  # the line of the first row of a page that `lines` makes


def lines(language: str = "en") -> list[str]:
    """The lines of a whole page: two methods, nine rows with the cells a1 b1 … a9 b9."""
    rows = [f"| {label} | a{number} | b{number} |" for number, label in enumerate(LABELS[language], 1)]
    return [*INTRODUCTION, *HEAD, *rows, *FOOTER]


def read(page: list[str] | str, **given: object) -> ComparePage:
    text = page if isinstance(page, str) else "\n".join(page) + "\n"
    return read_compare_page(text, LABELS, source="page.md", **given)  # type: ignore[arg-type]


def found(page: ComparePage) -> list[tuple[str, int | None]]:
    assert all(finding.source == "page.md" for finding in page.findings)
    assert all(finding.severity is Severity.WARNING for finding in page.findings)
    return [(finding.code, finding.line) for finding in page.findings]


# Statements of origin


@pytest.mark.parametrize(
    ("statement", "start", "end"),
    [
        ("1908", 1908, 1908),
        ("c. 1763", 1763, 1763),
        ("1936.", 1936, 1936),
        ("1500", 1500, 1500),
        ("2099", 2099, 2099),
        ("2020a", 2020, 2020),
        ("1958/1972", 1958, 1972),
        ("1895, 1901", 1895, 1901),
        ("2001 (first in 1984)", 1984, 2001),
        ("2014(LIME)2016", 2014, 2016),
        ("1805–1809 (Legendre; Gauss)", 1805, 1809),
        ("1998-2003", 1998, 2003),
        ("1972 – 1975", 1972, 1975),
        ("1997—1999", 1997, 1999),
        ("2009-10", 2009, 2010),
        ("1986-87 and 1992", 1986, 1992),
        ("1940s", 1940, 1949),
        ("late 1960s", 1960, 1969),
        ("1990s–2000s", 1990, 2009),
        ("1970s–2006", 1970, 2006),
        ("1900s", 1900, 1999),
        ("19th century", 1801, 1900),
        ("early 20th century", 1901, 2000),
        ("20th-Century", 1901, 2000),
        ("Mid-20th century (Cochran 1953; Kish 1965)", 1901, 2000),
        ("21st century", 2001, 2100),
        ("2017+ (XAI)", 2017, None),
        ("2010–present", 2010, None),
        ("2010s–present", 2010, None),
        ("1749 onwards", 1749, None),
        ("1987 until today", 1987, None),
        ("2006 (Extra Trees); 2017 (SHAP integration)", 2006, 2017),
    ],
)
def test_a_statement_of_origin_admits_the_years_that_it_names(statement: str, start: int, end: int | None) -> None:
    assert parse_origin(statement) == Origin(start, end)


@pytest.mark.parametrize(
    "statement", ["", "—", "n.d.", "unknown", "12345", "1499", "2100", "ca. 300 BC", "present", "twentieth century"]
)
def test_a_statement_without_a_year_admits_none(statement: str) -> None:
    assert parse_origin(statement) == Origin(None, None)


# Citations


@pytest.mark.parametrize(
    ("cell", "expected"),
    [
        (
            "Student (1908). The Probable Error of a Mean. Biometrika, 6(1), 1–25. DOI ↗",
            ("DOI", ("Student",), 1908, "The Probable Error of a Mean", "Biometrika", "6", "1", "1–25"),
        ),
        (
            "Cox, D. R. (1972). Regression Models and Life-Tables. Journal of the Royal Statistical Society: Series B, "
            "34(2), 187–220. DOI ↗",
            (
                "DOI",
                ("Cox, D. R.",),
                1972,
                "Regression Models and Life-Tables",
                "Journal of the Royal Statistical Society: Series B",
                "34",
                "2",
                "187–220",
            ),
        ),
        (
            "Kaplan, E. L., & Meier, P. (1958). Nonparametric Estimation from Incomplete Observations. Journal of the "
            "American Statistical Association, 53(282), 457–481.",
            (
                None,
                ("Kaplan, E. L.", "Meier, P."),
                1958,
                "Nonparametric Estimation from Incomplete Observations",
                "Journal of the American Statistical Association",
                "53",
                "282",
                "457–481",
            ),
        ),
        (
            "LeCun, Y., Bengio, Y., & Hinton, G. (2015). Deep learning. Nature, 521(7553), 436–444. link ↗",
            (
                "link",
                ("LeCun, Y.", "Bengio, Y.", "Hinton, G."),
                2015,
                "Deep learning",
                "Nature",
                "521",
                "7553",
                "436–444",
            ),
        ),
        (
            "Tibshirani, R. (1996). Regression Shrinkage and Selection via the Lasso. Journal of the Royal Statistical "
            "Society, Series B, 58(1), 267–288. DOI ↗",
            (
                "DOI",
                ("Tibshirani, R.",),
                1996,
                "Regression Shrinkage and Selection via the Lasso",
                "Journal of the Royal Statistical Society, Series B",
                "58",
                "1",
                "267–288",
            ),
        ),
        (
            "Efron, B. (1979). Bootstrap Methods: Another Look at the Jackknife. The Annals of Statistics, 7(1), 1-26.",
            (
                None,
                ("Efron, B.",),
                1979,
                "Bootstrap Methods: Another Look at the Jackknife",
                "The Annals of Statistics",
                "7",
                "1",
                "1-26",
            ),
        ),
        (
            "Bayes, T. (1763). An Essay Towards Solving a Problem in the Doctrine of Chances. Philosophical "
            "Transactions of the Royal Society of London, 53, 370–418. DOI ↗",
            (
                "DOI",
                ("Bayes, T.",),
                1763,
                "An Essay Towards Solving a Problem in the Doctrine of Chances",
                "Philosophical Transactions of the Royal Society of London",
                "53",
                None,
                "370–418",
            ),
        ),
        (
            "Rosenbaum, P. R. & Rubin, D. B. (1983). The central role of the propensity score in observational studies "
            "for causal effects. Biometrika, 70(1), 41–55. DOI ↗",
            (
                "DOI",
                ("Rosenbaum, P. R.", "Rubin, D. B."),
                1983,
                "The central role of the propensity score in observational studies for causal effects",
                "Biometrika",
                "70",
                "1",
                "41–55",
            ),
        ),
        (
            "Rubin, D. B. (1974b). Estimating causal effects of treatments. Journal of Educational Psychology, 66(5), "
            "688–701.",
            (
                None,
                ("Rubin, D. B.",),
                1974,
                "Estimating causal effects of treatments",
                "Journal of Educational Psychology",
                "66",
                "5",
                "688–701",
            ),
        ),
        (
            "World Medical Association (2013). Declaration of Helsinki. JAMA, 310(20), 2191–2194. DOI ↗",
            (
                "DOI",
                ("World Medical Association",),
                2013,
                "Declaration of Helsinki",
                "JAMA",
                "310",
                "20",
                "2191–2194",
            ),
        ),
        (
            "Goodfellow, I., Pouget-Abadie, J., Mirza, M., & Bengio, Y. (2014). Generative Adversarial Nets. In "
            "Advances in Neural Information Processing Systems 27, pp. 2672–2680. link ↗",
            (
                "link",
                ("Goodfellow, I.", "Pouget-Abadie, J.", "Mirza, M.", "Bengio, Y."),
                2014,
                "Generative Adversarial Nets",
                "Advances in Neural Information Processing Systems 27",
                None,
                None,
                "2672–2680",
            ),
        ),
        (
            "Reimers, N., & Gurevych, I. (2019). Sentence-BERT: Sentence Embeddings using Siamese BERT-Networks. In "
            "Proceedings of EMNLP-IJCNLP (pp. 3982–3992). DOI ↗",
            (
                "DOI",
                ("Reimers, N.", "Gurevych, I."),
                2019,
                "Sentence-BERT: Sentence Embeddings using Siamese BERT-Networks",
                "Proceedings of EMNLP-IJCNLP",
                None,
                None,
                "3982–3992",
            ),
        ),
        (
            "Kingma, D. P., & Ba, J. (2015). Adam: A Method for Stochastic Optimization. arXiv:1412.6980. link ↗",
            (
                "link",
                ("Kingma, D. P.", "Ba, J."),
                2015,
                "Adam: A Method for Stochastic Optimization",
                "arXiv:1412.6980",
                None,
                None,
                None,
            ),
        ),
        (
            "Fisher, R. A. (1925). Statistical Methods for Research Workers. Oliver and Boyd, Edinburgh. link ↗",
            (
                "link",
                ("Fisher, R. A.",),
                1925,
                "Statistical Methods for Research Workers",
                "Oliver and Boyd, Edinburgh",
                None,
                None,
                None,
            ),
        ),
        (
            "Quinlan, J. R. (1986). Induction of Decision Trees. Machine Learning, 1, 81–106. 论文 ↗",
            ("论文", ("Quinlan, J. R.",), 1986, "Induction of Decision Trees", "Machine Learning", "1", None, "81–106"),
        ),
        (
            "Denzin, N. K., & Lincoln, Y. S. (Eds.) (1994). Handbook of Qualitative Research. Sage.",
            (
                None,
                ("Denzin, N. K.", "Lincoln, Y. S."),
                1994,
                "Handbook of Qualitative Research",
                "Sage",
                None,
                None,
                None,
            ),
        ),
    ],
    ids=lambda value: value.split(" ")[0] if isinstance(value, str) else "",
)
def test_a_citation_is_taken_apart(cell: str, expected: tuple[object, ...]) -> None:
    read = parse_citation(cell)
    given = (read.marker, read.authors, read.year, read.title, read.container, read.volume, read.issue, read.pages)
    assert given == expected
    assert not read.more_authors


def test_a_citation_keeps_its_text_without_the_marker() -> None:
    assert parse_citation("Student (1908). A Mean. Biometrika, 6, 1–25. DOI ↗").text == (
        "Student (1908). A Mean. Biometrika, 6, 1–25."
    )


@pytest.mark.parametrize(
    ("written", "isbn"),
    [
        ("ISBN: 978-0-387-94559-0", "978-0-387-94559-0"),
        ("ISBN 0387945598", "0387945598"),
        ("ISBN 0-19-852086-X", "0-19-852086-X"),
    ],
)
def test_a_citation_gives_its_isbn_apart(written: str, isbn: str) -> None:
    read = parse_citation(
        f"Vapnik, V. N. (1995). The Nature of Statistical Learning Theory. Springer. {written} link ↗"
    )
    assert (read.isbn, read.container) == (isbn, "Springer")
    assert read.title == "The Nature of Statistical Learning Theory"


@pytest.mark.parametrize("end", ["et al.", "et al", ", et al."])
def test_a_citation_says_that_there_are_more_authors(end: str) -> None:
    read = parse_citation(f"Vaswani, A. {end} (2017). Attention Is All You Need. NeurIPS, 30.")
    assert (read.authors, read.more_authors, read.volume) == (("Vaswani, A.",), True, "30")


@pytest.mark.parametrize("cell", ["Bellman 1957, Dynamic Programming", "", "—", "Somebody (n.d.). A Title. A Journal."])
def test_a_citation_that_cannot_be_taken_apart_is_kept_as_text(cell: str) -> None:
    assert parse_citation(cell) == Citation(cell)
    assert parse_citation(f"{cell} DOI ↗") == Citation(cell, "DOI")


@pytest.mark.parametrize(
    ("written", "names"),
    [
        ("Breiman, L.", ["Breiman, L."]),
        ("van der Maaten, L., & Hinton, G.", ["van der Maaten, L.", "Hinton, G."]),
        ("Pouget-Abadie, J.; Xu, B.", ["Pouget-Abadie, J.", "Xu, B."]),
        ("Žitnik, Š., Árvai, É.", ["Žitnik, Š.", "Árvai, É."]),
        ("The Cochrane Collaboration", ["The Cochrane Collaboration"]),
        ("Plato & Aristotle", ["Plato", "Aristotle"]),
        ("", []),
    ],
)
def test_authors_are_read_in_order(written: str, names: list[str]) -> None:
    assert parse_authors(written) == (tuple(names), False)


# Names and languages


@pytest.mark.parametrize(
    ("cell", "names"),
    [
        (None, []),
        ("", []),
        ("PCA", ["PCA"]),
        ("a, b, c", ["a", "b", "c"]),
        ("a, b, a", ["a", "b"]),
        ("a,b", ["a,b"]),
        ("a, ", ["a"]),
        ("ARIMA(p, d, q), Box-Jenkins", ["ARIMA(p, d, q)", "Box-Jenkins"]),
        ("Louvain (a (b, c), d), Leiden", ["Louvain (a (b, c), d)", "Leiden"]),
        ("never (closed, so", ["never (closed", "so"]),
        ("1,000 trees, forest", ["1,000 trees", "forest"]),
        ("多数決, 加重平均", ["多数決", "加重平均"]),
    ],
)
def test_commas_outside_brackets_separate_names(cell: str | None, names: list[str]) -> None:
    assert split_names(cell) == names


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Família", "LATIN"),
        ("Область", "CYRILLIC"),
        ("Κατηγορία", "GREEK"),
        ("العائلة", "ARABIC"),
        ("משפחה", "HEBREW"),
        ("क्षेत्र", "DEVANAGARI"),
        ("ตระกูล", "THAI"),
        ("多数決", "CJK"),
        ("계열", "HANGUL"),
        ("abc где", "LATIN"),
        ("K-평균 군집화", "HANGUL"),
        ("2001–2017 (!)", None),
        ("", None),
    ],
)
def test_the_script_of_a_text_is_that_of_most_letters(text: str, expected: str | None) -> None:
    assert script(text) == expected


@pytest.mark.parametrize(
    ("text", "language", "page_script", "expected"),
    [
        ("การจัดกลุ่ม", "th", "THAI", "th"),
        ("Кластеризация", "ru", "CYRILLIC", "ru"),
        ("Кластеризация", "th", "THAI", None),
        ("Método de agrupamento", "pt", "LATIN", None),
        ("A test of the means of two groups", "pt", "LATIN", "en"),
        ("A test of the means of two groups", "th", "THAI", "en"),
        ("the of", "th", "THAI", None),
        ("Clustering method", "en", "LATIN", "en"),
        ("2001", "th", "THAI", None),
        ("", "en", "LATIN", None),
    ],
)
def test_the_language_of_a_text_is_told_by_letters_and_small_words(
    text: str, language: str, page_script: str, expected: str | None
) -> None:
    assert text_language(text, language, page_script) == expected


@pytest.mark.parametrize(
    ("one", "other"), [("A\u0301rea", "área"), ("\u200fArea ", "area"), ("Ａｒｅａ", "AREA"), ("a \u00a0b", "A b")]
)
def test_labels_fold_alike_whatever_case_composition_and_invisible_marks(one: str, other: str) -> None:
    assert fold(one) == fold(other)


@pytest.mark.parametrize(
    ("stem", "slugs"), [("a+b", ["a", "b"]), ("a+b-c+d", ["a", "b-c", "d"]), ("a", []), ("A+b", [])]
)
def test_slugs_are_read_from_a_file_name_that_is_made_of_them(stem: str, slugs: list[str]) -> None:
    assert slugs_of_file(stem) == slugs


@pytest.mark.parametrize(
    ("url", "slugs"),
    [
        ("https://example.org/compare?slugs=a,b", ["a", "b"]),
        ("https://example.org/compare?slugs=a&x=1&slugs=b", ["a", "b"]),
        ("https://example.org/compare?slugs=A", []),
        ("https://example.org/compare", []),
    ],
)
def test_slugs_are_read_from_the_address_of_a_page(url: str, slugs: list[str]) -> None:
    assert slugs_of_url(url) == slugs


@pytest.mark.parametrize(("name", "language"), [("pt", "pt"), ("TH", "th"), ("pages", None), ("", None), ("..", None)])
def test_a_folder_may_be_named_after_a_language(name: str, language: str | None) -> None:
    assert language_of_folder(name) == language


# Compare pages


@pytest.mark.parametrize("language", LABELS)
def test_a_whole_page_is_read_without_a_finding_in_every_language(language: str) -> None:
    page = read(lines(language), folder_language=language)
    assert found(page) == []
    assert page.language == language
    assert page.publisher == "ScholarGate"
    assert [method.name.text for method in page.methods] == ["Random forest", "Gradient boosting"]
    for column, method in zip("ab", page.methods, strict=True):
        assert [cell.text for cell in method.cells.values()] == [f"{column}{number}" for number in range(1, 10)]


def test_cells_and_names_know_their_lines() -> None:
    page = read(lines())
    assert [method.name.line for method in page.methods] == [3, 3]
    for method in page.methods:
        assert [cell.line for cell in method.cells.values()] == list(range(FIRST_ROW, FIRST_ROW + 9))
        assert tuple(method.cells) == ROW_KEYS


def test_the_mark_of_a_row_that_differs_is_read_and_is_no_part_of_the_label() -> None:
    page = lines()
    page[4] = page[4].replace(" | a1", "≠ | a1")
    read_page = read(page)
    assert read_page.differs == {key: key == "area" for key in ROW_KEYS}
    assert read_page.language == "en"


@pytest.mark.parametrize("empty", ["", "—", " — "])
def test_an_empty_cell_is_there_and_says_nothing(empty: str) -> None:
    page = lines()
    page[7] = f"| Original author | {empty} | b4 |"
    first, second = read(page).methods
    assert (first.text("originator"), second.text("originator")) == (None, "b4")
    assert first.cells["originator"].line == 8


def test_a_missing_cell_is_found_in_its_line_and_the_last_method_gets_none() -> None:
    page = lines()
    page[7] = "| Original author | a4 |"
    read_page = read(page)
    assert found(read_page) == [("cells_missing", 8)]
    assert [method.text("originator") for method in read_page.methods] == ["a4", None]
    assert [method.text("kind") for method in read_page.methods] == ["a5", "b5"]


def test_a_cell_too_many_is_found_in_its_line_and_left_out() -> None:
    page = lines()
    page[7] = "| Original author | a4 | b4 | c4 |"
    read_page = read(page)
    assert found(read_page) == [("cells_too_many", 8)]
    assert [method.text("originator") for method in read_page.methods] == ["a4", "b4"]


def test_a_row_that_breaks_off_is_found_and_what_there_is_of_it_is_kept() -> None:
    page = [*lines()[:12], "| Summary | a9 | It begins and then"]
    read_page = read(page)
    assert found(read_page) == [("row_cut", 13)]
    assert [method.text("summary") for method in read_page.methods] == ["a9", "It begins and then"]


def test_a_row_that_breaks_off_in_the_first_cell_lacks_the_others() -> None:
    read_page = read([*lines()[:12], "| Summary | It beg"])
    assert found(read_page) == [("row_cut", 13), ("cells_missing", 13)]
    assert [method.text("summary") for method in read_page.methods] == ["It beg", None]


def test_rows_too_many_are_found_each_in_its_line_and_left_out() -> None:
    page = lines()
    page[13:13] = ["| Price | 1 | 2 |", "| Colour | 3 | 4 |"]
    read_page = read(page)
    assert found(read_page) == [("row_unknown", 14), ("row_unknown", 15)]
    assert all(len(method.cells) == 9 for method in read_page.methods)


def test_rows_too_few_are_found_after_the_last_and_named() -> None:
    read_page = read(lines()[:9])
    assert found(read_page) == [("rows_missing", 9)]
    assert "5 of 9 rows; missing: seminal_source, other_names, related, summary" in read_page.findings[0].message
    assert tuple(read_page.methods[0].cells) == ROW_KEYS[:5]


def test_a_page_in_a_language_nobody_knows_is_read_by_position() -> None:
    page = lines()
    page[4:13] = [f"| qwx{number} | a{number} | b{number} |" for number in range(1, 10)]
    read_page = read(page)
    assert found(read_page) == [("language_unknown", 1)]
    assert read_page.language == "und"
    assert [method.text("summary") for method in read_page.methods] == ["a9", "b9"]


def test_the_folder_tells_the_language_where_the_labels_do_not() -> None:
    page = lines()
    page[4:13] = [f"| qwx{number} | a{number} | b{number} |" for number in range(1, 10)]
    read_page = read(page, folder_language="sw")
    assert (read_page.language, found(read_page)) == ("sw", [("labels_unknown", 1)])


def test_the_labels_win_over_the_folder() -> None:
    read_page = read(lines("pt"), folder_language="es")
    assert (read_page.language, found(read_page)) == ("pt", [("language_differs", 1)])


def test_the_folder_decides_between_languages_with_the_same_labels() -> None:
    """Indonesian and Malay, for example, share labels; a tie is no contradiction."""
    labels = {"id": LABELS["id"], "ms": LABELS["id"]}
    for language in labels:
        page = read_compare_page("\n".join(lines("id")), labels, source="page.md", folder_language=language)
        assert (page.language, page.findings) == (language, [])


def test_the_language_that_the_caller_states_wins_over_labels_and_folder() -> None:
    read_page = read(lines("pt"), language="gl", folder_language="es")
    assert (read_page.language, found(read_page)) == ("gl", [("language_differs", 1)])
    assert "labels are pt" in read_page.findings[0].message


def test_the_language_that_the_caller_states_confirms_the_labels() -> None:
    assert found(read(lines("pt"), language="pt")) == []


def test_labels_are_recognised_where_a_few_are_misspelt() -> None:
    page = lines("pt")
    page[4:8] = [f"| qwx{number} | a{number} | b{number} |" for number in range(1, 5)]
    assert (read(page).language, found(read(page))) == ("pt", [])


@pytest.mark.parametrize("end", ["\r\n", "\r"])
def test_a_page_with_other_ends_of_line_reads_the_same(end: str) -> None:
    page = read(end.join(lines()))
    assert found(page) == []
    assert page.methods == read(lines()).methods


def test_a_page_with_a_byte_order_mark_reads_the_same() -> None:
    content = b"\xef\xbb\xbf" + "\n".join(lines()[2:]).encode()
    page = read(decode(content, "page.md"))
    assert found(page) == []
    assert page.methods[0].name.text == "Random forest"


def test_an_escaped_pipe_belongs_to_the_cell() -> None:
    page = lines()
    page[12] = r"| Summary | P(a \| b) | \|x\| |"
    read_page = read(page)
    assert found(read_page) == []
    assert [method.text("summary") for method in read_page.methods] == ["P(a | b)", "|x|"]


def test_lines_that_are_no_rows_are_passed_over_and_counted() -> None:
    page = lines()
    page[6:6] = ["", "A remark.", "|"]
    read_page = read(page)
    assert found(read_page) == []
    assert read_page.methods[0].cells["summary"].line == 16


def test_a_footer_of_another_publisher_ends_the_table_and_names_none() -> None:
    page = lines()
    page[13] = "| OtherData ↗ |"
    assert (read(page).publisher, found(read(page))) == (None, [])


def test_a_column_without_a_name_is_found_and_left_out() -> None:
    page = lines()
    page[2] = "| | Gradient boosting× | |"
    read_page = read(page)
    assert found(read_page) == [("name_missing", 3)]
    assert [method.text("area") for method in read_page.methods] == ["b1"]


def test_slugs_belong_to_the_columns_in_order() -> None:
    read_page = read(lines(), slugs=["random-forest", "gradient-boosting"])
    assert [method.slug for method in read_page.methods] == ["random-forest", "gradient-boosting"]


def test_slugs_that_do_not_fit_the_columns_are_not_used() -> None:
    read_page = read(lines(), slugs=["random-forest"])
    assert found(read_page) == [("slugs_do_not_fit", 3)]
    assert [method.slug for method in read_page.methods] == [None, None]


@pytest.mark.parametrize("text", ["Only a sentence.\n", "|\n|\n", "", "a | b\n--|--\nc | d\n"])
def test_a_text_without_a_table_cannot_be_read(text: str) -> None:
    with pytest.raises(UnreadableInput, match=r"page\.md has no table"):
        read(text)


def test_a_table_without_a_rule_cannot_be_read() -> None:
    with pytest.raises(UnreadableInput, match="no table of methods in line 3"):
        read([*INTRODUCTION, "| a | b |", "| c | d |"])


def test_a_table_without_a_name_cannot_be_read() -> None:
    with pytest.raises(UnreadableInput, match="no table of methods in line 1"):
        read(["| | |", "|---|---|"])


@pytest.mark.parametrize("content", [b"", b"   ", b"\r\n\t\n"])
def test_an_empty_page_cannot_be_read(content: bytes) -> None:
    with pytest.raises(UnreadableInput, match=r"page\.md is empty"):
        decode(content, "page.md")


def test_a_page_in_latin_1_cannot_be_read_and_the_line_is_named() -> None:
    content = "\n".join(["| Área | a1 | b1 |", *lines()]).encode("latin-1", "replace")
    with pytest.raises(UnreadableInput, match=r"not UTF-8: byte 0xC1 in line 1 is") as caught:
        decode(content, "page.md")
    assert caught.value.to_do == "Save it as UTF-8."


def test_a_page_with_a_nul_character_cannot_be_read_and_the_line_is_named() -> None:
    with pytest.raises(UnreadableInput, match="NUL characters in line 3"):
        decode(b"a\nb\nc\x00d\n", "page.md")
