import errno
import pickle
import zipfile

import numpy as np
import pytest
import skops.io
from sklearn.cluster import Birch, BisectingKMeans, KMeans
from sklearn.preprocessing import (
    FunctionTransformer,
    MinMaxScaler,
    PowerTransformer,
    QuantileTransformer,
    RobustScaler,
)
from skops.io.exceptions import UntrustedTypesFoundException

from segmentation.errors import UserError
from segmentation.model.persistence import SavedSegmenter, load_segmenter, save_segmenter
from segmentation.model.pipeline import CustomerSegmenter
from tests.helpers.models import CLUSTERERS, log_scaler
from tests.helpers.shop import FEATURES

SCALERS = {
    "log": log_scaler(),
    "minmax": MinMaxScaler(),
    "robust": RobustScaler(quantile_range=(25, 75)),
    "power": PowerTransformer(),
    "quantile": QuantileTransformer(n_quantiles=50, output_distribution="normal", random_state=0),
    "none": FunctionTransformer(),
}


@pytest.mark.parametrize("scaler", SCALERS)
@pytest.mark.parametrize("algorithm", CLUSTERERS)
def test_a_model_read_back_predicts_the_same(table, tmp_path, algorithm, scaler):
    segmenter = CustomerSegmenter(SCALERS[scaler], CLUSTERERS[algorithm])
    segmenter.fit(table[FEATURES], revenue=table["revenue"])
    save_segmenter(segmenter, tmp_path / "model.skops")
    loaded = load_segmenter(tmp_path / "model.skops")
    new = table[FEATURES] * 1.01
    np.testing.assert_array_equal(loaded.predict(table[FEATURES]), segmenter.labels_)
    np.testing.assert_array_equal(loaded.predict(new), segmenter.predict(new))
    assert list(loaded.feature_names_in_) == FEATURES


def test_the_file_holds_data_and_no_pickle(table, tmp_path):
    path = tmp_path / "model.skops"
    save_segmenter(
        CustomerSegmenter(log_scaler(), CLUSTERERS["hdbscan"]).fit(table[FEATURES]), path
    )
    with zipfile.ZipFile(path) as archive:
        assert {name.rpartition(".")[2] for name in archive.namelist()} <= {"json", "npy", "npz"}
        for name in archive.namelist():
            with archive.open(name) as member:
                np.lib.format.read_magic(member) if name.endswith("npy") else member.read(1)
        arrays = [name for name in archive.namelist() if name.endswith("npy")]
        for name in arrays:
            with archive.open(name) as member:
                np.load(member, allow_pickle=False)


class Stranger:
    """A type that no model of ours holds."""

    def __init__(self):
        self.value = 1


def test_a_file_with_a_foreign_type_is_refused(tmp_path):
    path = tmp_path / "model.skops"
    skops.io.dump(CustomerSegmenter(scaler=Stranger()), path)
    with pytest.raises(UntrustedTypesFoundException, match="Stranger"):
        load_segmenter(path)


@pytest.mark.parametrize("clusterer", [Birch(n_clusters=3), BisectingKMeans(3)])
def test_a_model_that_could_not_be_loaded_is_refused_when_it_is_saved(table, tmp_path, clusterer):
    segmenter = CustomerSegmenter(log_scaler(), clusterer).fit(table[FEATURES])
    name = type(clusterer).__name__
    with pytest.raises(
        UserError, match=f"algorithm=sklearn.cluster.{name} cannot be saved: .*kmeans"
    ):
        save_segmenter(segmenter, tmp_path / "model.skops")


def test_a_model_that_predicts_something_else_once_loaded_is_refused(table, tmp_path, monkeypatch):
    fitted = {k: CustomerSegmenter(log_scaler(), KMeans(k)).fit(table[FEATURES]) for k in (1, 3)}
    monkeypatch.setattr("segmentation.model.persistence.load_segmenter", lambda _: fitted[1])
    with pytest.raises(UserError, match="read back, it predicts something else"):
        save_segmenter(fitted[3], tmp_path / "model.skops")


def test_what_goes_to_other_processes_is_loaded_once_in_each(table, tmp_path, monkeypatch):
    segmenter = CustomerSegmenter(log_scaler(), CLUSTERERS["kmeans"]).fit(table[FEATURES])
    save_segmenter(segmenter, tmp_path / "model.skops")
    content, loads, loading = (tmp_path / "model.skops").read_bytes(), [], skops.io.loads
    monkeypatch.setattr(
        skops.io, "loads", lambda *of, **more: loads.append(of) or loading(*of, **more)
    )
    arrived = [pickle.loads(pickle.dumps(SavedSegmenter(content))) for _ in range(3)]
    for saved in arrived:
        assert saved.describe(table[FEATURES]).equals(segmenter.describe(table[FEATURES]))
    assert len(loads) == 1


def test_other_types_are_not_loaded_from_bytes_either(table):
    strange = SavedSegmenter(skops.io.dumps(CustomerSegmenter(scaler=Stranger())))
    with pytest.raises(UntrustedTypesFoundException, match="Stranger"):
        strange.describe(table[FEATURES])


def test_a_full_disk_is_no_fault_of_the_model(table, tmp_path, monkeypatch):
    def full(*_):
        raise OSError(errno.ENOSPC, "No space left on device")

    monkeypatch.setattr("segmentation.model.persistence.skops.io.dump", full)
    segmenter = CustomerSegmenter(log_scaler(), KMeans(2)).fit(table[FEATURES])
    with pytest.raises(OSError, match="No space left"):
        save_segmenter(segmenter, tmp_path / "model.skops")
