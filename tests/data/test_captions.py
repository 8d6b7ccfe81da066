"""Captions as people type them: read as they are meant, with a note, or refused with a sentence; never anything else."""

from __future__ import annotations

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from vae.data.captions import EXAMPLES, CaptionError, caption_of, read_caption
from vae.data.scenes import ANY, BACKGROUNDS, EMOJI, NOTHING, OBJECTS, RELATIONS, SLOTS, TINTS, WORDS, Scene, random_scenes

ALONE = (NOTHING, NOTHING, NOTHING)


def words(text: str) -> tuple[str, ...]:
    return read_caption(text).words


def one(tint: str, name: str, background: str = ANY) -> tuple[str, ...]:
    return (tint, name, *ALONE, background)


def test_every_caption_of_one_thing_reads_as_its_scene() -> None:
    for name in OBJECTS:
        for tint in TINTS:
            for background in BACKGROUNDS:
                scene = Scene(((name, tint),), background)
                reading = read_caption(scene.caption)
                assert (reading.words, reading.caption, reading.notes) == (scene.words, scene.caption, ())


def test_captions_of_two_things_read_as_their_scenes() -> None:
    others = iter(random_scenes(len(OBJECTS) * len(TINTS) * len(RELATIONS), 1, pairs="all", things=1))
    for name in OBJECTS:
        for tint in TINTS:
            for relation in RELATIONS:
                other = next(others)
                scene = Scene(((name, tint), *other.things), other.background, relation)
                reading = read_caption(scene.caption)
                assert (reading.words, reading.notes) == (scene.words, ())


@given(st.data())
def test_what_is_left_open_stays_open_when_read_again(data: st.DataObject) -> None:
    def choice(options: object) -> str:
        return data.draw(st.sampled_from([ANY, *options]))

    tint, name, background = choice(TINTS), choice(OBJECTS), choice(BACKGROUNDS)
    rest = ALONE if data.draw(st.booleans()) else (choice(RELATIONS), choice(TINTS), choice(OBJECTS))
    six = (tint, name, *rest, background)
    assert read_caption(caption_of(six)).words == six


@pytest.mark.parametrize(
    "text",
    [
        "red apple on white", "apple red on white", "an apple that is red on a white background", "white background, red apple",
        "red apple, white background", "Red Apple. White background!", "THE RED APPLE ON THE WHITE BACKGROUND", "background white red apple",
        "a red 🍎 on white", "🔴🍎 white", "an apple, red, on white", "please draw me a picture of a red apple on a white background",
        "  a\tred\napple on\u200b a white background ", "a red apple against a white backdrop", "the background is white, the apple is red",
        "an apple in red on white",
    ],
)  # fmt: skip
def test_word_order_articles_capitals_and_punctuation_are_free(text: str) -> None:
    assert words(text) == one("red", "apple", "white")


@pytest.mark.parametrize(
    ("text", "relation"),
    [
        ("a red car left of a blue pear", "left of"), ("a red car to the left of a blue pear", "left of"),
        ("a red car on the left side of a blue pear", "left of"), ("a red car right of a blue pear", "right of"),
        ("a red car over a blue pear", "above"), ("a red car on top of a blue pear", "above"), ("a red car under a blue pear", "below"),
        ("a red car beneath a blue pear", "below"), ("red car, blue pear", ANY), ("a red car and a blue pear", ANY),
        ("a red car next to a blue pear", ANY), ("a red car beside a blue pear", ANY), ("red car on the left, blue pear on the right", "left of"),
        ("a red car with a blue pear on the left", "right of"), ("on the left a red car, on the right a blue pear", "left of"),
        ("a red car, a blue pear below", "above"), ("a red car a blue pear", ANY), ("car red pear blue", ANY),
    ],
)  # fmt: skip
def test_relations_in_many_words(text: str, relation: str) -> None:
    assert words(text) == ("red", "car", relation, "blue", "pear", ANY)


def test_a_relation_said_first_belongs_to_what_follows_it() -> None:
    assert words("left of a blue pear, a red car") == ("blue", "pear", "right of", "red", "car", ANY)


