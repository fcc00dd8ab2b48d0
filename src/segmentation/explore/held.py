"""What is held between two looks at the page: what can change for seconds, what cannot for long."""

from functools import partial

import streamlit as st

from segmentation.explore.lists import (
    CustomerList,
    lists_of_history,
    local_file,
    scored_lists_of,
    training_list,
)
from segmentation.settings.explore_settings import read_explore_settings
from segmentation.tracking import reading
from segmentation.tracking.recorded_run import RecordedRun
from segmentation.tracking.store import Store

SECONDS, MODELS = 10, 4
"""After which runs are read anew, and so many models at once."""


def _scored_lists(store: Store, experiment: str) -> list[CustomerList]:
    return scored_lists_of(reading.kept_scorings_of(store, experiment))


_known_by = {
    Store: lambda store: (store.uri, store.experiment_id),
    RecordedRun: lambda run: run.run_id,
    CustomerList: lambda of: (of.run and of.run.run_id, of.file),
}
_for_long = partial(st.cache_resource, show_spinner=False, hash_funcs=_known_by)
_for_seconds = partial(_for_long, ttl=SECONDS)

settings_of = _for_long()(read_explore_settings)
store_of = _for_seconds()(reading.read_store)
sweeps = _for_seconds()(reading.sweeps)
finished_runs = _for_seconds()(reading.finished_runs)
registered_lists = _for_seconds()(reading.registered_lists)
scored_lists = _for_seconds()(_scored_lists)
own_list = _for_seconds()(training_list)
history_lists = _for_seconds()(lists_of_history)
run_of_model = _for_long()(reading.run_of_model)
# all of them: a temporary file goes with what is held, and somebody may be reading it
file_of = _for_long(show_spinner="Reading the list of customers")(local_file)
profile_of = _for_long()(RecordedRun.profile)
segmenter_of = _for_long(max_entries=MODELS)(RecordedRun.segmenter)
