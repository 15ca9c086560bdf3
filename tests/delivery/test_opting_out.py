"""Who asks for no more messages, in which words, and what holds in the end."""

from datetime import timedelta
from itertools import permutations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from relay_core.delivery.heard import Reply
from relay_core.delivery.opt_out_words import START_WORDS, STOP_WORDS, Wish, understood
from relay_core.delivery.opting_out import opt_outs_of
from relay_core.delivery.receipts import record
from relay_core.gateways.outcomes import Accepted
from tests.delivery.test_receipts import begin, end, hear, receipt
from tests.delivery.world import NOW, phone, planned_run, states


def reply(text, *, id_="m-1", minutes=0, payload=None, number=None, conversation="c-1"):
    return Reply(
        message_id=id_,
        conversation_id=conversation,
        body=text,
        happened_at=NOW + timedelta(minutes=minutes),
        phone=number,
        payload=payload,
    )


def blocked(db):
    return db.table("SELECT phone FROM suppressions")["phone"].to_pylist()


def acquainted(db):
    """A number whose conversation is known."""
    planned_run(db, people=1)
    end(db, begin(db), Accepted("n-1"))
    hear(db, receipt("user", conversation="c-1"))


class TestAWord:
    @pytest.mark.parametrize(
        "text",
        [
            "STOP",
            "stop !",
            '"Stop"',
            "STOP ALL",
            "stop\u200b",
            "Opt-out",
            "🛑 stop 🛑",
            "\uff33\uff34\uff2f\uff30",
            "Arrêt",
            "ARRET.",
            "Stopp",
            "abmelden",
            "Baja",
            "¡Alto!",
            "parar",
            "Sair",
            "AFMELDEN",
            "Stop promotions",
            "\nunsubscribe\n",
        ],
    )
    def test_of_stopping_is_understood_as_people_write_it(self, text):
        assert understood(text).wish is Wish.STOP

    @pytest.mark.parametrize(
        "text",
        [
            "",
            "stop, o Zé não vem",
            "stop by on Monday",
            "the end",
            "nonstop",
            "don't stop",
            "s t o p",
            "stop2",
            "pare de chover",
            "🛑",
            "yes",
            "no",
            "stop " * 30,
        ],
    )
    def test_is_not_seen_where_there_is_none(self, text):
        assert understood(text) is None

    @pytest.mark.parametrize("text", ["START", "unstop", "Opt in", "Anmelden!"])
    def test_of_starting_is_understood(self, text):
        assert understood(text).wish is Wish.START

    def test_never_means_both(self):
        assert not STOP_WORDS & START_WORDS

    @pytest.mark.parametrize("word", sorted(STOP_WORDS | START_WORDS))
    def test_stands_in_the_table_as_it_is_compared(self, word):
        assert understood(word).word == word

    @given(st.sampled_from(sorted(STOP_WORDS)), st.text("!?.,;:…\"'()*_ \n🛑🙏\u200b", max_size=5))
    def test_may_be_dressed_in_anything_but_words(self, word, dress):
        assert understood(f"{dress}{word.upper()}{dress}").word == word

    @given(st.text())
    def test_breaks_on_nothing(self, text):
        assert understood(text) is None or understood(text).word in STOP_WORDS | START_WORDS


class TestAStop:
    def test_may_be_a_button(self, db):
        acquainted(db)
        waiting = planned_run(db, people=1)

        hear(db, reply("No more offers, please", payload="STOP"))

        assert states(db, waiting) == {"cancelled": 1}

    def test_counts_from_a_number_that_was_never_messaged_where_the_channel_names_it(self, db):
        waiting = planned_run(db, people=1)

        hear(db, reply("STOP", number=phone(0)))

        assert states(db, waiting) == {"cancelled": 1}

    def test_counts_on_every_lane(self, db):
        acquainted(db)
        elsewhere = planned_run(db, people=1, lane="lane-2")

        hear(db, reply("STOP"))

        assert states(db, elsewhere) == {"cancelled": 1}

    def test_is_kept_in_the_history_of_the_number_once(self, db):
        acquainted(db)

        hear(db, reply("Stop!"), reply("Stop!"))

        [wish] = opt_outs_of(db, phone(0))
        assert (wish.wish, wish.word, wish.source, wish.happened_at) == (
            "stop",
            "stop",
            "reply",
            NOW,
        )


class TestAStart:
    def test_lifts_what_a_stop_set(self, db):
        acquainted(db)

        hear(db, reply("STOP"), reply("START", id_="m-2", minutes=1))
        hear(db, reply("START", id_="m-3", minutes=2), now=NOW + timedelta(minutes=3))

        assert blocked(db) == []

    def test_never_lifts_what_somebody_blocked_by_hand(self, db):
        acquainted(db)
        db.write(lambda s: s.run("deliveries.suppress", phone=phone(0), reason="Asked us", now=NOW))

        hear(db, reply("STOP"), now=NOW)
        hear(db, reply("START", id_="m-2", minutes=1), now=NOW + timedelta(minutes=1))

        assert blocked(db) == [phone(0)]

    @pytest.mark.parametrize("order", list(permutations(range(3))))
    def test_holds_by_the_vendors_time_in_whatever_order_they_arrive(self, db, order):
        acquainted(db)
        said = [
            reply("STOP", id_="a", minutes=1),
            reply("START", id_="b", minutes=2),
            reply("STOP", id_="c", minutes=3),
        ]

        hear(db, *(said[place] for place in order), now=NOW + timedelta(hours=1))

        assert blocked(db) == [phone(0)]

    def test_at_the_moment_of_a_stop_gives_way(self, db):
        acquainted(db)

        hear(db, reply("STOP", id_="a"), reply("START", id_="b"))

        assert blocked(db) == [phone(0)]

    def test_from_the_future_counts_as_now(self, db):
        acquainted(db)

        hear(db, reply("START", id_="a", minutes=10_000_000), now=NOW)
        hear(db, reply("STOP", id_="b", minutes=5), now=NOW + timedelta(minutes=5))

        assert blocked(db) == [phone(0)]

    def test_and_stop_in_one_transaction_are_one_change(self, db):
        acquainted(db)
        hear(db, reply("STOP"))

        def work(session):
            from_now = NOW + timedelta(minutes=9)
            record(session, reply("START", id_="m-2", minutes=1), now=from_now)
            record(session, reply("STOP", id_="m-3", minutes=2), now=from_now)

        db.write(work)

        assert blocked(db) == [phone(0)]
