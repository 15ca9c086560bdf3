"""Values that may be more than memory should hold."""

import tracemalloc

from hypothesis import given
from hypothesis import strategies as st

from relay_core.campaigns.spool import Spool


def spooled(values):
    spool = Spool()
    for value in values:
        spool.append(value)
    return spool


class TestASpool:
    @given(st.integers(0, 5_000))
    def test_gives_back_what_was_added_in_its_order(self, number):
        spool = spooled(range(number))

        assert len(spool) == number
        assert list(spool) == list(range(number))

    def test_can_be_read_again_while_it_is_read_and_grow_afterwards(self):
        spool = spooled(range(2_500))

        assert [(one, other) for one, other in zip(spool, spool, strict=True)][-1] == (2499, 2499)
        spool.append(2_500)
        assert list(spool) == list(range(2_501))

    def test_holds_a_bounded_part_of_it_in_memory(self):
        tracemalloc.start()
        try:
            spool = spooled(f"{number:01000}" for number in range(100_000))
            held, most = tracemalloc.get_traced_memory()
        finally:
            tracemalloc.stop()

        assert len(spool) == 100_000
        assert held < 5e6 < most < 40e6
