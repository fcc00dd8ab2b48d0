"""Engines before they are connected to."""

import pytest

from segmentation.engine.database_engine import Database
from segmentation.engine.engine import require_module
from segmentation.errors import UserError


def test_one_that_reads_no_files_says_what_to_set_instead():
    database = Database("postgresql://127.0.0.1/shop")
    with pytest.raises(UserError, match=r"engine=database reads no files, and data\.path=a\.csv"):
        database.read_files(["a.csv"], {})


def test_a_library_that_is_missing_is_named_with_the_command_that_installs_it():
    require_module("pandas", "engine=spark", "spark")
    with pytest.raises(UserError, match=r"engine=spark needs no_such_library.*--extra spark"):
        require_module("no_such_library", "engine=spark", "spark")
