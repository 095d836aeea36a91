"""Every declared function alike: its record, its names, its examples."""

from __future__ import annotations

import json
import re

import pytest

from clv_xl import reference
from clv_xl.cells import CellError
from clv_xl.functions import CATALOGUE, CATEGORIES, Function, spec
from clv_xl.functions.spec import Kind, Unit
from clv_xl.hosts.recalc import Evaluator
from clv_xl.maths.calculator import Measures
from clv_xl.workbook.declarations import Listing
from clv_xl.workbook.sheets.functions import functions

FUNCTIONS = list(CATALOGUE.values())
each = pytest.mark.parametrize("function", FUNCTIONS, ids=lambda function: function.name)

# The contract: names, argument order, optionality and defaults that other people's workbooks hold.
CONTRACT = """
CLV(purchase_value, purchase_frequency, lifespan, gross_margin=1, acquisition_cost=0, service_cost=0, discount_rate=0)
CLV_NET(revenue, cost=0)
CLV_RETENTION(margin, retention_rate, discount_rate=0, acquisition_cost=0, horizon=None, timing=0)
CLV_CHURN(revenue, gross_margin, churn_rate, acquisition_cost=0)
CLV_CASHFLOWS(margins, discount_rate=0, survival=None, acquisition_cost=0, timing=0)
CLV_REFERRAL(clv, referrals, referred_clv=None, acquisition_cost_saved=0)
CUSTOMER_LIFESPAN(churn_rate)
CHURN_RATE(customers_at_start, customers_lost)
RETENTION_RATE(customers_at_start, customers_at_end, customers_won=0)
DISCOUNT_PER_PERIOD(annual_rate, periods_per_year)
CHURN_PER_PERIOD(churn_rate, periods_from, periods_to)
RETENTION_GAIN(margin, retention_rate, new_retention_rate, discount_rate=0, timing=0)
CLV_CALCULATOR(churn_rate, lifespan_months, median_invoice, new_customers_per_month, marketing_spend, invoices_per_month=1, gross_margin=1, overhead=0)
CAC(spend, new_customers)
CAC_RATIO(clv, cac)
CAC_PAYBACK(cac, margin, retention_rate=1, discount_rate=0)
CAC_BUDGET(clv, target_ratio=3)
MARKETING_ROI(value, spend)
CLV_CHANNEL(channel, spend, new_customers, clv, target_ratio=3)
CLV_SEGMENT(segment, clv, acquisition_cost=None)
CUSTOMER_QUADRANT(value_to_customer, value_to_company, customer_cut=None, company_cut=None)
QUADRANT_ACTION(quadrant)
RFM_SCORE(days_since_last, purchases, revenue, bins=5)
RFM_SEGMENT(recency_score, frequency_score, monetary_score)
CLV_CONCENTRATION(clv, bins=10)
CLV_PROFILE(attributes, clv, top_share=0.2)
CLV_COHORT(customer, date, amount=None, period=month, measure=retention, order=None)
RFM_SUMMARY(customer, date, amount=None, period=week, end_date=None, order=None)
ORDERS_CHECK(customer, date, amount=None, order=None)
CUSTOMER_TOTALS(customer_list, customer, amount, date=None, end_date=None, order=None)
CUSTOMERS_MISSING(customer_list, customer, amount=None, date=None, end_date=None, order=None)
ORDERS_SUMMARY(customer, date, amount=None, end_date=None, order=None)
COHORT_VALUE(customer, date, amount, gross_margin=1, period=month, spend_date=None, spend=None, order=None)
VALUE_AT_AGE(customer, date, amount, gross_margin=1, ages=None, group=None, order=None)
FIRST_ORDER(customer, date, amount, attribute, gross_margin=1, days=365, order=None)
PURCHASE_GAPS(customer, date, most=10, amount=None, order=None)
NEW_RETURNING(customer, date, amount=None, period=month, order=None)
CUSTOMER_DECILES(customer, amount, bins=10, order=None)
BASE_BRIDGE(customer, date, amount, first_start, second_start, months=12, order=None)
COHORT_STACK(customer, date, amount, period=quarter, cohort=year, order=None)
RF_MAP(frequency, recency, value=None, bins=5)
MRR_MOVEMENTS(customer, date, mrr, period=month)
BGNBD_FIT(frequency, recency, age, customers=None)
BGNBD_ALIVE(parameters, frequency, recency, age, covariates=None)
BGNBD_PURCHASES(parameters, horizon, frequency=None, recency=None, age=None, covariates=None)
BGNBD_PMF(parameters, purchases, horizon)
BGNBD_RESIDUAL(parameters, discount_rate, frequency, recency, age, covariates=None)
BGNBD_BUYS(parameters, horizon, frequency, recency, age, covariates=None)
BGNBD_NEXT(parameters, frequency, recency, age, covariates=None)
MBGNBD_FIT(frequency, recency, age, customers=None)
MBGNBD_ALIVE(parameters, frequency, recency, age)
MBGNBD_PURCHASES(parameters, horizon, frequency=None, recency=None, age=None)
MBGNBD_PMF(parameters, purchases, horizon)
MBGNBD_RESIDUAL(parameters, discount_rate, frequency, recency, age)
MBGNBD_BUYS(parameters, horizon, frequency, recency, age)
MBGNBD_NEXT(parameters, frequency, recency, age)
PNBD_FIT(frequency, recency, age, customers=None)
PNBD_ALIVE(parameters, frequency, recency, age, covariates=None)
PNBD_PURCHASES(parameters, horizon, frequency=None, recency=None, age=None, covariates=None)
PNBD_PMF(parameters, purchases, horizon)
PNBD_RESIDUAL(parameters, discount_rate, frequency, recency, age, covariates=None)
PNBD_BUYS(parameters, horizon, frequency, recency, age, covariates=None)
PNBD_NEXT(parameters, frequency, recency, age, covariates=None)
MBGCNBD_FIT(frequency, recency, age, log_gaps, k=None, customers=None)
MBGCNBD_ALIVE(parameters, frequency, recency, age)
MBGCNBD_PURCHASES(parameters, horizon, frequency=None, recency=None, age=None)
MBGCNBD_PMF(parameters, purchases, horizon)
MBGCNBD_RESIDUAL(parameters, discount_rate, frequency, recency, age)
MBGCNBD_BUYS(parameters, horizon, frequency, recency, age)
MBGCNBD_NEXT(parameters, frequency, recency, age)
BGNBD_FIT_COVARIATES(frequency, recency, age, covariates)
PNBD_FIT_COVARIATES(frequency, recency, age, covariates)
GG_FIT(frequency, monetary_value, customers=None)
GG_SPEND(parameters, frequency=None, monetary_value=None)
SBG_FIT(survivors)
SBG_SURVIVAL(parameters, period)
SBG_RETENTION(parameters, period)
SBG_CLV(parameters, margin, discount_rate=0, periods_survived=0, timing=0)
BDW_FIT(survivors)
BDW_SURVIVAL(parameters, period)
BDW_RETENTION(parameters, period)
BDW_CLV(parameters, margin, discount_rate=0, periods_survived=0, timing=0)
BGBB_FIT(frequency, recency, opportunities, customers=None)
BGBB_ALIVE(parameters, frequency, recency, opportunities)
BGBB_PURCHASES(parameters, horizon, frequency, recency, opportunities)
CLV_PREDICT(customer, date, amount, horizon=52, period=week, gross_margin=1, discount_rate=0, end_date=None, model=BG/NBD, interval=0.9, order=None)
CLV_FORECAST(customer, date, amount, horizon=52, period=week, gross_margin=1, end_date=None, model=BG/NBD, interval=0.9, order=None)
CLV_BACKTEST(customer, date, amount, split_date, period=week, model=BG/NBD, end_date=None, order=None)
CLV_TRACKING(customer, date, split_date=None, period=week, model=BG/NBD, amount=None, order=None)
CLV_MODELS(customer, date, amount, period=week, end_date=None, order=None)
CLV_VERSION()
CLV_ERRORS(count=10)
"""  # noqa: E501 - one line a function, as the contract has it

