"""When something was watched: which stretch of wall-clock time an accepted report stands for.

A report says what was played, not when. It was played up to the moment it came, and where a broken line held reports
back and brings them all at once, before that: each report takes the latest time that no earlier one has taken.
Moments and lengths are whole milliseconds.
"""

from collections.abc import Iterable, Sequence

Stretch = tuple[int, int]

#: Stretches closer than this are one: reports come with the line's delays, not to the millisecond.
SEAM_MS = 2000


def taken(wall: Iterable[Sequence[int]], *, until: int, length: int, reach: int) -> list[Stretch]:
    """The free time of `length` that ends last, `until` at the latest, and begins `reach` before it at the earliest."""
    found: list[Stretch] = []
    earliest, end = until - reach, until
    for start, stop in sorted(((one[0], one[1]) for one in wall), reverse=True):
        if length <= 0 or end <= earliest:
            break
        if stop < end:
            begin = max(stop, end - length, earliest)
            if begin < end:
                found.append((begin, end))
                length -= end - begin
        end = min(end, start)
    if length > 0 and end > earliest:
        found.append((max(end - length, earliest), end))
    return found[::-1]


def joined(wall: Iterable[Sequence[int]], *, seam: int = SEAM_MS) -> list[list[int]]:
    """Sorted stretches, those that overlap or lie closer than `seam` made one."""
    whole: list[list[int]] = []
    for start, end in sorted((one[0], one[1]) for one in wall):
        if whole and start <= whole[-1][1] + seam:
            whole[-1][1] = max(whole[-1][1], end)
        elif start < end:
            whole.append([start, end])
    return whole
