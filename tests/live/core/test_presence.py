from fractions import Fraction

from hypothesis import given
from hypothesis import strategies as st

from live.core.presence import Event, EventKind, Lesson, Prompt, Rule, Verdict, settle

F = Fraction
JOIN, BEAT, ANSWER, LEAVE = EventKind
LESSON = Lesson(F(0), F(300))


def rule(grace=45, attend_at="0.8", answer_at="0.5", join_by=60):
    return Rule(F(grace), F(attend_at), F(answer_at), F(join_by))


def event(at, kind, connection="a", prompt=None):
    return Event(F(at), connection, kind, prompt)


def judge(*events, prompts=(), by=None, lesson=LESSON):
    return settle(lesson=lesson, rule=by or rule(), prompts=prompts, events=events)


def stretches(*events, **given):
    return judge(*events, **given).stretches


def prompt(at, window=60, name="p"):
    return Prompt(name, F(at), F(window))


def test_settle_of_nobody():
    assert judge(prompts=[prompt(10)]) == Verdict((), F(0), F(0), True, ("p",), (), False)
    nothing_asked_of_anyone = rule(attend_at=0, answer_at=0)
    assert judge(by=nothing_asked_of_anyone).credited


def test_grace_ends_inclusive():
    assert stretches(event(0, JOIN), event(45, BEAT)) == ((0, 90),)
    assert stretches(event(0, JOIN), event("45.001", BEAT)) == ((0, 45), (F("45.001"), F("90.001")))


def test_second_join_extends():
    assert stretches(event(0, JOIN), event(30, JOIN)) == ((0, 75),)


def test_leave_ends_at_once_and_for_beats():
    assert stretches(event(0, JOIN), event(10, LEAVE), event(20, BEAT)) == ((0, 10),)
    back = stretches(event(0, JOIN), event(10, LEAVE), event(20, JOIN), event(30, LEAVE))
    assert back == ((0, 10), (20, 30))


def test_leave_after_presence_ran_out_adds_nothing_but_has_left():
    assert stretches(event(0, JOIN), event(100, LEAVE), event(110, BEAT)) == ((0, 45),)


def test_beat_without_join_is_ignored():
    assert stretches(event(0, BEAT), event(5, BEAT)) == ()


def test_beat_after_presence_ran_out_starts_again():
    assert stretches(event(0, JOIN), event(100, BEAT)) == ((0, 45), (100, 145))


def test_two_devices_count_once_and_touching_stretches_are_merged():
    both = (
        event(0, JOIN),
        event(10, JOIN, "b"),
        event(20, LEAVE),
        event(30, LEAVE, "b"),
        event(30, JOIN),
    )
    assert stretches(*both) == ((0, 75),)


def test_stretches_are_cut_to_the_lesson():
    assert stretches(event(-100, JOIN), event(-45, BEAT)) == ()
    assert stretches(event(-10, JOIN), event(290, BEAT)) == ((0, 35), (290, 300))


def test_instants_are_dropped():
    assert stretches(event(10, JOIN), event(10, LEAVE)) == ()


def test_late_is_later_than_join_by():
    assert not judge(event(60, JOIN)).late
    assert judge(event("60.01", JOIN)).late


def answered(*events, prompts=None):
    return judge(*events, prompts=prompts or [prompt(40)]).answered


def test_answer_in_window_ends_inclusive():
    assert answered(event(30, JOIN), event(40, ANSWER, prompt="p")) == ("p",)
    assert answered(event(70, JOIN), event(100, ANSWER, prompt="p")) == ("p",)
    assert answered(event(30, JOIN), event("39.9", ANSWER, prompt="p")) == ()
    assert answered(event(70, JOIN), event("100.1", ANSWER, prompt="p")) == ()


def test_answer_counts_in_list_order():
    join, answer, leave = event(40, JOIN), event(40, ANSWER, prompt="p"), event(40, LEAVE)
    assert answered(join, answer, leave) == ("p",)
    assert answered(join, leave, answer) == ()
    assert answered(answer, join) == ()


def test_answer_while_present_only_and_extends_nothing():
    assert answered(event(0, JOIN), event(45, ANSWER, prompt="p")) == ("p",)
    assert answered(event(0, JOIN), event("45.1", ANSWER, prompt="p")) == ()
    assert stretches(event(0, JOIN), event(45, ANSWER, prompt="p")) == ((0, 45),)


def test_failed_answer_spoils_no_later_one():
    join, early = event(30, JOIN), event(35, ANSWER, prompt="p")
    assert answered(join, early, event(41, ANSWER, prompt="p")) == ("p",)


def test_prompts_outside_the_lesson_are_not_asked():
    prompts = [prompt(-1, name="a"), prompt(0, name="b"), prompt(300, name="c"), prompt(301)]
    late = [event(310, ANSWER, prompt="c"), event(310, ANSWER, prompt="p")]
    verdict = judge(event(290, JOIN), *late, prompts=prompts)
    assert (verdict.asked, verdict.answered) == (("b", "c"), ("c",))


def test_credit_needs_both_shares():
    beats = [event(at, BEAT) for at in range(15, 240, 15)]
    here = [event(0, JOIN), *beats, event(240, LEAVE)]
    assert judge(*here).credited
    assert not judge(*here, by=rule(attend_at="0.8000001")).credited
    prompts = [prompt(20, name="p"), prompt(20, name="q")]
    with_answer = [*here[:3], event(30, ANSWER, prompt="p"), *here[3:]]
    assert judge(*with_answer, prompts=prompts).credited
    assert not judge(*with_answer, prompts=prompts, by=rule(answer_at="0.51")).credited


event_lists = st.lists(
    st.tuples(st.integers(0, 40), st.sampled_from("ab"), st.sampled_from(list(EventKind))),
    max_size=25,
)


def timeline(steps):
    at = -30
    events = []
    for step, connection, kind in steps:
        at += step
        events.append(event(at, kind, connection, "p" if kind is ANSWER else None))
    return events


def is_there(events, moment, grace):
    """Presence of one connection after these events, judged from the start each time."""
    last = None
    for each in events:
        if each.kind is JOIN or (each.kind is BEAT and last is not None):
            last = each.at
        elif each.kind is LEAVE:
            last = None
    return last is not None and moment <= last + grace


def of(connection, events):
    return [each for each in events if each.connection == connection]


@given(event_lists, st.integers(1, 50), st.integers(0, 60))
def test_settle_equals_asking_each_second(steps, grace, window):
    events = timeline(steps)
    verdict = judge(*events, by=rule(grace=grace), prompts=[prompt(100, window)])
    for second in range(300):
        moment = F(2 * second + 1, 2)
        before = [each for each in events if each.at <= moment]
        there = any(is_there(of(name, before), moment, grace) for name in "ab")
        assert there == any(start <= moment <= end for start, end in verdict.stretches)
    in_time = any(
        each.kind is ANSWER
        and 100 <= each.at <= 100 + window
        and is_there(of(each.connection, events[:index]), each.at, grace)
        for index, each in enumerate(events)
    )
    assert verdict.answered == (("p",) if in_time else ())
    assert all(a[1] < b[0] for a, b in zip(verdict.stretches, verdict.stretches[1:], strict=False))
    assert verdict.attended == sum(end - start for start, end in verdict.stretches)


@given(event_lists)
def test_a_second_device_never_costs_presence(steps):
    events = timeline(steps)
    assert judge(*of("a", events)).attended <= judge(*events).attended <= 300
