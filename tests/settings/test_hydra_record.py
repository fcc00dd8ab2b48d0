"""Passwords do not stay in what Hydra writes down."""

import os

import yaml

from segmentation.settings.hydra_record import mask_record

OVERRIDES = [
    "data.path='https://me:hunter2@host/a.csv?sig=hunter2'",
    "+hydra.job.env_set.MLFLOW_TRACKING_URI='postgresql://me:hunter2@host/db'",
    "data.where=token = 'x'",
]


def test_a_record_has_no_secret_is_still_yaml_and_nobody_else_reads_it(tmp_path):
    file = tmp_path / "multirun.yaml"
    file.write_text(yaml.safe_dump({"overrides": OVERRIDES, "k": 2}, width=1000))
    mask_record(tmp_path)
    assert yaml.safe_load(file.read_text()) == {
        "overrides": [
            "data.path='https://host/a.csv'",
            "+hydra.job.env_set.MLFLOW_TRACKING_URI='postgresql://host/db'",
            "data.where=token = 'x'",
        ],
        "k": 2,
    }
    if os.name == "posix":
        assert file.stat().st_mode & 0o777 == 0o600


def test_a_record_without_secrets_stays_as_it_is(tmp_path):
    file = tmp_path / "config.yaml"
    file.write_text("k: 2\ndata:\n  path: orders-?.csv\n")
    before = file.stat()
    mask_record(tmp_path)
    assert file.read_text() == "k: 2\ndata:\n  path: orders-?.csv\n"
    assert file.stat().st_mode == before.st_mode
    mask_record(tmp_path / "none")


def test_files_of_the_user_in_the_same_folder_stay_as_they_are(tmp_path):
    file = tmp_path / "my_store.yaml"
    file.write_text("uri: postgresql://me:hunter2@host/db\n")
    mask_record(tmp_path)
    assert file.read_text() == "uri: postgresql://me:hunter2@host/db\n"
