"""What becomes of a chosen run, without a store: facts in, a decision out."""

import pytest

from segmentation.errors import UserError
from segmentation.selection.gate import GateResult
from segmentation.selection.promotion import (
    Candidate,
    Decision,
    Incumbent,
    decide,
    of_one_shop,
    overtaken,
    require_registrable,
)

RUN = Candidate("kmeans k=4", "transactions")
BAD = Candidate("kmeans k=4", "transactions", ("smallest segment 0.27%", "noise 30.00%"))
CHAMPION = Incumbent("7", "transactions", 0.9)
OTHERS = Incumbent("7", "transactions", 0.1)
MOVED = "40.0% of the customers would change to a differently named segment, at most 30% may"
BECOMES_CHALLENGER = "kmeans k=4 becomes the challenger of champion version 7"


def gate(*reasons: str, reassigned_share: float = 0.125) -> GateResult:
    return GateResult(reasons, True, reassigned_share, None, None, None, None, "", (), ())


def test_the_first_run_becomes_the_champion():
    assert decide(RUN, None, None) == Decision(
        True, "first champion", "kmeans k=4 is the first champion"
    )


def test_the_first_champion_by_force_says_what_was_overruled():
    assert decide(BAD, None, None, force=True) == Decision(
        True,
        "first, by force",
        "kmeans k=4 is the first champion by force: smallest segment 0.27%; noise 30.00%",
    )


def test_who_passes_the_gate_replaces_the_champion():
    assert decide(RUN, CHAMPION, gate()) == Decision(
        True,
        "replaces 7",
        "kmeans k=4 replaces champion version 7: 12.5% of the customers "
        "change to a differently named segment",
    )


def test_who_does_not_pass_becomes_the_challenger_with_every_reason():
    assert decide(RUN, CHAMPION, gate("it explains less", MOVED)) == Decision(
        False,
        "challenger of 7",
        f"{BECOMES_CHALLENGER}, not its successor: it explains less; {MOVED}; force=true overrules",
    )


def test_force_overrules_the_gate_and_says_so():
    assert decide(RUN, CHAMPION, gate(MOVED), force=True) == Decision(
        True, "forced over 7", f"kmeans k=4 replaces champion version 7 by force: {MOVED}"
    )


def test_force_that_was_not_needed_is_not_mentioned():
    assert decide(RUN, CHAMPION, gate(), force=True) == decide(RUN, CHAMPION, gate())


def test_a_run_that_is_not_eligible_is_named_so_beside_the_reasons_of_the_gate():
    decision = decide(BAD, CHAMPION, gate(MOVED), force=True)
    assert decision.becomes_champion
    assert decision.sentence.endswith(f"by force: smallest segment 0.27%; noise 30.00%; {MOVED}")


@pytest.mark.parametrize("force", [False, True])
def test_a_gap_in_the_comparison_is_a_reason_against(force):
    gap = "the champion needs products, which the data does not allow to measure"
    decision = decide(RUN, CHAMPION, None, force=force, gaps=[gap])
    assert decision.becomes_champion is force
    assert gap in decision.sentence


def test_a_run_that_others_overtake_becomes_the_challenger():
    assert overtaken(decide(RUN, CHAMPION, gate()), RUN, 3) == Decision(
        False,
        "challenger, overtaken",
        "kmeans k=4 becomes the challenger: others replaced the champion 3 times while it was "
        "compared; register.py compares it again",
    )


def test_who_is_the_challenger_anyway_is_not_overtaken():
    challenger = decide(RUN, CHAMPION, gate(MOVED))
    assert overtaken(challenger, RUN, 3) == challenger


@pytest.mark.parametrize("force", [False, True])
def test_without_a_comparison_no_champion_of_the_shop_is_replaced_unless_by_force(force):
    decision = decide(RUN, CHAMPION, None, force=force)
    assert decision.becomes_champion is force
    assert "nothing says how the two compare" in decision.sentence


@pytest.mark.parametrize("public", ["complete_journey", "online_retail"])
def test_a_champion_of_public_data_gives_way_to_a_shop_of_ones_own(public):
    assert decide(RUN, Incumbent("7", public, 0.0), None) == Decision(
        True,
        "replaces 7",
        "kmeans k=4 replaces champion version 7, which segments other customers "
        f"({public}, 0% in common)",
    )
    assert decide(RUN, Incumbent("7", public, None), None).becomes_champion


def test_a_champion_of_another_shop_stays_whatever_its_data_are_called():
    others = "which segments other customers (transactions, 10% in common)"
    assert decide(RUN, OTHERS, None) == Decision(
        False,
        "challenger of 7",
        f"{BECOMES_CHALLENGER}, {others}, not its successor; force=true overrules",
    )
    forced = decide(RUN, OTHERS, None, force=True)
    assert (forced.becomes_champion, forced.short) == (True, "forced over 7")
    assert others in forced.sentence


@pytest.mark.parametrize("data", ["transactions", "complete_journey"])
def test_where_customers_are_not_kept_nothing_is_replaced_without_force(data):
    run = Candidate("kmeans k=4", data)
    decision = decide(run, Incumbent("7", data, None), None)
    assert not decision.becomes_champion
    assert "not kept, so that nobody knows whether they are of one shop" in decision.sentence
    assert decide(run, Incumbent("7", data, None), None, force=True).becomes_champion


def test_a_shop_is_the_same_where_half_of_the_smaller_base_is_common():
    assert of_one_shop(Incumbent("7", "transactions", 0.5))
    assert not of_one_shop(Incumbent("7", "transactions", 0.499))
    assert not of_one_shop(Incumbent("7", "transactions", None))


def test_only_force_registers_what_is_not_eligible():
    require_registrable(RUN, "4f2a", force=False)
    require_registrable(BAD, "4f2a", force=True)
    with pytest.raises(UserError) as refused:
        require_registrable(BAD, "4f2a", force=False)
    assert str(refused.value) == (
        "run 'kmeans k=4' (4f2a) may not be registered: smallest segment 0.27%; noise 30.00%; "
        "choose another run, or set force=true"
    )
