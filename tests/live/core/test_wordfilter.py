from live.core.wordfilter import holds_one_of, words_in


def test_words_are_found_however_they_are_spread() -> None:
    words = words_in(["代考\n\n  加微信 \n", "VX"])
    assert words == {"代考", "加微信", "vx"}
    for text in ("找人代考吗", "代 考", "代-考", "加　微 信", "ｖ．ｘ"):
        assert holds_one_of(text, words), text
    assert not holds_one_of("考试代替不了观察", words)
    assert not holds_one_of("。。。", words_in(["。"]))
