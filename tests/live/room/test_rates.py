from live.room.rates import BURST, CLOSE_AT, MUTE_S, WARN_FOR, Bucket, Flood, Verdict


def test_bucket_gives_what_it_holds_then_what_flows_in() -> None:
    bucket = Bucket.full(per_s=2, most=3, now=0)
    assert [bucket.take(0) for _ in range(4)] == [True, True, True, False]
    assert [bucket.take(0.5), bucket.take(0.6)] == [True, False]
    assert [bucket.take(100) for _ in range(4)] == [True, True, True, False]


def test_flood_is_warned_then_muted_then_closed() -> None:
    flood = Flood.calm(0)
    said = [flood.heard(0) for _ in range(BURST + CLOSE_AT)]
    assert said.count(Verdict.HEARD) == BURST
    assert said[BURST] is Verdict.WARNED
    assert said[BURST + WARN_FOR - 1] is Verdict.MUTED
    assert said[-1] is Verdict.CLOSED
    assert (
        said.count(Verdict.WARNED) == said.count(Verdict.MUTED) == said.count(Verdict.CLOSED) == 1
    )


def test_who_was_muted_is_heard_again_and_forgiven() -> None:
    flood = Flood.calm(0)
    for _ in range(BURST + WARN_FOR):
        flood.heard(0)
    assert flood.heard(MUTE_S - 1) is Verdict.DROPPED
    assert flood.heard(MUTE_S + 1) is Verdict.HEARD
    assert flood.heard(MUTE_S + 60) is Verdict.HEARD
    assert flood.dropped == 0
