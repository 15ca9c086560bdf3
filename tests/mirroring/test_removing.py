"""What was erased here does not stay in Zendesk, whatever happened on the way."""

import shutil
from contextlib import closing, suppress
from datetime import timedelta

import pytest

from relay_core.audience.conditions.definition import ByQuery
from relay_core.audience.segments.saved import delete_segment, save_segment
from relay_core.errors import AccessDenied, GatewayError, OutsideUnavailable
from relay_core.gateways.custom_objects import Job
from relay_core.mirroring.objects import Kind
from relay_core.mirroring.removing import find_strays
from relay_core.relay import open_relay
from relay_core.settings import Settings
from relay_core.store.database import open_database
from tests.delivery.world import NOW, planned_run
from tests.mirroring.test_telling import WHO, forget, told_run
from tests.reports.story import at, send

SOME_HOURS = timedelta(hours=3)
DAY = timedelta(days=1)


class TestAnErasedMessage:
    def test_goes_though_an_earlier_job_writes_it_late(self, db, mirrored):
        told_run(db)
        begin, late = mirrored.objects.begin, []

        def lose(key, *job):
            if key != Kind.MESSAGE.object_key:
                return begin(key, *job)
            late.append(job)
            raise OutsideUnavailable("", advice="")

        mirrored.objects.begin = lose
        with pytest.raises(OutsideUnavailable):
            mirrored.pass_over()
        mirrored.objects.begin = begin
        forget(db, 1)
        mirrored.pass_over()
        begin(Kind.MESSAGE.object_key, *late[0])
        assert mirrored.messages_of(1) != []
        assert mirrored.status().to_remove == 1

        mirrored.pass_over(after=SOME_HOURS)

        assert mirrored.messages_of(1) == []
        assert mirrored.status().to_remove == 0

    def test_is_removed_once_where_nothing_is_in_doubt(self, db, mirrored):
        told_run(db)
        mirrored.pass_over()
        forget(db, 1)

        assert mirrored.pass_over() == 1

        assert mirrored.status().to_remove == 0
        assert mirrored.pass_over(after=SOME_HOURS) == 0

    def test_that_zendesk_does_not_remove_is_tried_three_times_then_hourly(self, db, mirrored):
        told_run(db)
        mirrored.pass_over()
        forget(db, 1)
        seen = mirrored.objects.job
        locked = {"status": "completed", "results": [{"index": 0, "error": {"code": "Locked"}}]}
        mirrored.objects.job = lambda job_id: Job.model_validate({"id": job_id, **locked})
        begun = []
        begin = mirrored.objects.begin
        mirrored.objects.begin = lambda *job: begun.append(job) or Job(id="1", status="working")
        for _ in range(5):
            mirrored.pass_over()
        assert len(begun) == 3
        assert "Locked" in mirrored.status().refused[0].trouble

        mirrored.objects.begin, mirrored.objects.job = begin, seen
        mirrored.pass_over(after=SOME_HOURS)

        assert mirrored.messages_of(1) == []

    def test_that_zendesk_does_not_remove_is_known_though_the_process_ends_then(
        self, db, mirrored, monkeypatch
    ):
        told_run(db)
        mirrored.pass_over()
        forget(db, 1)
        locked = {"status": "completed", "results": [{"index": 0, "error": {"code": "Locked"}}]}
        mirrored.objects.job = lambda job_id: Job.model_validate({"id": job_id, **locked})
        writes, write = [], db.write

        def die_after_one(work):
            if writes:
                raise SystemExit
            writes.append(work)
            return write(work)

        with monkeypatch.context() as dying, suppress(SystemExit):
            dying.setattr(db, "write", die_after_one)
            mirrored.pass_over()

        assert mirrored.status().to_remove == 1

    @pytest.mark.parametrize("status", [422, 500])
    def test_whose_job_fails_holds_up_nothing_else(self, db, mirrored, status):
        told_run(db)
        save_segment(db, name="VIPs", definition=ByQuery("tags:vip"), **WHO)
        mirrored.pass_over()
        forget(db, 1)
        delete_segment(db, name="VIPs", **WHO)
        mirrored.refused["relay_mirror_message/jobs"] = status
        for _ in range(2):
            with pytest.raises(GatewayError):
                mirrored.pass_over()

        assert mirrored.records(Kind.SEGMENT) == {}
        assert mirrored.status().to_remove == 1

    def test_does_not_wait_for_a_clock_that_was_set_back(self, db, mirrored):
        told_run(db)
        mirrored.pass_over()
        forget(db, 1)

        mirrored.pass_over(after=-DAY)

        assert mirrored.messages_of(1) == []

    def test_went_with_an_object_that_was_deleted(self, db, mirrored):
        told_run(db)
        mirrored.pass_over()
        path = f"/api/v2/custom_objects/{Kind.MESSAGE.object_key}"
        mirrored.account.ask("DELETE", path)
        forget(db, 1)

        mirrored.pass_over()

        assert mirrored.status().to_remove == 0

    def test_is_not_believed_gone_where_zendesk_only_hides_it(self, db, mirrored):
        told_run(db)
        mirrored.pass_over()
        forget(db, 1)
        mirrored.refused["/custom_objects"] = 403
        with pytest.raises(AccessDenied):
            mirrored.pass_over()

        assert mirrored.status().to_remove == 1


class TestAnOlderCopy:
    @pytest.fixture
    def copy(self, db, tmp_path, mirrored):
        """Taken before anything left; since then the original told of three messages."""
        planned_run(db, people=3, first_person=1)
        with db.workspace() as folder:
            db.copy_to(folder / "copy.duckdb")
            older = shutil.move(folder / "copy.duckdb", tmp_path / "older.duckdb")
        for n in range(3):
            send(db, begun=at(n))
        mirrored.pass_over()
        with open_database(older) as opened:
            mirrored.db = opened
            yield mirrored

    def test_removes_what_the_original_told_of_somebody_erased_in_it(self, copy):
        cancel = {"person_id": 1, "now": NOW}
        copy.db.write(lambda session: session.run("erasure.cancel_queued", **cancel))
        forget(copy.db, 1)
        find_strays(copy.mirror())

        copy.pass_over(after=SOME_HOURS)
        copy.pass_over(after=SOME_HOURS)

        assert copy.messages_of(1) == []
        assert len(copy.records(Kind.MESSAGE)) == 2

    def test_leaves_records_of_other_files_alone(self, copy):
        copy.home = "f"

        assert find_strays(copy.mirror()) == 0


@pytest.mark.usefixtures("mirrored")
class TestAnOldFileThatWasPutBack:
    def test_tells_nothing_before_a_person_says_so(self, db, tmp_path):
        older = tmp_path / "older"
        db.close()
        shutil.copy(db.path, older)
        with open_database(db.path) as original:
            told_run(original)
        shutil.copy(older, db.path)

        with closing(open_relay(Settings.load(data_dir=tmp_path, mirror_to_zendesk=True))) as relay:
            held = relay.mirror_status().held

        assert "erased" in held
