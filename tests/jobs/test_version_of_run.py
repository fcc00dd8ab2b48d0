"""The version that a promotion makes of a run."""

from tests.jobs.test_promote import MODEL, STRICT, register, runs, shop

__all__ = ["runs", "shop"]


def test_the_tags_of_a_version_are_short_enough_for_the_list_of_the_registry(shop, runs):
    register(shop, runs[0], STRICT)
    register(shop, runs[0], STRICT, force=True)
    for version in shop.client.search_model_versions(f"name = '{MODEL}'"):
        tags = dict(version.tags)
        assert len(tags.pop("promotion_run")) == 32
        assert tags.keys() == {"data", "as_of", "decision"}
        assert all(len(name) + len(value) <= 30 for name, value in tags.items()), tags
