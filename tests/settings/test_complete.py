"""A password that is written out is refused; one that is referred to is not recorded."""

import pytest
from hydra import compose, initialize_config_dir
from hydra.core.global_hydra import GlobalHydra

from segmentation.errors import UserError
from segmentation.settings.run_settings import read_run_settings
from segmentation.settings.score_settings import read_score_settings
from tests.helpers.commands import REPO


@pytest.fixture(scope="module")
def composed():
    GlobalHydra.instance().clear()
    with initialize_config_dir(str(REPO / "conf"), version_base="1.3"):
        yield lambda url, script="config", *more: compose(
            script,
            [
                "data=transactions",
                "data.path=null",
                "engine=database",
                f"engine.url='{url}'",
                *more,
            ],
        )


@pytest.mark.parametrize(
    "url", ["postgresql://me:geheim@host/db", "postgresql://host/db?user=me&password=geheim"]
)
def test_a_password_that_is_written_out_is_refused_and_not_shown(composed, url):
    for read, script, more in (
        (read_run_settings, "config", ()),
        (read_score_settings, "score", ("output=a.csv",)),
    ):
        with pytest.raises(UserError, match="holds a password") as refused:
            read(composed(url, script, *more))
        assert "geheim" not in str(refused.value)


def test_a_password_of_the_environment_reaches_the_engine_and_nothing_that_is_kept(
    composed, monkeypatch
):
    monkeypatch.setenv("SHOP_PASSWORD", "geheim")
    settings = read_run_settings(composed("postgresql://me:${oc.env:SHOP_PASSWORD}@host/db"))
    engine = settings.measuring.read_transactions.keywords["engine"]
    assert engine.url == "postgresql://me:geheim@host/db"
    assert settings.parameters["engine.url"] == "postgresql://host/db"
    kept = [settings.parameters, settings.configuration, settings.choices, settings.name, engine]
    assert "geheim" not in repr(kept)
    assert "geheim" not in repr(settings.deciding)


def test_a_user_alone_is_no_password(composed):
    assert (
        read_run_settings(composed("postgresql://me@host:5432/db")).choices["engine"] == "database"
    )
