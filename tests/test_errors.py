"""How a script ends."""

import errno

import pytest

from segmentation.errors import UserError, exits_on_user_error, refusal_of_a_place


def test_a_users_mistake_is_one_line_and_exit_code_2(capsys):
    @exits_on_user_error
    def script():
        raise UserError("k=0:\n  at least 1")

    with pytest.raises(SystemExit) as left:
        script()
    assert left.value.code == 2
    assert capsys.readouterr().err == "error: k=0: at least 1\n"


def test_a_full_disk_and_a_closed_folder_have_remedies_of_their_own():
    full = OSError(errno.ENOSPC, "No space left on device", "source.png", None, "kept.png")
    told = "'kept.png' cannot be used (No space left on device); free some space, or choose another"
    assert str(refusal_of_a_place(full)).startswith(told)
    closed = refusal_of_a_place(PermissionError(errno.EACCES, "Permission denied", "shop"))
    assert "that you may read and write" in str(closed)


def test_an_error_that_is_no_fault_of_a_place_stays():
    with pytest.raises(OSError, match="Interrupted"):
        refusal_of_a_place(OSError(errno.EINTR, "Interrupted"))
