"""What is secret is in no text that leaves the process."""

import pytest

from segmentation.masking import masked, masked_argument, masked_value, without_secrets


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("postgresql://me:hunter2@host:5432/db", "postgresql://host:5432/db"),
        ("postgresql+psycopg://me:hunt%2Fer2@host/db?sslmode=off", "postgresql+psycopg://host/db"),
        ("https://me:hunter2@host/a.csv?sig=hunter2&x=1", "https://host/a.csv"),
        ("https://host/a.csv?X-Amz-Signature=hunter2", "https://host/a.csv"),
        ("tried http://hunter2@h/x?y=hunter2, then 'ftp://me:hunter2@h/z'",
         "tried http://h/x then 'ftp://h/z'"),
        ("https://me:hunter2@h/a b.csv?sig=hunter2", "https://h/a b.csv"),
        ("host=h password=hunter2 user=me", "host=h password=… user=me"),
        ("API_KEY = 'hunter2 3'", "API_KEY = …"),
        ("aws_secret_access_key=hunter2", "aws_secret_access_key=…"),
    ],
)  # fmt: skip
def test_users_passwords_and_queries_of_addresses_are_left_out(text, shown):
    assert masked(text) == shown
    assert "hunter2" not in masked(text)


@pytest.mark.parametrize(
    "text",
    [
        "orders-?.csv",
        "s3://bucket/orders-?.csv",
        "s3://bucket/year=202?/month=1?/orders.parquet",
        "sqlite:///mlflow.db",
        "set MLFLOW_TRACKING_PASSWORD, or MLFLOW_TRACKING_TOKEN",
        "http://127.0.0.1:5000/#/experiments/1/runs?viewStateShareKey=v&workflowType=m",
        "models:/customer-segments@champion",
    ],
)
def test_patterns_of_names_and_addresses_without_secrets_stay(text):
    assert masked(text) == text


def test_an_argument_named_like_a_secret_has_no_value():
    assert masked_argument("data.api_token=hunter2") == "data.api_token=…"
    assert masked_argument("tracking.uri=http://me:hunter2@h") == "tracking.uri=http://h"
    assert masked_argument("data.where=token = 'x'") == "data.where=token = 'x'"
    assert masked_argument("-m") == "-m"


def test_a_value_without_an_address_may_be_sql_and_stays():
    assert masked_value("token = 'x'") == "token = 'x'"
    assert masked_value(3) == "3"


def test_at_every_depth_secrets_are_left_out():
    given = {"a": {"password": 1, "b": ["s3://k:hunter2@b/x", {"token": 2, "c": 3}]}, "d": None}
    assert without_secrets(given) == {"a": {"b": ["s3://b/x", {"c": 3}]}, "d": None}
