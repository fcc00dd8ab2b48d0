"""How a script ends."""

import pytest

from segmentation.errors import UserError, exits_on_user_error


def test_a_users_mistake_is_one_line_and_exit_code_2(capsys):
    @exits_on_user_error
    def script():
        raise UserError("k=0:\n  at least 1")

    with pytest.raises(SystemExit) as left:
        script()
    assert left.value.code == 2
    assert capsys.readouterr().err == "error: k=0: at least 1\n"
