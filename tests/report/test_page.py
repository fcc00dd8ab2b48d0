import re
from base64 import b64encode
from dataclasses import replace
from html.parser import HTMLParser

import pandas as pd

from segmentation.report.page import (
    MAX_CARDS,
    ReportContent,
    render_description,
    render_report,
)
from tests.helpers.named import RHYTHM
from tests.helpers.predictions import MEASURED
from tests.helpers.summaries import SEGMENT

HOSTILE = "<script>alert('1')</script> | \"x\" & `y` **z**"
CONTENT = ReportContent(
    model_name="customer-segments",
    version="3",
    alias="champion",
    decision="kmeans k=4 log rfm is the first champion",
    run_name="kmeans k=4 log rfm",
    run_id="0123456789abcdef",
    command="uv run train.py -m k=2,3,4",
    settings={"scaler": "log"},
    data={
        "source": "orders.csv",
        "columns": {"customer_id": "Customer ID"},
        "lines_read": 541_909,
        "removed": [{"rule": "missing_customer", "lines": 135_080, "revenue": 1_447_682.12}],
        "lines_kept": 392_692,
        "revenue_kept": 8_887_208.89,
        "customers": 4_338,
        "orders": 18_532,
        "first_invoiced_at": "2010-12-01 08:26:00",
        "last_invoiced_at": "2011-12-09 12:50:00",
        "as_of": "2011-12-09 12:50:00",
        "fingerprint": "e8beed375b64bb7b",
    },
    segments=(SEGMENT, replace(SEGMENT, segment=1, name="dormant", stability=float("nan"))),
    metrics=MEASURED | {"stability_min": 0.79},
    structure="reproducible",
    reasons="",
    verdict="kmeans k=4 log rfm is chosen of 2 eligible runs",
    warning="the highest silhouette, 0.966, belongs to kmeans k=2 standard rfm",
    tried=(
        {"name": "kmeans k=4 log rfm", "chosen": True, "eligible": True, "reason": "",
         "score": "0.222", "ranked_by": "oot_r2"},
        {"name": "kmeans k=2 standard rfm", "chosen": False, "eligible": False,
         "reason": "smallest segment 0.30%", "score": "0.015", "ranked_by": "oot_r2"},
    ),
    rules_text="champions: revenue > 642.2",
    rules_sql='CASE\n  WHEN "revenue" > 642.2 THEN 0\nEND AS segment',
    rules_accuracy="88.8%",
    tracking_uri="sqlite:///mlflow.db",
    score_command="uv run score.py output=segments.csv",
    compare_command="uv run mlflow ui",
    pictures={"shares": b"\x89PNG"},
)  # fmt: skip


