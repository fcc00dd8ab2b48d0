from segmentation.settings.parameters import flat, parameters, recorded_configuration


def test_no_secret_is_recorded():
    values = {
        "data": {
            "path": "s3://key:hunter2@bucket/orders.csv?token=hunter2",
            "more": ["https://me:hunter2@host/a.csv?sig=hunter2", "b.csv"],
            "password": "hunter2",
            "api_token": "hunter2",
            "storage": {"aws_secret_access_key": "hunter2", "region": "eu"},
        },
        "tracking": {"uri": "http://me:hunter2@server"},
        "k": 2,
    }
    expected = {
        "data.path": "s3://bucket/orders.csv",
        "data.more": ["https://host/a.csv", "b.csv"],
        "data.storage.region": "eu",
        "k": 2,
    }
    recorded = recorded_configuration(values)
    assert flat(recorded) == expected
    more = "https://host/a.csv, b.csv"
    assert parameters(recorded, values) == expected | {"data.more": more}


def test_sql_is_recorded_as_it_is():
    where = "note like '%?%' and Country = 'token'"
    values = {"data": {"where": where}}
    assert parameters(recorded_configuration(values), values) == {"data.where": where}


def test_how_an_export_is_recognised_is_kept_and_no_parameter():
    layout = {"title": "an export", "signature": ["a", "b"]}
    values = {"data": {"path": "a.csv", "layout": layout}}
    recorded = recorded_configuration(values)
    assert parameters(recorded, values) == {"data.path": "a.csv"}
    assert recorded["data"]["layout"] == layout
