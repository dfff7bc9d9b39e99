"""Playlists as RFC 8216 wants them."""

from live.core import playlist
from live.core.tape import Form, Piece, Take, TakeName, piece_named, take_named

EPOCH = 1_795_000_000_000_000


def take(number: int, count: int, *, epoch_us: int = EPOCH) -> Take:
    pieces = tuple(Piece(n + 1, n * 1_000_000, (n + 1) * 1_000_000) for n in range(count))
    return Take(TakeName(number, epoch_us), pieces)


def test_replay_has_a_map_and_a_discontinuity_a_take() -> None:
    takes = [take(1, 2), take(2, 1, epoch_us=EPOCH + 7_250_000)]
    assert playlist.replay(takes) == (
        "#EXTM3U\n#EXT-X-VERSION:7\n#EXT-X-INDEPENDENT-SEGMENTS\n#EXT-X-TARGETDURATION:1\n"
        "#EXT-X-MEDIA-SEQUENCE:0\n#EXT-X-PLAYLIST-TYPE:VOD\n"
        '#EXT-X-MAP:URI="0001-1795000000000000/init.mp4"\n'
        "#EXT-X-PROGRAM-DATE-TIME:2026-11-18T11:06:40.000Z\n"
        "#EXTINF:1.000000,\n0001-1795000000000000/000001-0-1000000.m4s\n"
        "#EXTINF:1.000000,\n0001-1795000000000000/000002-1000000-2000000.m4s\n"
        "#EXT-X-DISCONTINUITY\n"
        '#EXT-X-MAP:URI="0002-1795000007250000/init.mp4"\n'
        "#EXT-X-PROGRAM-DATE-TIME:2026-11-18T11:06:47.250Z\n"
        "#EXTINF:1.000000,\n0002-1795000007250000/000001-0-1000000.m4s\n"
        "#EXT-X-ENDLIST\n"
    )


def test_live_shows_the_window_and_counts_what_left_it() -> None:
    lines = playlist.live([take(1, 3), take(2, 4)], window_s=3).splitlines()
    assert "#EXT-X-MEDIA-SEQUENCE:4" in lines
    assert "#EXT-X-DISCONTINUITY-SEQUENCE:1" in lines
    assert "#EXT-X-DISCONTINUITY" not in lines
    assert [line for line in lines if line.endswith(".m4s")] == [
        f"0002-{EPOCH}/00000{n}-{n - 1}000000-{n}000000.m4s" for n in (2, 3, 4)
    ]
    assert "#EXT-X-ENDLIST" not in lines


def test_discontinuity_in_sight_is_not_counted_before_its_take_left() -> None:
    lines = playlist.live([take(1, 3), take(2, 1)], window_s=2).splitlines()
    assert "#EXT-X-MEDIA-SEQUENCE:2" in lines
    assert "#EXT-X-DISCONTINUITY" in lines
    assert not any(line.startswith("#EXT-X-DISCONTINUITY-SEQUENCE") for line in lines)


def test_live_ends_when_the_lesson_has() -> None:
    assert playlist.live([take(1, 1)], ended=True).endswith("#EXT-X-ENDLIST\n")


def test_names_tell_what_they_name() -> None:
    piece, name = Piece(7, 6_000_001, 7_040_000), TakeName(3, EPOCH)
    assert piece_named(piece.name) == piece
    assert take_named(str(name)) == name
    assert piece_named("init.mp4") is piece_named(f"{piece.name}.part") is None
    assert take_named("ended") is None


def test_versions_begin_with_the_whole_picture() -> None:
    whole = playlist.Version(
        form=Form.WHOLE, bits=1_600_000, codecs="avc1.42E01F", size=(1280, 720)
    )
    small = playlist.Version(form=Form.SMALL, bits=480_000, codecs="avc1.42C01E", size=None)
    assert playlist.versions([whole, small]).splitlines()[3:] == [
        '#EXT-X-STREAM-INF:BANDWIDTH=1600000,CODECS="avc1.42E01F",RESOLUTION=1280x720',
        "live.m3u8",
        '#EXT-X-STREAM-INF:BANDWIDTH=480000,CODECS="avc1.42C01E"',
        "live.s.m3u8",
    ]


def test_all_forms_have_the_same_segments_at_the_same_places() -> None:
    takes = [take(1, 3), take(2, 2, epoch_us=EPOCH + 7_250_000)]
    whole, *others = [
        playlist.live(takes, window_s=4, form=form) for form in (Form.WHOLE, Form.SOUND, Form.SMALL)
    ]
    for form, one in zip((Form.SOUND, Form.SMALL), others, strict=True):
        assert one.count(f"{form.value}.m") == 6
        assert one.replace(f"{form.value}.m", ".m") == whole
        assert Form.of(form.named("init.mp4")) == (form, "init.mp4")
