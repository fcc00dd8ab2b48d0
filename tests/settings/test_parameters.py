from omegaconf import OmegaConf

from segmentation.settings.parameters import flat, parameters, recorded_configuration


def test_no_secret_is_recorded():
    config = OmegaConf.create(
        {
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
    )
    expected = {
        "data.path": "s3://bucket/orders.csv",
        "data.more": ["https://host/a.csv", "b.csv"],
        "data.storage.region": "eu",
        "k": 2,
    }
    assert flat(recorded_configuration(config)) == expected
    assert parameters(config) == expected | {"data.more": "https://host/a.csv, b.csv"}


def test_sql_is_recorded_as_it_is():
    where = "note like '%?%' and Country = 'token'"
    config = OmegaConf.create({"data": {"where": where}})
    assert parameters(config) == {"data.where": where}


def test_how_an_export_is_recognised_is_kept_and_no_parameter():
    layout = {"title": "an export", "signature": ["a", "b"]}
    config = OmegaConf.create({"data": {"path": "a.csv", "layout": layout}})
    assert parameters(config) == {"data.path": "a.csv"}
    assert recorded_configuration(config)["data"]["layout"] == layout