VBA_WORDS = {
    "and",
    "as",
    "boolean",
    "byref",
    "byte",
    "byval",
    "call",
    "case",
    "const",
    "currency",
    "date",
    "declare",
    "dim",
    "do",
    "double",
    "each",
    "else",
    "elseif",
    "empty",
    "end",
    "enum",
    "erase",
    "error",
    "event",
    "exit",
    "false",
    "for",
    "friend",
    "function",
    "get",
    "global",
    "goto",
    "if",
    "implements",
    "in",
    "integer",
    "is",
    "let",
    "like",
    "long",
    "loop",
    "lset",
    "me",
    "mod",
    "name",
    "new",
    "next",
    "not",
    "nothing",
    "null",
    "object",
    "on",
    "option",
    "optional",
    "or",
    "paramarray",
    "preserve",
    "private",
    "property",
    "public",
    "redim",
    "resume",
    "return",
    "rset",
    "select",
    "set",
    "single",
    "static",
    "step",
    "stop",
    "string",
    "sub",
    "then",
    "to",
    "true",
    "type",
    "until",
    "variant",
    "wend",
    "while",
    "with",
    "xor",
}


@pytest.mark.parametrize("line", CONTRACT.split("\n")[1:-1], ids=lambda line: line.split("(")[0])
def test_the_contract_keeps_its_form(line: str) -> None:
    name, inside = re.fullmatch(r"(\w+)\((.*)\)", line).groups()  # type: ignore[union-attr]
    written = []
    for parameter in CATALOGUE[name].parameters:
        default = parameter.default
        shown = f"{default:g}" if isinstance(default, (int, float)) else default
        written.append(parameter.name if parameter.required else f"{parameter.name}={shown}")
    assert ", ".join(written) == inside


