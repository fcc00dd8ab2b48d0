from segmentation.settings.parameters import flat, parameters, recorded_configuration


def test_no_secret_is_recorded():
    values = {
        "data": {
            "path": "s3://key:hunter2@bucket/orders.csv?token=hunter2",
            "password": "hunter2",
            "api_token": "hunter2",
            "storage": {"aws_secret_access_key": "hunter2", "region": "eu"},
        },
        "tracking": {"uri": "http://me:hunter2@server"},
        "k": 2,
    }
    recorded = recorded_configuration(values)
    expected = {"data.path": "s3://bucket/orders.csv", "data.storage.region": "eu", "k": 2}
    assert parameters(recorded, values) == flat(recorded) == expected
