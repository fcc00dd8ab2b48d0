"""How a script ends."""

import pytest

from segmentation.errors import UserError, exits_on_user_error, interrupted_queries_exit


def test_a_users_mistake_is_one_line_and_exit_code_2(capsys):
    @exits_on_user_error
    def script():
        raise UserError("k=0:\n  at least 1")

    with pytest.raises(SystemExit) as left:
        script()
    assert left.value.code == 2
    assert capsys.readouterr().err == "error: k=0: at least 1\n"


def test_a_query_that_a_signal_interrupted_ends_the_process_and_is_no_failed_run():
    with pytest.raises(SystemExit) as left, interrupted_queries_exit():
        raise RuntimeError("Query interrupted")
    assert left.value.code == 130


def test_other_errors_are_left_alone():
    with pytest.raises(RuntimeError, match="a bug"), interrupted_queries_exit():
        raise RuntimeError("a bug")
