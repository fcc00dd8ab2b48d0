"""What a report says on a version, under the names of the version."""

from segmentation.jobs.version_content import renamed_rules


def test_rules_take_the_names_of_the_version():
    rules = "loyal: orders > 3\nloyal, higher value: orders > 9 and revenue > 1"
    assert renamed_rules(rules, {"loyal": "champions", "loyal, higher value": "loyal"}) == (
        "champions: orders > 3\nloyal: orders > 9 and revenue > 1"
    )