class Page(HTMLParser):
    """The text, the tags and the addresses of a page."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.text, self.tags, self.addresses = "", set(), []
        self.feed(html)

    def handle_starttag(self, tag, attrs):
        self.tags.add(tag)
        self.addresses += [value for name, value in attrs if name in ("src", "href", "action")]
        assert not any(name.startswith("on") for name, _ in attrs)

    def handle_data(self, data):
        self.text += data


def test_everything_asked_for_is_in_the_report():
    text = Page(render_report(CONTENT)).text
    for expected in (
        "uv run train.py -m k=2,3,4",
        "541,909", "135,080", "392,692", "missing customer",
        "champions", "median 8,088 of revenue", "64.0%", "retain", "revenue 5,678,892",
        "percentage points", "reproducible", "highly stable", "revenue quantiles",
        "is chosen of 2 eligible runs", "rejected: smallest segment 0.30%", "0.966",
        "revenue > 642.2", '"revenue" > 642.2 THEN 0', "88.8%",
        "score.py", 'load_model("models:/customer-segments/3")', "mlflow ui",
    ):  # fmt: skip
        assert expected in text


def test_the_page_needs_neither_network_nor_script():
    page = Page(render_report(CONTENT))
    assert "script" not in page.tags
    assert "link" not in page.tags
    pictures = [address for address in page.addresses if not address.startswith("#")]
    assert pictures
    assert all(address.startswith("data:image/png;base64,") for address in pictures)
    assert "url(" not in render_report(CONTENT)


def test_text_of_the_data_is_shown_and_never_interpreted():
    data = CONTENT.data | {
        "source": HOSTILE,
        "columns": {"customer_id": HOSTILE},
        "removed": [{"rule": HOSTILE, "lines": 1, "revenue": 0.0}],
    }
    hostile = replace(
        CONTENT,
        data=data,
        segments=(replace(SEGMENT, name=HOSTILE, evidence=HOSTILE),),
        command=HOSTILE,
        decision=HOSTILE,
        rules_text=HOSTILE,
        rules_sql=HOSTILE,
        tracking_uri=HOSTILE,
        score_command=HOSTILE,
        compare_command=HOSTILE,
        settings={HOSTILE: HOSTILE},
    )
    page = Page(render_report(hostile))
    assert "script" not in page.tags
    assert page.text.count(HOSTILE) >= 10
    description = render_description(hostile)
    assert "\\<script\\>" in description
    assert "<script>" not in description
    (row,) = [line for line in description.splitlines() if "retain" in line]
    assert row.startswith("- **")
    assert row.count("**") == 2, "no emphasis besides that of the name"


def test_the_description_says_the_same_in_short():
    text = render_description(CONTENT)
    assert text.startswith("kmeans k=4 log rfm is the first champion.\n")
    champions = (
        "- **champions**: 700 customers (16.0%), 64.0% of the revenue; retain (today revenue"
    )
    assert f"{champions} 5,678,892)\n" in text
    assert "Reproducible" in text
    assert "the segments do better" in text
    assert len(text) < 5000


def test_a_forced_registration_says_what_is_wrong_with_it():
    forced = replace(CONTENT, reasons="stability_min 0.53, at least 0.75 needed", verdict="")
    text = Page(render_report(forced)).text
    assert "Not eligible" in text
    assert "0.53" in text
    assert "registered by hand" in text
    assert "Not eligible" in render_description(forced)
    assert "Not eligible" not in render_report(CONTENT)


def test_without_measurements_the_report_says_so():
    bare = replace(CONTENT, metrics={}, structure="", pictures={}, tried=(), warning="")
    text = Page(render_report(bare)).text
    assert "was not measured" in text
    assert "nan" not in text.lower().split()


def test_new_customers_are_counted_in_every_segment_where_they_are_not_set_apart():
    segment = replace(SEGMENT, new_customers=12)
    content = replace(CONTENT, segments=(segment,), rhythm=RHYTHM)
    text = Page(render_report(content)).text
    assert "12 of them new" in text
    assert "New are customers with one order" in text
    apart = replace(content, metrics=content.metrics | {"n_new_customers": 30.0})
    assert "12 of them new" not in Page(render_report(apart)).text
    assert "New are customers" not in Page(render_report(apart)).text


def test_a_renamed_segment_has_both_names():
    content = replace(CONTENT, segments=(replace(SEGMENT, name="at risk", former="loyal"),))
    assert "at risk (before: loyal)" in Page(render_report(content)).text
    assert "**at risk** (before: loyal)" in render_description(content)
    assert "(before:" not in Page(render_report(CONTENT)).text


def test_a_card_says_what_for_what_with_when_and_what_money_is_there():
    plan = {
        "aim": "bring them back",
        "offer": HOSTILE,
        "when": "now, and once more 30 days later",
        "stake": 9_600.0,
        "stake_formula": "120 customers × 40.0% × 20",
    }
    page = Page(render_report(replace(CONTENT, segments=(replace(SEGMENT, **plan),))))
    assert "script" not in page.tags
    for said in ("bring them back", HOSTILE, plan["when"], "9,600 = 120 customers × 40.0% × 20"):
        assert said in page.text


def test_a_model_of_an_earlier_edition_has_cards_without_a_plan():
    text = Page(render_report(CONTENT)).text
    assert "Offer" not in text
    assert "At stake" not in text


def test_money_that_was_not_measured_is_said_and_not_shown():
    segment = replace(SEGMENT, aim="bring them back", stake_formula="not measured: too short")
    text = Page(render_report(replace(CONTENT, segments=(segment,)))).text
    assert "not measured: too short" in text
    assert "None" not in text


def test_who_they_are_stands_after_the_cards_and_is_never_interpreted():
    rows = [("channel", HOSTILE, 0, 0.6, 0.4, 1.5, 0.4), ("channel", "web", 1, 0.4, 0.4, 1.0, 0.0)]
    names = ["column", "value", "segment", "share", "share_of_all", "over_index", "effect_size"]
    described = replace(CONTENT, descriptions=pd.DataFrame(rows, columns=names))
    page = Page(render_report(described))
    assert "script" not in page.tags
    assert HOSTILE in page.text
    assert page.text.index("Who they are") < page.text.index("What changed")
    assert page.text.index("What changed") < page.text.index("Who they are, in figures")
    assert f"channel {HOSTILE}: 60% of them, 40% of all" in page.text
    assert "Nothing: all shares are near those of all customers." in page.text
    assert "60.0%" in page.text
    assert "Counted among" not in page.text
    sampled = replace(described, drawn="200 of 300 customers")
    assert "Counted among 200 of 300 customers." in Page(render_report(sampled)).text
    assert "Who they are, in figures" not in render_report(CONTENT)


ORDER = ("What to do", "Who they are", "What changed", "For analysts", "How far to trust them",
         "How they were chosen", "What was asked", "Appendix", "The segments as rules")  # fmt: skip


def test_what_to_do_stands_first_then_the_evidence_then_the_code():
    text = Page(render_report(CONTENT)).text
    body = text[text.index("2 customer segments") :].replace("For analysts · ", "")
    places = [body.index(heading) for heading in ORDER]
    assert places == sorted(places)
    first = body.index("customers in “champions” brought 5.7M of revenue so far, 64.0% of all")
    assert first < places[0]
    sorting = body.index("The segments predict more than sorting the customers by revenue")
    assert places[4] < sorting < places[5], "on top of the part for analysts"


def test_the_first_version_changes_nothing_and_says_from_when_on_it_is_told():
    first = Page(render_report(replace(CONTENT, version="1"))).text
    assert "These are the first segments under this name" in first
    assert "These are the first segments" not in Page(render_report(CONTENT)).text


def test_money_has_the_currency_of_the_data_and_none_where_it_is_not_known():
    plain = Page(render_report(CONTENT)).text
    assert "(money)" not in plain
    assert "5.7M\n" in plain.replace("of revenue", "\n")
    stake = replace(SEGMENT, stake=9_600.0, stake_formula="so far")
    euro = replace(CONTENT, data=CONTENT.data | {"currency": "EUR"}, segments=(stake,))
    text = Page(render_report(euro)).text
    assert text.count("5.7M EUR") == 2, "on the first line and on the card"
    assert "9,600 EUR = so far" in text


def test_a_card_names_the_file_and_how_to_find_the_segment_in_a_list_of_all():
    own = replace(SEGMENT, list_file="segments/champions.csv")
    text = Page(render_report(replace(CONTENT, segments=(own,)))).text
    assert "segments/champions.csv" in text
    assert "segment_name = champions" not in text
    shared = replace(SEGMENT, list_file="customers.csv", list_of_all=True)
    text = Page(render_report(replace(CONTENT, segments=(shared,)))).text
    assert "customers.csv, segment_name = champions" in text
    assert "customers.csv" not in render_report(CONTENT)


def test_a_phone_is_given_the_narrow_picture_and_paper_the_wide_one():
    html = render_report(replace(CONTENT, narrow_pictures={"shares": b"narrow"}))
    (source,) = re.findall(r"<source[^>]+>", html)
    assert 'media="screen and (max-width: 40rem)"' in source
    assert b64encode(b"narrow").decode() in source
    assert "<source" not in render_report(CONTENT)


def test_of_many_segments_those_of_the_most_revenue_have_cards_and_all_are_told():
    many = tuple(
        replace(SEGMENT, segment=number, name=f"s{number:02d}.", revenue=float(number))
        for number in range(20)
    )
    content = replace(CONTENT, segments=many)
    html = render_report(content)
    assert html.count('class="sizes"') == MAX_CARDS == 12
    assert [segment.segment for segment in content.cards] == [*range(8, 20)]
    assert "8 more segments, of less revenue:" in html
    assert all(segment.name in html for segment in many)
    assert "more segments" not in render_report(replace(content, segments=many[:12]))


def test_what_became_of_the_champion_s_segments_is_told_and_never_interpreted():
    changed = replace(CONTENT, changes=("“loyal” is split", HOSTILE))
    page = Page(render_report(changed))
    assert "“loyal” is split" in page.text
    assert HOSTILE in page.text
    assert "script" not in page.tags
