"""Charts: the table that the picture is drawn from, and what a chart refuses to be."""

import pytest
from django.template.loader import render_to_string

from reports.charts import Chart, Series


def chart(**changed):
    columns = (
        Series(name="提出", values=(3, 0), links=("/a/", "/b/")),
        Series(name="销号", values=(1, None), tone="point"),
    )
    given = {
        "name": "by-category", "kind": "hbar", "title": "按业务门类", "sentence": "采购最多。", "unit": "个",
        "corner": "门类", "labels": ("采购", "质量"), "series": columns,
    }  # fmt: skip
    return Chart(**given | changed)


def shown(found):
    return render_to_string("reports/_chart.html", {"chart": found})


def test_the_table_holds_every_number_with_its_list():
    html = shown(chart())
    assert '<td class="num" data-value="3"><a href="/a/" data-figure="3">3</a></td>' in html
    assert '<a href="/b/" data-figure="0">0</a>' in html
    assert '<td class="num" data-value="1">1</td>' in html
    assert '<td class="num">—</td>' in html


def test_a_number_that_is_no_count_opens_its_list_and_claims_no_rows():
    html = shown(chart(series=(Series(name="最久", values=(6, 2), links=("/a/", "/b/"), counts=False, unit="天"),)))
    assert '<td class="num" data-value="6"><a href="/a/">6</a></td>' in html
    assert "最久 <small>（天）</small>" in html


def test_a_column_may_stand_in_the_table_alone():
    html = shown(chart(series=(Series(name="项数", values=(4, 1), drawn=False), Series(name="最久", values=(6, 2)))))
    assert html.count("data-tone") == 1
    assert '<td class="num" data-value="4">4</td>' in html


def test_a_number_may_be_said_with_its_unit_and_what_it_is_made_of():
    series = (
        Series(name="最久", values=(1, None), notes=("2 ÷ 2", "")),
        Series(name="项数", values=(3, 1), drawn=False),
    )
    html = shown(chart(series=series, words=lambda n: f"{n} 天", opened=True))
    assert '<td class="num" data-value="1" data-words="1 天">1 <small>2 ÷ 2</small></td>' in html
    assert '<td class="num">—</td>' in html
    assert '<td class="num" data-value="3">3</td>' in html
    assert '<details class="more chart-twin" open>' in html


def test_the_picture_has_a_name_and_the_sentence_describes_it():
    html = shown(chart())
    assert 'role="img" aria-labelledby="chart-by-category-title" aria-describedby="chart-by-category-says"' in html
    assert 'id="chart-by-category-says">采购最多。' in html


def test_nothing_is_drawn_of_nothing():
    html = shown(chart(series=(Series(name="提出", values=(0, None)),)))
    assert "chart-picture" not in html
    assert 'data-value="0"' in html


@pytest.mark.parametrize(
    "wrong",
    [
        {"kind": "pie"},
        {"labels": ("采购",)},
    ],
)
def test_a_chart_that_cannot_be_drawn_is_refused(wrong):
    with pytest.raises(ValueError, match="by-category"):
        chart(**wrong)


def test_a_series_has_a_link_per_number_or_none():
    with pytest.raises(ValueError, match="提出"):
        Series(name="提出", values=(1, 2), links=("/a/",))
    with pytest.raises(ValueError, match="提出"):
        Series(name="提出", values=(1, 2), notes=("1 ÷ 1",))