@pytest.mark.parametrize(
    ("text", "six", "note"),
    [
        ("a red elefant", one("red", "elephant"), "read “elefant” as elephant"),
        ("a purpel cat", one("purple", "cat"), "read “purpel” as purple"),
        ("a red bycicle on sand", one("red", "bicycle", "sand"), "read “bycicle” as bicycle"),
        ("a red kitten", one("red", "cat"), "read “kitten” as cat"),
        ("red apples", ("red", "apple", ANY, "red", "apple", ANY), "as two"),
        ("two red apples", ("red", "apple", ANY, "red", "apple", ANY), "as two"),
        ("5 cherries", (ANY, "cherry", ANY, ANY, "cherry", ANY), "the most that fit"),
        ("two cats left of a dog", (ANY, "cat", "left of", ANY, "dog", ANY), "there is one cat"),
        ("a red blue cat", one("red", "cat"), "the cat is red, not blue"),
        ("a cat", one(ANY, "cat"), "the tint of the cat was left open"),
        ("a red cat", one("red", "cat"), "the background was left open"),
        ("a cat next to a dog", (ANY, "cat", ANY, ANY, "dog", ANY), "how the two stand to each other was left open"),
        ("a cat, a dog, a red bus", (ANY, "cat", ANY, ANY, "dog", ANY), "left out a red bus"),
        ("a white cat", one(ANY, "cat"), "things cannot be white"),
        ("a red cat on a blue background", one("red", "cat"), "there is no blue background, only white"),
        ("a red cat on a white and black background", one("red", "cat", "white"), "it is white, not black"),
        ("a cat without a dog", one(ANY, "cat"), "left out “without dog”"),
        ("a cat that is not red", one(ANY, "cat"), "left out “not red”"),
        ("not a cat but a dog", one(ANY, "dog"), "left out “not cat”"),
        ("a red cat on a car", ("red", "cat", "above", ANY, "car", ANY), "read “on” as above"),
        ("a cat behind a dog", (ANY, "cat", ANY, ANY, "dog", ANY), "“behind” is no place here"),
        ("a big red cat", one("red", "cat"), "left out “big”"),
        ("a red cat left of", one("red", "cat"), "left out “left of”: nothing follows it"),
        ("red on white", one("red", ANY, "white"), "what the thing is was left open"),
        ("white background", one(ANY, ANY, "white"), "what the thing is was left open"),
        ("an armchair in the shape of an avocado", (ANY, "chair", ANY, ANY, "avocado", ANY), "no shapes made of other things"),
        ("\u202ea red cat", one("red", "cat"), "the background was left open"),
        ("a cat left of a dog, a cat right of a dog", (ANY, "cat", "left of", ANY, "dog", ANY), "left out"),
    ],
)  # fmt: skip
def test_what_was_not_taken_as_it_stood_gets_a_note(text: str, six: tuple[str, ...], note: str) -> None:
    reading = read_caption(text)
    assert reading.words == six
    assert any(note in each for each in reading.notes), reading.notes


@pytest.mark.parametrize(
    ("text", "sentence", "suggested"),
    [
        ("", "there is nothing to draw yet", EXAMPLES[0]),
        (" \n\t\x00 ", "there is nothing to draw yet", EXAMPLES[0]),
        ("a" * 10_000, "10,000 characters", EXAMPLES[0]),
        ("no cat", "this world can only say what is there", EXAMPLES[0]),
        ("a bear", "“bear” is a word that this world does not know", "dog"),
        ("a red mouse", "“mouse”", "rabbit"),
        ("a gren cat", "“gren”", "green"),  # as near to grey
        ("a red caterpillar", "“caterpillar”", "cat"),
        ("<script>alert(1)</script>", "“script”", "carrot"),
        ("a", "names nothing that could be drawn", EXAMPLES[0]),
    ],
)
def test_what_cannot_be_read_is_refused_with_the_nearest_words(text: str, sentence: str, suggested: str) -> None:
    with pytest.raises(CaptionError, match=r".") as caught:
        read_caption(text)
    assert sentence in str(caught.value)
    assert suggested in caught.value.suggestions


@pytest.mark.parametrize("text", ["תפוח אדום", "🐍🐍", "١٢٣", "<>", "'; DROP TABLE", "𝓍", "\ud800", "-" * 299])
def test_what_is_in_no_language_of_ours_is_refused_with_a_sentence(text: str) -> None:
    with pytest.raises(CaptionError, match=r"write, for example|the nearest that it knows"):
        read_caption(text)


def test_every_emoji_of_the_world_stands_for_its_word() -> None:
    for name, picture in EMOJI.items():
        assert words(picture) == words(picture + "\ufe0f") == one(ANY, name)


@given(
    st.text(max_size=60) | st.lists(st.sampled_from([*WORDS, "not", "on", "a", "two", "s", ",", "left", "🍎"]), max_size=25).map(" ".join)
)
@example("not")
@example("on on in")
@example("no zero not background")
@example("is 's n't ''")
def test_any_text_is_read_or_refused(text: str) -> None:
    try:
        reading = read_caption(text)
    except CaptionError as error:
        assert str(error) and len(str(error)) < 600
        return
    assert len(reading.words) == len(SLOTS)
    assert set(reading.words) <= set(WORDS)
    assert reading.words[2:5] == ALONE or NOTHING not in reading.words
    assert read_caption(reading.caption).words == reading.words
    assert read_caption(text) == reading


def test_examples_are_captions_with_an_avocado_a_chair_and_a_held_out_pair() -> None:
    scenes = [read_caption(text) for text in EXAMPLES]
    assert all(reading.caption == text and not reading.notes for text, reading in zip(EXAMPLES, scenes, strict=True))
    assert "avocado" in " ".join(EXAMPLES) and "chair" in " ".join(EXAMPLES)
    held = [Scene(((six[1], six[0]),), six[5]).held_out for six in (reading.words for reading in scenes) if six[2] == NOTHING]
    assert any(held) and not all(held)


def test_captions_of_random_scenes_are_read_without_a_note() -> None:
    captions = [scene.caption for scene in random_scenes(200, 0, pairs="all")]
    assert len(set(captions)) > 150
    assert not any(read_caption(text).notes for text in captions)
