from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from media.core.ladder import LARGEST_SIDE, Probe, Refusal, check_probe, frame_rate, ladder


def probe(width=1920, height=1080, **changed):
    facts = {
        "duration_ms": 30_000,
        "fps": Fraction(25),
        "rotation": 0,
        "has_audio": True,
        "video_codec": "h264",
    }
    return Probe(width=width, height=height, **{**facts, **changed})


def sizes(given_probe):
    return [(made.name, made.width, made.height) for made in ladder(given_probe)]


@pytest.mark.parametrize(
    ("width", "height", "made"),
    [
        (1920, 1080, [("360p", 640, 360), ("720p", 1280, 720)]),
        (1280, 720, [("360p", 640, 360), ("720p", 1280, 720)]),
        (1279, 719, [("360p", 640, 360)]),
        (640, 360, [("360p", 640, 360)]),
        (639, 359, [("358p", 638, 358)]),
        (320, 240, [("240p", 320, 240)]),
        (960, 720, [("360p", 480, 360), ("720p", 960, 720)]),
        (1080, 1920, [("360p", 360, 640), ("720p", 720, 1280)]),
        (2560, 1080, [("360p", 640, 270), ("720p", 1280, 540)]),
        (1080, 1080, [("360p", 360, 360), ("720p", 720, 720)]),
        (8000, 20, [("360p", 640, 2), ("720p", 1280, 4)]),
    ],
)
def test_ladder_sizes(width, height, made):
    assert sizes(probe(width, height)) == made


def test_ladder_turns_a_rotated_picture():
    upright = [("360p", 360, 640), ("720p", 720, 1280)]
    for rotation in (90, -90, 270, 450):
        assert sizes(probe(rotation=rotation)) == upright
    for rotation in (0, 180, -180):
        assert sizes(probe(rotation=rotation)) == sizes(probe())


def test_ladder_stretches_wide_pixels():
    dvd = probe(720, 576, sample_aspect=Fraction(64, 45))
    assert sizes(dvd) == [("360p", 640, 360)]
    assert sizes(probe(sample_aspect=Fraction(0))) == sizes(probe())


def test_ladder_without_sound_spends_nothing_on_it():
    assert [made.audio_kbps for made in ladder(probe(has_audio=False))] == [0, 0]
    assert [made.audio_kbps for made in ladder(probe())] == [64, 96]


@pytest.mark.parametrize(
    ("fps", "made", "gop"),
    [
        (Fraction(25), Fraction(25), 100),
        (Fraction(30000, 1001), Fraction(30000, 1001), 120),
        (Fraction(60000, 1001), Fraction(30000, 1001), 120),
        (Fraction(50), Fraction(25), 100),
        (Fraction(120), Fraction(30), 120),
        (Fraction(31), Fraction(30), 120),
        (Fraction(25, 2), Fraction(25, 2), 50),
        (Fraction(1, 10), Fraction(1), 4),
        (Fraction(0), Fraction(25), 100),
        (Fraction(90000), Fraction(30), 120),
    ],
)
def test_frame_rate_and_keyframes(fps, made, gop):
    assert frame_rate(fps) == made
    assert {rendition.gop for rendition in ladder(probe(fps=fps))} == {gop}


@pytest.mark.parametrize(
    ("changed", "refusal"),
    [
        ({}, None),
        ({"has_audio": False}, None),
        ({"video_codec": None}, Refusal.NO_VIDEO),
        ({"width": 0}, Refusal.NO_VIDEO),
        ({"duration_ms": 0}, Refusal.EMPTY),
        ({"duration_ms": 7 * 3600 * 1000}, Refusal.TOO_LONG),
        ({"height": 15}, Refusal.TOO_SMALL),
        ({"width": 10_000}, Refusal.TOO_LARGE),
        ({"sample_aspect": Fraction(1, 1000)}, Refusal.TOO_SMALL),
    ],
)
def test_check_probe(changed, refusal):
    assert check_probe(probe(**changed)) is refusal


@given(
    width=st.integers(1, LARGEST_SIDE),
    height=st.integers(1, LARGEST_SIDE),
    rotation=st.sampled_from([0, 90, 180, 270]),
    fps=st.fractions(0, 1000),
    aspect=st.fractions(Fraction(1, 4), 4),
    sound=st.booleans(),
)
def test_ladder_never_enlarges_and_always_makes_one(width, height, rotation, fps, aspect, sound):
    given_probe = probe(
        width, height, rotation=rotation, fps=fps, sample_aspect=aspect, has_audio=sound
    )
    if check_probe(given_probe):
        return
    made = ladder(given_probe)
    assert made
    assert len({rendition.name for rendition in made}) == len(made)
    assert len({(rendition.fps, rendition.gop) for rendition in made}) == 1
    for rendition in made:
        assert rendition.width % 2 == rendition.height % 2 == 0
        assert 2 <= rendition.width <= given_probe.shown[0]
        assert 2 <= rendition.height <= given_probe.shown[1]
        assert 1 <= rendition.fps <= 30
        assert 4 <= rendition.gop / rendition.fps < 4 + 1 / rendition.fps
        assert rendition.video_kbps < rendition.maxrate_kbps < rendition.bufsize_kbps
