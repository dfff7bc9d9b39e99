"""Chinese search, through Wagtail's own querysets."""

import pytest
from hypothesis import given
from hypothesis import strategies as st
from modelsearch import index
from wagtail.models import Collection, Page

from lms.web.search import words_to_index

TITLES = (
    "京师学前教育：适应发展新形势",
    "师德师风：与幼儿说话的分寸",
    "家园共育 ICT-2 案例",
)


@pytest.fixture
def pages(db: None) -> None:
    root = Page.objects.get(depth=1)
    for title in TITLES:
        page = root.add_child(instance=Page(title=title))
        index.insert_or_update_object(page)


@pytest.mark.parametrize(
    ("query", "found"),
    [
        ("学前", TITLES[0]),
        ("京师学前", TITLES[0]),
        ("学前形势", TITLES[0]),
        ("师德", TITLES[1]),
        ("风", TITLES[1]),
        ("shide", TITLES[1]),
        ("SHIDESHI", TITLES[1]),
        ("sdsf", TITLES[1]),
        ("jingshixueq", TITLES[0]),
        ("jia yuan", TITLES[2]),
        ("ict", TITLES[2]),
        ("师德 分寸", TITLES[1]),
    ],
)
def test_search_finds(pages: None, query: str, found: str) -> None:
    assert [page.title for page in Page.objects.search(query)] == [found]
    assert [page.title for page in Page.objects.autocomplete(query)] == [found]


@pytest.mark.parametrize(
    "query", ["数学", "师前", "分寸 学前", "：", "'", "\\", "%zz", ":*", "w & (", "!", "𠀀𠀁"]
)
def test_search_finds_nothing(pages: None, query: str) -> None:
    assert list(Page.objects.search(query)) == []


def test_search_of_what_has_no_letters_is_no_error(db: None) -> None:
    for query in ("", " ", "\u3000", "\x01", "'" * 500, "字" * 5000):
        assert list(Page.objects.search(query)) == []


def test_other_models_are_cut_too(db: None) -> None:
    from wagtail.images import get_image_model

    image = get_image_model()(
        title="幼儿园环境布置",
        file="a.png",
        width=1,
        height=1,
        collection=Collection.get_first_root_node(),
    )
    image.save()
    index.insert_or_update_object(image)

    assert [one.title for one in get_image_model().objects.search("环境")] == [image.title]


def test_words_to_index_has_pairs_words_and_pinyin() -> None:
    words = words_to_index("师德师风").split()

    assert {"师德", "德师", "师风", "shideshifeng", "deshifeng", "sdsf", "dsf", "风"} <= set(words)


@given(st.text(max_size=400))
def test_words_to_index_takes_any_text(text: str) -> None:
    assert len(words_to_index(text).split()) <= 12 * len(text) + 12
