"""Reading what people type: any caption becomes the six words of `scenes`, with a note on whatever was not taken as it stood.

Words are looked up, small typing errors corrected with a note, and words that the world does not know refused with the
nearest that it does. What remains is a row of items (tints, objects, relations, ...) that a few rules take apart.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from functools import cache
from itertools import takewhile

from rapidfuzz import process
from rapidfuzz.distance import OSA, JaroWinkler

from vae.data.scenes import ANY, BACKGROUNDS, EMOJI, NOTHING, OBJECTS, TINTS, article
from vae.sentences import Sentence, phrase

LONGEST = 300  # characters of a caption that are read

EXAMPLES = (
    "a red apple on a white background",
    "a green avocado left of an orange chair on a mint background",
    "a purple elephant on a sand background",
    "a yellow rocket above a blue whale on a black background",
    "a brown avocado on a sky background",  # a held-out pair: nothing that learns has seen a brown avocado
    "a pink octopus right of a yellow umbrella on a grey background",
    "a blue snowman below a red balloon on a sky background",
    "an orange giraffe left of a purple cactus on a sand background",
)

# Other names of what there is. A note says how each was read.
SYNONYMS = {
    "automobile": "car", "taxi": "car", "bike": "bicycle", "doughnut": "donut", "hamburger": "burger", "cheeseburger": "burger",
    "airplane": "plane", "aeroplane": "plane", "aircraft": "plane", "jet": "plane", "kitten": "cat", "kitty": "cat", "puppy": "dog",
    "bunny": "rabbit", "hare": "rabbit", "sunflower": "flower", "blossom": "flower", "boat": "sailboat", "lorry": "truck",
    "lightbulb": "lamp", "bulb": "lamp", "mug": "cup", "teacup": "cup", "coffee": "cup", "moped": "scooter", "vespa": "scooter",
    "motorbike": "scooter", "chopper": "helicopter", "armchair": "chair", "seat": "chair", "spaceship": "rocket",
    "sneaker": "shoe", "honeybee": "bee", "dromedary": "camel", "home": "house", "maize": "corn", "toadstool": "mushroom",
    "tortoise": "turtle", "pony": "horse", "violet": "purple", "crimson": "red", "scarlet": "red", "rose": "pink",
    "magenta": "pink", "gold": "yellow", "golden": "yellow", "navy": "blue", "beige": "sand", "snowy": "white",
}  # fmt: skip
SPELLINGS = {"gray": "grey", "octopi": "octopuses", "cacti": "cactuses"}
# Words that are no typing errors of ours, however near they look, with what of this world comes closest in meaning.
OUT_OF_VOCABULARY = {
    "bear": "dog cat camel", "lion": "cat dog camel", "tiger": "cat dog", "wolf": "dog cat", "fox": "dog cat", "mouse": "rabbit cat",
    "rat": "rabbit cat", "cow": "horse camel", "goat": "horse camel", "sheep": "horse rabbit", "pig": "dog horse", "zebra": "horse giraffe",
    "deer": "horse giraffe", "donkey": "horse camel", "monkey": "cat dog", "snake": "snail turtle", "frog": "turtle snail",
    "bird": "duck owl penguin", "crow": "owl duck", "eagle": "owl duck", "parrot": "owl duck", "chicken": "duck owl", "swan": "duck owl",
    "goose": "duck owl", "shark": "fish whale", "dolphin": "whale fish", "seal": "penguin whale", "lobster": "crab octopus",
    "spider": "crab bee", "ant": "bee snail", "fly": "bee butterfly", "moth": "butterfly bee", "unicorn": "horse rocket",
    "dragon": "giraffe ghost", "peach": "pear apple", "plum": "cherry apple", "grape": "cherry apple", "grapes": "cherry apple",
    "melon": "avocado lemon", "mango": "avocado pear", "lime": "lemon avocado", "potato": "mushroom carrot", "tomato": "apple cherry",
    "bread": "pretzel cake", "cookie": "donut pretzel", "beer": "cup", "tea": "cup", "glass": "cup lamp", "bottle": "cup lamp",
    "pie": "cake pizza", "egg": "avocado lemon", "train": "bus tractor", "tram": "bus", "van": "truck bus", "cart": "tractor truck",
    "ship": "sailboat", "canoe": "sailboat", "table": "chair", "desk": "chair book", "sofa": "chair", "couch": "chair", "bed": "chair house",
    "bench": "chair", "stool": "chair", "boot": "shoe", "sock": "shoe", "coat": "hat shoe", "cap": "hat crown", "shirt": "hat shoe",
    "ball": "balloon", "piano": "guitar drum", "horn": "bell guitar", "violin": "guitar", "flute": "guitar", "phone": "camera key",
    "watch": "clock", "lock": "key clock", "dock": "anchor sailboat", "bag": "hat shoe", "box": "house drum", "moon": "star", "sun": "star",
    "planet": "star rocket", "plant": "cactus tree flower", "grass": "cactus flower", "leaf": "flower tree", "hand": "heart", "hair": "hat",
    "man": "snowman ghost", "woman": "snowman ghost", "boy": "snowman ghost", "girl": "snowman ghost", "person": "snowman ghost",
    "human": "snowman ghost", "robot": "snowman ghost", "castle": "house crown", "church": "house bell", "door": "house key",
    "stair": "chair", "lamb": "rabbit horse", "stone": "anchor", "store": "house", "tower": "house rocket", "host": "ghost",
    "bat": "owl hat", "bug": "bee", "duke": "crown", "bull": "horse camel", "pen": "key book", "pan": "drum cup", "hen": "duck", "tan": "sand brown",
    "cub": "cat", "cot": "chair", "hut": "house", "ham": "burger pizza", "hot": "", "rod": "", "but": "", "sea": "sky", "wheat": "corn",
    "horde": "horse", "truce": "", "boom": "", "brook": "", "look": "", "cook": "cup", "shore": "sand", "belt": "hat", "wall": "house", "hall": "house",
    "cyan": "blue", "teal": "blue green", "turquoise": "blue green", "silver": "grey", "indigo": "purple blue", "lilac": "purple pink",
}  # fmt: skip

THINGS = ("thing", "object", "something", "anything", "item", "stuff")
BACKDROPS = ("background", "backdrop", "bg")
NEGATIONS = ("no", "not", "without", "never", "except", "nor", "neither", "minus", "non")
NUMBERS = {"zero": 0, "one": 1, "single": 1, "two": 2, "pair": 2, "couple": 2, "both": 2, "three": 3, "four": 4, "five": 5, "six": 6,
           "seven": 7, "eight": 8, "nine": 9, "ten": 10, "dozen": 12, "several": 3, "many": 3, "few": 3, "hundred": 100}  # fmt: skip
SIDES = {"left": "left of", "right": "right of", "top": "above", "bottom": "below"}
PLACES = {"above": "above", "over": "above", "atop": "above", "upon": "above", "below": "below", "under": "below",
          "underneath": "below", "beneath": "below"}  # fmt: skip
JOINERS = ("and", "with", "plus", "next", "near", "beside", "besides", "by", "alongside", "close")
STRANGE_PLACES = ("behind", "front", "inside", "into", "between", "around", "across", "through", "wearing", "riding", "holding", "eating")
SHAPES = ("shape", "shaped", "form", "style", "made")
SIZES = ("big", "small", "tiny", "large", "little", "huge", "giant", "mini", "tall", "short")
MANNERS = ("light", "dark", "bright", "pale", "deep", "beautiful", "nice", "pretty", "cute", "shiny", "old", "new", "happy", "sad", "funny")
FILLERS = (
    "a", "an", "the", "that", "which", "this", "there", "of", "it", "its", "to", "side", "picture", "image", "photo", "drawing",
    "painting", "draw", "paint", "show", "me", "please", "i", "want", "like", "us", "some", "colour", "color", "coloured", "colored",
    "sitting", "standing", "placed", "located", "lying", "at", "against", "from", "has", "have", "my", "your", "these", "those",
)  # fmt: skip
OPPOSITE = {"left of": "right of", "right of": "left of", "above": "below", "below": "above"}


NOT_SAID = "left out “{word}”: this world can only say what is there"
NO_PLACE = "“{word}” is no place here; things stand left of, right of, above or below each other"
UNKNOWN_KINDS = {
    "size": "left out “{word}”: this world knows no sizes",
    "manner": "left out “{word}”: this world knows no shades or moods",
    "shape": "left out “{word}”: this world knows no shapes made of other things",
}


class CaptionError(ValueError):
    """A caption cannot be read; the message says why, `suggestions` what to write instead (words, or whole captions)."""

    def __init__(self, sentence: str, suggestions: Iterable[str] = ()) -> None:
        super().__init__(sentence)
        self.suggestions = tuple(suggestions)


@dataclass(frozen=True)
class Reading:
    """What was understood of a caption.

    words : six, in the order of `scenes.SLOTS`
    caption : the same as a sentence, which reads as these words again
    notes : sentences on what was corrected, dropped or left open; none if the caption was taken as it stood
    """

    words: tuple[str, ...]
    caption: str
    notes: tuple[str, ...]


def caption_of(words: Sequence[str]) -> str:
    """Six words as a sentence: "a red car left of a pear"; what is left open is left out, or is a "thing"."""
    tint, name, relation, second_tint, second, background = words
    text = _phrase(tint, name)
    if second != NOTHING:
        text += f" {'and' if relation == ANY else relation} {_phrase(second_tint, second)}"
    return text if background == ANY else f"{text} on a {background} background"


def read_caption(text: str) -> Reading:
    """Understand a caption.

    Parameters
    ----------
    text : whatever was typed; emoji of the world stand for their words

    Raises
    ------
    CaptionError
        If there is nothing to draw in it, or a word that the world does not know.
    """
    tokens = _tokens(text)
    if not tokens:
        raise CaptionError(phrase("there is nothing to draw yet; write, for example: {example}", example=EXAMPLES[0]), EXAMPLES[:3])
    notes: list[str] = []
    items = _without_negated(_items(tokens, notes), notes)
    items, background = _background(_prepositions(items, notes), notes)
    things, relation = _things(items, notes)
    if not things:
        if background is None:
            told = {"text": _shown(text), "example": EXAMPLES[0]}
            if any(isinstance(note, Sentence) and note.template == NOT_SAID for note in notes):
                why = phrase(
                    "“{text}” names nothing that could be drawn: this world can only say what is there; write, for example: {example}",
                    **told,
                )
            else:
                why = phrase("“{text}” names nothing that could be drawn; write, for example: {example}", **told)
            raise CaptionError(why, EXAMPLES[:3])
        things = [_Thing(ANY)]
    first, second = things[0], things[1] if len(things) > 1 else None
    first_tint = first.settle(notes)
    second_tint, second_name = (second.settle(notes), second.name) if second is not None else (NOTHING, NOTHING)
    if background is None:
        notes.append(phrase("the background was left open"))
    if second is None:
        relation = NOTHING
    elif relation is None:
        notes.append(phrase("how the two stand to each other was left open"))
    words = (first_tint, first.name, relation or ANY, second_tint, second_name, background or ANY)
    return Reading(words, caption_of(words), tuple(dict.fromkeys(notes)))


# --- words -------------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class _Item:
    """A word and what it means here; `value` is of the world, `shown` as it was typed."""

    kind: str
    value: object
    shown: str
    plural: bool = False
    of: bool = False  # whether "of" follows: "left of", not "on the left"
    told: bool = False  # whether "is" stands before it: "a cat that is white"
    begins: bool = False  # whether an article stands before it


BREAK, GONE = _Item("break", ",", ","), _Item("gone", "", "")


def _tokens(text: str) -> list[str]:
    """Lower-case words, "," for whatever separates, in the order of `text`; emoji become the words they stand for."""
    text = "".join(" " if unicodedata.category(c) in ("Cc", "Cs", "Co", "Cn") else c for c in text)
    text = " ".join(unicodedata.normalize("NFKC", text).split())
    if len(text) > LONGEST:
        long = phrase(
            "this caption has {count:,} characters, and {most} are enough for two things and a background; write, for example: {example}",
            count=len(text),
            most=LONGEST,
            example=EXAMPLES[0],
        )
        raise CaptionError(long, EXAMPLES[:3])
    emoji = _emoji()
    words = []
    for letter in unicodedata.normalize("NFD", text.casefold()):
        category = unicodedata.category(letter)
        if letter in emoji:
            words.append(f" {emoji[letter]} ")
        elif category == "So":
            words.append(f" {_named(letter)} ")
        elif category[0] not in "MC" and category != "Sk":  # neither accents nor skin tones nor what cannot be seen
            words.append(letter)
    text = "".join(words).replace("’", "'").replace("&", " and ").replace("+", " and ")
    return re.findall(r"[^\W_]+(?:'[^\W_]+)?|[^\s\w'\"]", text)


@cache
def _emoji() -> dict[str, str]:
    return {picture: name for name, picture in EMOJI.items()}


def _named(letter: str) -> str:
    """The words of the world in the Unicode name of an emoji ("LARGE RED CIRCLE": red), or the emoji itself."""
    name = unicodedata.name(letter, "").lower().replace("-", " ").split()
    known = (
        []
        if "arrow" in name
        else [word for word in name if _lexicon().get(word, ("",))[0] in ("tint", "object", "ground") or word in SYNONYMS]
    )
    return " ".join(known) or letter


def _plurals(word: str) -> set[str]:
    if word.endswith("y") and word[-2] not in "aeiou":
        return {word[:-1] + "ies", word + "s"}
    return {word + "s"} | ({word + "es"} if word[-1] in "shx" or word[-2:] == "ch" else set())


@cache
def _lexicon() -> dict[str, tuple[str, object, bool]]:
    """Every word that is understood: its kind, its value and whether it is a plural."""
    lexicon: dict[str, tuple[str, object, bool]] = {}
    for words, kind in ((FILLERS, "filler"), (("is", "are", "was", "isn", "being"), "is"), (NEGATIONS, "not"), (JOINERS, "joiner"),
                        (STRANGE_PLACES, "strange place"), (SHAPES, "shape"), (SIZES, "size"), (MANNERS, "manner"),
                        (BACKDROPS, "background"), (("on", "in"), "on"), (("but", "instead", "then"), "break")):  # fmt: skip
        lexicon |= {word: (kind, word, False) for word in words}
    lexicon |= {word: ("side", value, False) for word, value in SIDES.items()}
    lexicon |= {word: ("relation", value, False) for word, value in PLACES.items()}
    lexicon |= {word: ("number", value, False) for word, value in NUMBERS.items()}
    lexicon |= {word: ("tint", word, False) for word in TINTS} | {word: ("ground", word, False) for word in BACKGROUNDS}
    for word in (*OBJECTS, *THINGS):
        value = ANY if word in THINGS else word
        lexicon |= {plural: ("object", value, True) for plural in _plurals(word)} | {word: ("object", value, False)}
    return lexicon


def _look_up(word: str) -> tuple[tuple[str, object, bool] | None, str]:
    """What a word means, and the known word as which it was read where that is not itself."""
    lexicon = _lexicon()
    word = SPELLINGS.get(word, word)
    if word in lexicon:
        return lexicon[word], ""
    for single in (word, word.removesuffix("s")):
        if single in SYNONYMS:
            kind, value, _ = lexicon[SYNONYMS[single]]
            return (kind, value, single != word), SYNONYMS[single]
    known = _corrected(word)
    return (lexicon[known], known) if known else (None, "")


def _corrected(word: str) -> str | None:
    """The one known word of which `word` is a small typing error; None if there is none, or more than one."""
    if (
        len(word) < 3
        or word in OUT_OF_VOCABULARY
        or word.removesuffix("s") in OUT_OF_VOCABULARY
        or not word.isascii()
        or not word.isalpha()
    ):
        return None
    slips = 2 if len(word) >= 7 else 1
    found = [
        (distance, known)
        for known, distance, _ in process.extract(word, _lexicon().keys(), scorer=OSA.distance, score_cutoff=slips, limit=None)
        if len(known) >= 3 and (known[0] == word[0] or len(word) >= 7)
    ]
    nearest = min(found, default=(0, ""))[0]
    best = {known for distance, known in found if distance == nearest}
    return best.pop() if len(best) == 1 else None


def _nearest(word: str) -> list[str]:
    """Up to three words of the world that are near in meaning, if that is known, or in spelling."""
    kin = OUT_OF_VOCABULARY.get(word, OUT_OF_VOCABULARY.get(word.removesuffix("s"), ""))
    if kin:
        return kin.split()
    words = (*OBJECTS, *TINTS, *BACKGROUNDS)
    return [known for known, _, _ in process.extract(word, words, scorer=JaroWinkler.similarity, score_cutoff=0.6, limit=3)]


def _items(tokens: list[str], notes: list[str]) -> list[_Item]:
    """The tokens that mean something; all that are not known raise one CaptionError."""
    items: list[_Item] = []
    unknown: list[str] = []
    told = begins = False
    for place, token in enumerate(tokens):
        if token.endswith("n't"):
            token = "not"
        token = token.removesuffix("'s")
        if token.isdecimal():
            items.append(_Item("number", int(token), token))
            continue
        if not token[0].isalnum():
            if unicodedata.category(token[0]) == "So":
                unknown.append(token)
            else:
                items.append(_Item("break", token, token))
            continue
        meaning, read_as = _look_up(token)
        if meaning is None:
            unknown.append(token)
            continue
        kind, value, plural = meaning
        if read_as:
            notes.append(phrase("read “{word}” as {words}", word=_shown(token), words=read_as))
        if kind == "filler":
            begins = begins or token in ("a", "an", "the")
            continue
        if kind == "is":
            told = True
            continue
        if kind in ("size", "manner", "shape"):
            notes.append(Sentence(UNKNOWN_KINDS[kind], {"word": token}))
            continue
        if kind == "strange place":
            notes.append(Sentence(NO_PLACE, {"word": token}))
            kind = "joiner"
        rest = [each for each in tokens[place + 1 : place + 3] if each != "side"]
        items.append(_Item(kind, value, token, plural, rest[:1] == ["of"], told, begins))
        told = begins = False
    if unknown:
        _refuse(unknown)
    return items


def _refuse(unknown: list[str]) -> None:
    unknown = list(dict.fromkeys(unknown))
    near = list(dict.fromkeys(word for each in unknown[:2] for word in _nearest(each)))[:4]
    told = {"first": _shown(unknown[0]), "second": _shown(unknown[1]) if unknown[1:] else "", "more": len(unknown) - 2}
    if len(unknown) == 1:
        what = phrase("“{first}” is a word that this world does not know", **told)
    elif len(unknown) == 2:
        what = phrase("“{first}” and “{second}” are words that this world does not know", **told)
    else:
        what = phrase("“{first}”, “{second}” and {more} more are words that this world does not know", **told)
    if near:
        raise CaptionError(phrase("{what}; the nearest that it knows: {words}", what=what, words=", ".join(near)), near)
    raise CaptionError(phrase("{what}; write, for example: {example}", what=what, example=EXAMPLES[0]), near)


# --- the row of items --------------------------------------------------------------------------------------


def _without_negated(items: list[_Item], notes: list[str]) -> list[_Item]:
    """Leave out what is said not to be there: from a "no" to the thing or to the end of the phrase."""
    kept: list[_Item] = []
    at = 0
    while at < len(items):
        none = items[at].kind == "not" or (items[at].kind == "number" and items[at].value == 0)
        if not none:
            kept.append(items[at])
            at += 1
            continue
        end = at + 1
        if end < len(items) and items[end].kind in ("relation", "side", "joiner", "on"):
            kept.append(_Item("joiner", "and", items[end].shown))
            end += 1
        else:
            while end < len(items) and items[end].kind in ("tint", "ground", "number", "not"):
                end += 1
            if end < len(items) and items[end].kind in ("object", "background"):
                end += 1
            kept.append(BREAK)
        said = " ".join(item.shown for item in items[at:end])
        notes.append(Sentence(NOT_SAID, {"word": _shown(said)}))
        at = end
    return kept


def _prepositions(items: list[_Item], notes: list[str]) -> list[_Item]:
    """Turn every "on" and "in" into what it leads to: a background, a place above something, or nothing."""
    result: list[_Item] = []
    for at, item in enumerate(items):
        if item.kind != "on":
            result.append(item)
            continue
        led = list(takewhile(lambda each: each.kind in ("tint", "ground", "number"), items[at + 1 :]))
        after = items[at + 1 + len(led)].kind if at + 1 + len(led) < len(items) else ""
        kinds = [each.kind for each in led]
        if after == "object":
            if item.value == "on":
                notes.append(phrase("read “{word}” as {words}", word="on", words="above"))
                result.append(_Item("relation", "above", "on"))
            else:
                notes.append(Sentence(NO_PLACE, {"word": "in"}))
                result.append(_Item("joiner", "and", "in"))
        elif after == "background":
            result.append(BREAK)
        elif "ground" in kinds or ("tint" in kinds and item.value == "on"):  # "on white" alone
            result += [BREAK, _Item("background", "background", "")]
    return result


def _background(items: list[_Item], notes: list[str]) -> tuple[list[_Item], str | None]:
    """Take the background out of the row."""
    row = list(items)
    found: list[str] = []
    for at, item in enumerate(items):
        if item.kind != "background":
            continue
        before, after = _colours(row[:at][::-1]), _colours(row[at + 1 :])
        grounds = [place for place in range(at - before, at) if row[place].kind == "ground"]
        leads = at + 1 + after < len(row) and row[at + 1 + after].kind == "object"  # to a thing, whose colours those are then
        if grounds:
            first, last = grounds[0], at
        elif after and row[at + 1].kind == "ground":
            first, last = at, at + 1
        elif before:
            first, last = at - 1, at
        elif after and not leads:
            first, last = at, at + after
        else:
            first = last = at
        colours = [each for each in row[first : last + 1] if each.kind in ("tint", "ground")]
        chosen = next((each for each in colours if each.kind == "ground"), None)
        if chosen:
            found.append(str(chosen.value))
        elif colours:
            notes.append(phrase("there is no {tint} background, only {words}", tint=colours[0].value, words=_listed(BACKGROUNDS)))
        for each in colours:
            if chosen and each.kind == "tint" and (chosen.value, each.value) != ("sky", "blue"):
                notes.append(phrase("left out “{word}”: the background is {tint}", word=each.shown, tint=chosen.value))
        row[first : last + 1] = [BREAK] * (last + 1 - first)
    for at, item in enumerate(row):
        if item.kind != "ground":
            continue
        after = at + 1 + _colours(row[at + 1 :])
        if item.told or (after < len(row) and row[after].kind == "object"):
            notes.append(phrase("left out “{word}”: things cannot be {tint}, only backgrounds can", word=item.shown, tint=item.value))
            row[at] = GONE
        else:
            found.append(str(item.value))
            row[at] = BREAK
    others = [each for each in dict.fromkeys(found) if each != found[0]]
    if others:
        notes.append(phrase("there is one background: it is {tint}, not {others}", tint=found[0], others=_listed(others)))
    return [item for item in row if item is not GONE], found[0] if found else None


def _colours(row: list[_Item]) -> int:
    """How many items at the start of `row` are colours."""
    return len(list(takewhile(lambda item: item.kind in ("tint", "ground"), row)))


@dataclass
class _Thing:
    """An object on its way: its name or ANY, and all tints that were said of it."""

    name: str
    tints: list[str] = field(default_factory=list)
    count: int = 1
    shown: str = "thing"

    def settle(self, notes: list[str]) -> str:
        """The one tint that it gets."""
        label = "thing" if self.name == ANY else self.name
        if not self.tints:
            notes.append(phrase("the tint of the {thing} was left open", thing=label))
        others = list(dict.fromkeys(tint for tint in self.tints[1:] if tint != self.tints[0]))
        if others:
            notes.append(
                phrase("a thing has one tint: the {thing} is {tint}, not {others}", thing=label, tint=self.tints[0], others=_listed(others))
            )
        if self.name == ANY:
            notes.append(phrase("what the thing is was left open"))
        return self.tints[0] if self.tints else ANY


@dataclass(frozen=True)
class _Marker:
    """A relation on its way: of what stands before it to what follows, if `between`; else of the thing it stands beside."""

    value: str
    shown: str
    between: bool
    apart: bool  # whether it begins a phrase: "..., on the right a dog"


def _things(items: list[_Item], notes: list[str]) -> tuple[list[_Thing], str | None]:
    """The one or two things of the row, and the relation of the first to the second if it was said."""
    row = _settled(_phrases(items, notes))
    mentioned = [entry for entry in row if isinstance(entry, _Thing)]
    if not mentioned:
        return [], None
    things, said = mentioned[:2], _relations(row, min(len(mentioned), 2), notes)
    if len(mentioned) > 2:
        left = ", ".join(_phrase(thing.tints[0] if thing.tints else ANY, thing.name) for thing in mentioned[2:7])
        if len(mentioned) > 7:
            notes.append(phrase("two things fit into a picture: left out {things} and more", things=left))
        else:
            notes.append(phrase("two things fit into a picture: left out {things}", things=left))
    if len(things) == 1 and things[0].count > 1:
        first = things[0]
        things.append(_Thing(first.name, list(first.tints)))
        if first.count > 2:
            notes.append(phrase("read “{word}” as two, the most that fit", word=_shown(first.shown)))
        else:
            notes.append(phrase("read “{word}” as two", word=_shown(first.shown)))
    else:
        for thing in things:
            if thing.count > 1:
                name = "thing" if thing.name == ANY else thing.name
                notes.append(phrase("two things fit into a picture: there is one {thing}", thing=name))
    others = [each for each in dict.fromkeys(said) if each != said[0]]
    if others:
        notes.append(phrase("the first is {relation} the second, not {others} it", relation=said[0], others=_listed(others)))
    return things, said[0] if said else None


def _phrases(items: list[_Item], notes: list[str]) -> list[_Thing | _Marker | list[str] | None]:
    """Things with the tints of their phrase, markers, tints without a thing, and None where a phrase ends."""
    row: list[_Thing | _Marker | list[str] | None] = []
    chunk: list[_Item] = []

    def close() -> None:
        row.extend(_phrase_of(chunk, notes))
        chunk.clear()

    for item in items:
        if item.kind in ("relation", "side"):
            apart = not chunk and bool(row) and row[-1] is None
            close()
            row.append(_Marker(str(item.value), f"{item.shown} of" if item.of else item.shown, item.kind == "relation" or item.of, apart))
        elif item.kind in ("joiner", "break"):
            close()
            row.append(None)
        else:
            if item.begins and any(each.kind == "object" for each in chunk):
                close()
                row.append(None)
            chunk.append(item)
    close()
    return row


def _phrase_of(chunk: list[_Item], notes: list[str]) -> list[_Thing | list[str]]:
    """The things of one phrase; tints stand before their thing or, where the phrase begins with a thing, after it."""
    things: list[_Thing] = []
    waiting: list[str] = []
    number = None
    leading = bool(chunk) and next((item.kind for item in chunk if item.kind != "number"), "") == "tint"
    for item in chunk:
        if item.kind == "number":
            number = item
        elif item.kind == "tint" and things and not leading:
            things[-1].tints.append(str(item.value))
        elif item.kind == "tint":
            waiting.append(str(item.value))
        else:
            count = int(str(number.value)) if number else 2 if item.plural else 1
            shown = f"{number.shown} {item.shown}" if number else item.shown
            things.append(_Thing(str(item.value), waiting, count, shown))
            waiting, number = [], None
    if number:
        notes.append(phrase("left out “{word}”: it counts nothing", word=_shown(number.shown)))
    if things:
        things[-1].tints += waiting
        return list(things)
    return [waiting] if waiting else []


def _settled(row: list[_Thing | _Marker | list[str] | None]) -> list[_Thing | _Marker | None]:
    """Give tints without a thing to a neighbour, or to a thing that is left open."""
    settled: list[_Thing | _Marker | None] = []
    lone = not any(isinstance(entry, _Thing) for entry in row)
    for at, entry in enumerate(row):
        if not isinstance(entry, list):
            settled.append(entry)
            continue
        before = next((each for each in settled[::-1] if each), None)
        after = next((each for each in row[at + 1 :] if each), None)
        marked = isinstance(before, _Marker) or isinstance(after, _Marker)
        thing = None
        if isinstance(after, _Thing) and not (isinstance(before, _Thing) and (after.tints or not before.tints)):
            after.tints[:0] = entry
        elif isinstance(before, _Thing) and not (before.tints and marked):
            before.tints += entry
        elif marked or lone:
            thing = _Thing(ANY, entry)
        settled.append(thing)
    return settled


def _relations(row: list[_Thing | _Marker | None], count: int, notes: list[str]) -> list[str]:
    """What was said of how the first of `count` things stands to the second."""
    said: list[str] = []
    before = 0  # things before this place
    for at, entry in enumerate(row):
        before += isinstance(entry, _Thing)
        if not isinstance(entry, _Marker):
            continue
        follows = any(isinstance(each, _Thing) for each in row[at + 1 :])
        if count < 2:
            lone = entry.between and not follows
            if lone:
                notes.append(phrase("left out “{word}”: nothing follows it", word=entry.shown))
            else:
                notes.append(phrase("left out “{word}”: a lone thing has its place in the middle", word=entry.shown))
        elif before > 2 or (before == 2 and follows):
            continue
        elif before == 2 and entry.between and at and entry.value in ("left of", "right of"):
            notes.append(phrase("left out “{word}”: nothing follows it", word=entry.shown))
        elif before == 2 or (before == 0 and entry.between) or (before == 1 and not entry.between and entry.apart and follows):
            said.append(OPPOSITE[entry.value])
        else:
            said.append(entry.value)
    return said


def _phrase(tint: str, name: str) -> str:
    words = " ".join(([] if tint == ANY else [tint]) + ["thing" if name == ANY else name])
    return f"{article(words)} {words}"


def _listed(words: Iterable[str]) -> str:
    *most, last = words
    return phrase("{words} or {last}", words=", ".join(most), last=last) if most else last


def _shown(text: str) -> str:
    """What was typed, short enough to quote."""
    text = " ".join("".join(c for c in text if unicodedata.category(c)[0] != "C").split())
    return text if len(text) <= 24 else text[:23] + "…"
