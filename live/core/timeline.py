"""The timeline that a lesson and its replay share: microseconds after the lesson's start.

A recording has holes where the trainer's line was down, and a replay may be cut. `Track` says which part of the
recording lies where on the timeline; what no replay can show is seen by whoever has watched what stands on both sides.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from live.core.tape import Take

Stretch = tuple[int, int]
EDGE_US = 2_000_000
"""So close to a hole has to be watched: a segment lasts a second, and players count to the quarter."""


@dataclass(frozen=True, slots=True)
class Track:
    """What the recording holds of [start, start + length) begins at `at` on the lesson's timeline."""

    start_us: int
    at_us: int
    length_us: int

    def places(self, watched: Stretch) -> Stretch:
        """What a stretch of the recording covers of it, on the timeline; nothing where the end lies first."""
        start, end = max(watched[0], self.start_us), min(watched[1], self.start_us + self.length_us)
        return start - self.start_us + self.at_us, end - self.start_us + self.at_us


def tracks_of(takes: Iterable[Take], lesson_start_us: int) -> list[Track]:
    """Where a recording's pieces lie, in the recording's order; pieces that follow each other are one."""
    found: list[Track] = []
    recorded_us = 0
    for take in takes:
        for piece in take.pieces:
            at_us = take.name.epoch_us + piece.start_us - lesson_start_us
            last = found[-1] if found else None
            if last and last.at_us + last.length_us == at_us:
                found[-1] = Track(last.start_us, last.at_us, last.length_us + piece.length_us)
            else:
                found.append(Track(recorded_us, at_us, piece.length_us))
            recorded_us += piece.length_us
    return found


def cut_to(tracks: Iterable[Track], cut: Stretch | None) -> list[Track]:
    """What a replay that goes from one place of the recording to another shows of it."""
    if cut is None:
        return list(tracks)
    found = []
    for track in tracks:
        start, end = max(track.start_us, cut[0]), min(track.start_us + track.length_us, cut[1])
        if start < end:
            found.append(Track(start, track.at_us + start - track.start_us, end - start))
    return found


def on_lesson(watched: Iterable[Stretch], tracks: Sequence[Track], length_us: int) -> list[Stretch]:
    """Stretches of the recording on the timeline of a lesson of that length, with the holes they close."""
    spans = list(watched)
    seen = [place for one in tracks for span in spans if (place := one.places(span))[0] < place[1]]
    whole = united(seen)
    closed = [hole for hole in _holes(tracks, length_us) if _is_closed(hole, whole, length_us)]
    return united([*whole, *closed], length_us)


def united(stretches: Iterable[Stretch], length_us: int | None = None) -> list[Stretch]:
    """Sorted, cut to [0, length], touching ones merged, empty ones dropped."""
    merged: list[Stretch] = []
    for first, last in sorted(stretches):
        start, end = max(first, 0), last if length_us is None else min(last, length_us)
        if start >= end:
            continue
        if merged and start <= merged[-1][1]:
            merged[-1] = merged[-1][0], max(merged[-1][1], end)
        else:
            merged.append((start, end))
    return merged


def length_of(stretches: Iterable[Stretch]) -> int:
    """Microseconds of stretches together."""
    return sum(end - start for start, end in stretches)


def _holes(tracks: Sequence[Track], length_us: int) -> list[Stretch]:
    """What of the lesson the replay does not show; nothing where there is no replay at all."""
    shown = united(((one.at_us, one.at_us + one.length_us) for one in tracks), length_us)
    if not shown:
        return []
    edges = [0, *(edge for span in shown for edge in span), length_us]
    return [(a, b) for a, b in zip(edges[::2], edges[1::2], strict=True) if a < b]


def _is_closed(hole: Stretch, seen: Sequence[Stretch], length_us: int) -> bool:
    start, end = hole
    before = start <= 0 or any(a < start and b > start - EDGE_US for a, b in seen)
    after = end >= length_us or any(a < end + EDGE_US and b > end for a, b in seen)
    return before and after
