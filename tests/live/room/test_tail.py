from live.room.tail import Kept, Tail


def texts(found) -> list[str] | None:
    return None if found is None else [text for _to, text in found]


async def filled(tail: Tail, *seqs: int) -> Tail:
    async def load():
        return [Kept(seq, "room", {"n": seq}) for seq in seqs]

    await tail.fill(load)
    return tail


async def test_what_came_after_is_missed_also_with_a_lower_number() -> None:
    tail = Tail()
    for seq in (1, 3, 2, 4):
        tail.add(seq, "room", str(seq))
    assert texts(tail.since(0)) == ["1", "3", "2", "4"]
    assert texts(tail.since(3)) == ["2", "4"]
    assert texts(tail.since(4)) == []
    assert texts(tail.since(9)) == []


async def test_rows_stand_before_what_has_come_and_nothing_twice() -> None:
    tail = Tail()
    tail.add(8, "room", "8")
    await filled(tail, 5, 7, 8)
    tail.add(7, "room", "again")
    assert texts(tail.since(5)) == ['{"n":7}', "8"]
    # What went to somebody else only is not here under its number.
    assert texts(tail.since(6)) == ['{"n":7}', "8"]


async def test_who_was_away_for_too_long_is_told() -> None:
    tail = Tail()
    for seq in range(1, Tail.MOST + 11):
        tail.add(seq, "room", str(seq))
    assert tail.since(9) is None
    assert len(tail.since(10)) == Tail.MOST
    assert tail.has(3)


async def test_rows_that_are_more_than_kept_say_so() -> None:
    tail = await filled(Tail(), *range(100, 100 + Tail.MOST))
    assert tail.since(50) is None
    assert texts(tail.since(99 + Tail.MOST)) == []
