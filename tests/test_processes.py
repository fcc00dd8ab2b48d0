"""Whether a process still runs is known of this host, and of no other."""

import os
import subprocess
import sys
import time
from dataclasses import replace

import pytest

from segmentation.processes import LOOK_EVERY_SECONDS, Process


def test_this_process_runs_and_is_read_again_from_its_text():
    this = Process.this()
    assert this.number == os.getpid()
    assert not this.is_gone
    again = Process.read(str(this))
    assert again is not None
    assert (again.host, again.number) == (this.host, this.number)
    assert again.noted_at == pytest.approx(this.noted_at, abs=0.01)


def test_a_process_that_has_ended_is_gone():
    child = subprocess.Popen([sys.executable, "-c", "input()"], stdin=subprocess.PIPE)
    known = replace(Process.this(), number=child.pid)
    assert not known.is_gone
    child.communicate(b"\n")
    assert known.is_gone


@pytest.mark.posix
def test_a_process_that_has_ended_is_gone_before_anybody_asks_how():
    child = subprocess.Popen([sys.executable, "-c", "print(flush=True)"], stdout=subprocess.PIPE)
    known = replace(Process.this(), number=child.pid)
    child.stdout.read()
    until = time.monotonic() + 30
    while not known.is_gone:
        assert time.monotonic() < until
        time.sleep(0.01)
    assert child.wait() == 0


def test_this_process_is_this_one_and_its_child_is_not():
    assert Process.this().is_this
    assert not replace(Process.this(), number=os.getppid()).is_this
    assert not replace(Process.this(), host="elsewhere").is_this


ENDS_WITH = """
import sys
from segmentation.processes import Process, end_with
other = Process.read(sys.argv[1])
assert not other.is_this
end_with(other)
print("begun", flush=True)
sys.stdin.read()
"""


def test_a_process_ends_with_the_one_it_belongs_to_and_not_before():
    with (
        subprocess.Popen([sys.executable, "-c", "input()"], stdin=subprocess.PIPE) as other,
        subprocess.Popen(
            [sys.executable, "-c", ENDS_WITH, str(replace(Process.this(), number=other.pid))],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
        ) as process,
    ):
        assert process.stdout.readline().strip() == b"begun"
        with pytest.raises(subprocess.TimeoutExpired):
            process.wait(timeout=2 * LOOK_EVERY_SECONDS)
        other.kill()
        assert process.wait(timeout=30) == 1


def test_a_number_that_another_process_has_now_is_gone():
    earlier = replace(Process.this(), noted_at=time.time() - 10 * 365 * 86_400)
    assert earlier.is_gone


def test_of_another_host_nothing_is_known():
    assert not replace(Process.this(), host="elsewhere", noted_at=0.0).is_gone


@pytest.mark.parametrize("text", ["", "host 1", "host one 2.0", "a b c d"])
def test_another_text_is_no_process(text):
    assert Process.read(text) is None