@each
def test_a_name_is_no_cell_reference_and_no_word_of_vba(function: Function) -> None:
    assert re.fullmatch(r"[A-Z][A-Z0-9_]*", function.name)
    assert not re.fullmatch(r"[A-Z]{1,3}[0-9]+|R|C|RC", function.name)
    assert function.name.lower() not in VBA_WORDS


@each
def test_argument_names_are_distinct_identifiers(function: Function) -> None:
    names = [parameter.name for parameter in function.parameters]
    assert all(re.fullmatch(r"[a-z][a-z_]*", name) for name in names)
    assert len(set(names)) == len(names)
    assert function.name.lower() not in names
    # `date` is the contract's own; the one place that writes VBA renames it.
    assert not set(names) & (VBA_WORDS - {"date"})
    assert sum(map(len, names)) + 2 * len(names) <= 254


@each
def test_texts_are_there_and_short(function: Function) -> None:
    assert function.category in CATEGORIES
    assert function.summary.endswith((".", "?"))
    assert 15 <= len(function.summary) <= 100
    for parameter in function.parameters:
        assert parameter.meaning.sentence.endswith(".")
        assert len(parameter.meaning.sentence) <= 110
        assert (
            parameter.meaning.domain != ""
            or parameter.meaning.low < 0
            or parameter.meaning.kind is not Kind.NUMBER
        )


@each
def test_see_also_names_other_functions(function: Function) -> None:
    assert function.name not in function.see_also
    assert set(function.see_also) <= set(CATALOGUE)


@pytest.fixture(scope="module")
def evaluator() -> Evaluator:
    return Evaluator()


@pytest.mark.parametrize(
    ("formula", "expected"),
    [item for function in FUNCTIONS for item in function.examples.items()],
)
def test_examples_give_what_they_say(
    evaluator: Evaluator, formula: str, expected: float | str
) -> None:
    got = evaluator.evaluate(formula)
    if isinstance(expected, str):
        assert got == expected
    else:
        assert got == pytest.approx(expected, rel=1e-9)


@each
def test_every_function_has_an_example_of_itself(function: Function) -> None:
    assert function.examples
    assert all(f"{function.name}(" in formula for formula in function.examples)


@each
def test_too_many_arguments_are_refused(function: Function) -> None:
    from cell_calls import call

    assert call(function.name, [1] * (len(function.parameters) + 1)) is CellError.VALUE


def test_records_are_plain_json() -> None:
    records = json.loads(json.dumps(reference.records()))
    assert [record["name"] for record in records] == list(CATALOGUE)
    clv = records[0]
    assert clv["arguments"][3] == {
        "name": "gross_margin",
        "required": False,
        "default": 1.0,
        "unit": "share",
        "kind": "number",
        "column": False,
        "low": 0,
        "high": 1,
        "whole": False,
        "choices": [],
        "fields": [],
        "must": "lie in 0 to 1",
        "meaning": "Share of the revenue that is left after the cost of goods; 0.4 is 40 %.",
    }


@each
def test_parameters_of_a_model_say_what_they_must_be(function: Function) -> None:
    for parameter in function.parameters:
        model = parameter.meaning.model
        assert (model is not None) == (parameter.meaning.kind is Kind.PARAMETERS)
        if model is None:
            assert parameter.meaning.fields == ()
            continue
        must = f"be the range of {model.prefix}_FIT, or {len(model.names)} numbers above 0"
        assert parameter.meaning.domain == must
        assert parameter.meaning.choices == ()
        assert f"{model.prefix}_FIT" in CATALOGUE
        record = next(one for one in reference.records() if one["name"] == function.name)
        argument = next(one for one in record["arguments"] if one["name"] == parameter.name)
        assert argument["must"] == must
        assert argument["fields"] == list(model.names)
        assert argument["choices"] == []


def test_the_functions_sheet_says_what_parameters_must_be() -> None:
    listing = functions().bands[0][0]
    assert isinstance(listing, Listing)
    shown = {row[3].value for row in listing.rows if len(row) == 5}
    assert "the range of BGNBD_FIT, or 4 numbers above 0" in shown
    assert not [text for text in shown if "alpha" in str(text)]


def test_a_table_is_declared_with_the_fields_that_its_function_returns() -> None:
    def CLV_SWAPPED() -> Measures:
        raise NotImplementedError

    swapped = dict.fromkeys(reversed(Measures._fields), Unit.MONEY)
    for declared in (spec.Table.of(**swapped), spec.Measures.of(**swapped)):
        with pytest.raises(TypeError, match="CLV_SWAPPED"):
            spec.spreadsheet_function(category="Value", result=declared, examples={})(CLV_SWAPPED)
    assert "CLV_SWAPPED" not in CATALOGUE
    assert spec.Table.of(net_value=Unit.MONEY).columns == (("net value", Unit.MONEY),)
