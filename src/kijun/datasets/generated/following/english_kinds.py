"""Kinds of instruction for English answers, with several wordings each."""

from __future__ import annotations

from random import Random
from typing import Any

from kijun.datasets.generated.base import word_list
from kijun.datasets.generated.following.kinds import Deck, Kind, Worded

__all__ = ["ENGLISH_KINDS", "ENGLISH_WORDS"]

ENGLISH_WORDS = word_list(
    """anchor basket beacon blanket bridge bucket candle canvas carpet cedar chimney compass copper corner cotton
    curtain
    ember feather ferry forest fountain garden gravel hammer harbour hazel island kettle ladder lantern lemon marble
    meadow mirror mustard needle orchard oyster paddle pebble pepper pillow planet pocket puzzle ribbon river saddle
    shelter signal silver spanner sparrow summit tailor thimble thunder timber tunnel umbrella valley velvet violin
    walnut whistle willow window winter"""
)
_FIRST_WORDS = word_list("Meanwhile Next Later Finally Still Also Then Today Afterwards Now")
_SECTION_MARKS = word_list("Section Part Chapter Step Day Topic")
_ENDINGS = word_list(
    "Let us know what you think.|That is all for now.|Please pass this on.|We hope to see you there.|"
    "Keep this page for later.|Any questions are welcome.|Thank you for reading.|More will follow soon."
)
_NUMBER_WORDS = {2: "two", 3: "three", 4: "four", 5: "five", 6: "six"}


def _say(rng: Random, parameters: dict[str, Any], *wordings: str, **fields: Any) -> Worded:
    return Worded(parameters, rng.choice(wordings).format(**parameters, **fields))


def _quoted(words: list[str]) -> str:
    return " and ".join(f'"{word}"' for word in words)


def _existence(rng: Random, deck: Deck) -> Worded:
    words = deck.deal(rng.choice((2, 3)))
    wordings = ("Use the words {listed}.", "The words {listed} must occur.", "Work in the words {listed}.")
    return _say(rng, {"keywords": words}, *wordings, listed=_quoted(words))


def _frequency(rng: Random, deck: Deck) -> Worded:
    parameters = {"keyword": deck.deal(1)[0], "frequency": rng.randint(2, 5), "relation": "at least"}
    return _say(
        rng,
        parameters,
        'Use the word "{keyword}" at least {frequency} times.',
        'The word "{keyword}" must occur {frequency} times or more.',
    )


def _forbidden(rng: Random, deck: Deck) -> Worded:
    words = deck.deal(rng.choice((2, 3)))
    listed = " or ".join(f'"{word}"' for word in words)
    wordings = ("Do not use the words {listed}.", "None of the words {listed} may occur.")
    return _say(rng, {"forbidden_words": words}, *wordings, listed=listed)


def _letter(rng: Random, deck: Deck) -> Worded:
    parameters = {"letter": rng.choice("bfjkpqvwxyz"), "let_frequency": rng.randint(5, 12), "let_relation": "at least"}
    return _say(
        rng,
        parameters,
        'The letter "{letter}" must occur at least {let_frequency} times.',
        'Use the letter "{letter}" {let_frequency} times or more.',
    )


def _many_words(rng: Random, deck: Deck) -> Worded:
    return _say(
        rng,
        {"num_words": 10 * rng.randint(8, 25), "relation": "at least"},
        "Write at least {num_words} words.",
        "The text must be {num_words} words long or longer.",
    )


def _few_words(rng: Random, deck: Deck) -> Worded:
    return _say(
        rng,
        {"num_words": 10 * rng.randint(12, 25), "relation": "less than"},
        "Write fewer than {num_words} words.",
        "Stay below {num_words} words.",
    )


def _many_sentences(rng: Random, deck: Deck) -> Worded:
    return _say(
        rng,
        {"num_sentences": rng.randint(4, 9), "relation": "at least"},
        "Write at least {num_sentences} sentences.",
        "The text must have {num_sentences} sentences or more.",
    )


def _few_sentences(rng: Random, deck: Deck) -> Worded:
    return _say(
        rng,
        {"num_sentences": rng.randint(14, 22), "relation": "less than"},
        "Write fewer than {num_sentences} sentences.",
        "The text must have fewer than {num_sentences} sentences.",
    )


def _paragraphs(rng: Random, deck: Deck) -> Worded:
    number = rng.randint(2, 5)
    return _say(
        rng,
        {"num_paragraphs": number},
        "Write exactly {word} paragraphs, and put a line with *** between each and the next.",
        "There must be exactly {word} paragraphs, separated by the divider ***.",
        word=_NUMBER_WORDS[number],
    )


def _first_word(rng: Random, deck: Deck) -> Worded:
    number = rng.randint(2, 5)
    place = rng.randint(2, number)
    return _say(
        rng,
        {"num_paragraphs": number, "nth_paragraph": place, "first_word": rng.choice(_FIRST_WORDS)},
        "Write exactly {word} paragraphs with an empty line between each and the next; paragraph {nth_paragraph} "
        'starts with the word "{first_word}".',
        "There must be exactly {word} paragraphs, with one empty line between them and none elsewhere, and the first "
        'word of paragraph {nth_paragraph} must be "{first_word}".',
        word=_NUMBER_WORDS[number],
    )


def _placeholders(rng: Random, deck: Deck) -> Worded:
    number = rng.randint(2, 6)
    return _say(
        rng,
        {"num_placeholders": number},
        "Leave at least {word} placeholders in square brackets, such as [address].",
        "Put in at least {word} placeholders like [name].",
        word=_NUMBER_WORDS[number],
    )


def _postscript(rng: Random, deck: Deck) -> Worded:
    return _say(
        rng,
        {"postscript_marker": rng.choice(("P.S.", "P.P.S"))},
        "Add a postscript at the end that starts with {postscript_marker}",
        "Close with a postscript; start it with {postscript_marker}",
    )


def _bullets(rng: Random, deck: Deck) -> Worded:
    number = rng.randint(2, 6)
    return _say(
        rng,
        {"num_bullets": number},
        'Include exactly {word} bullet points, each on a line of its own that starts with "* ".',
        'Use exactly {word} Markdown bullet points (lines that start with "* ").',
        word=_NUMBER_WORDS[number],
    )


def _highlights(rng: Random, deck: Deck) -> Worded:
    number = rng.randint(2, 5)
    return _say(
        rng,
        {"num_highlights": number},
        "Highlight at least {word} phrases with asterisks, *like this*.",
        "Mark at least {word} passages as *highlighted*, with an asterisk on either side.",
        word=_NUMBER_WORDS[number],
    )


def _sections(rng: Random, deck: Deck) -> Worded:
    number = rng.randint(2, 5)
    return _say(
        rng,
        {"section_spliter": rng.choice(_SECTION_MARKS), "num_sections": number},
        "Divide the text into {word} sections, headed {section_spliter} 1, {section_spliter} 2 and so on.",
        "Use {word} headings: {section_spliter} 1, {section_spliter} 2 and so on.",
        word=_NUMBER_WORDS[number],
    )


def _end(rng: Random, deck: Deck) -> Worded:
    return _say(
        rng,
        {"end_phrase": rng.choice(_ENDINGS)},
        'Finish with the exact sentence "{end_phrase}" and write nothing after it.',
        'The last words must be exactly "{end_phrase}"',
    )


def _capital_words(rng: Random, deck: Deck) -> Worded:
    return _say(
        rng,
        {"capital_frequency": rng.randint(3, 9), "capital_relation": "at least"},
        "Write at least {capital_frequency} words in capital letters only.",
        "At least {capital_frequency} words must be written in CAPITALS.",
    )


def _plain(*wordings: str) -> Any:
    return lambda rng, deck: _say(rng, {}, *wordings)


# What is asked for letter for letter holds capitals.
_WITH_CAPITALS = frozenset({"change_case:english_lowercase", "change_case:english_capital"})
_CASES = frozenset({"case"})
_LAYOUT = frozenset({"layout"})
_JSON_EXCLUDES = frozenset(
    f"detectable_format:{name}" for name in ("title", "number_bullet_lists", "number_highlighted_sections")
) | {"startend:end_checker", "detectable_content:postscript", "detectable_content:number_placeholders"}

ENGLISH_KINDS = (
    Kind("keywords:existence", _existence),
    Kind("keywords:frequency", _frequency),
    Kind("keywords:forbidden_words", _forbidden, idle=True),
    Kind("keywords:letter_frequency", _letter),
    Kind("length_constraints:number_words", _many_words, "at least so many words"),
    Kind("length_constraints:number_words", _few_words, "less than so many words", idle=True),
    Kind("length_constraints:number_sentences", _many_sentences, "at least so many sentences"),
    Kind("length_constraints:number_sentences", _few_sentences, "less than so many sentences", idle=True),
    Kind("length_constraints:number_paragraphs", _paragraphs, takes=_LAYOUT),
    Kind("length_constraints:nth_paragraph_first_word", _first_word, takes=_LAYOUT, excludes=_WITH_CAPITALS),
    Kind("detectable_content:number_placeholders", _placeholders),
    # after a postscript, no other end
    Kind("detectable_content:postscript", _postscript, takes=frozenset({"end"}), excludes=_WITH_CAPITALS),
    Kind("detectable_format:number_bullet_lists", _bullets),
    Kind("detectable_format:number_highlighted_sections", _highlights),
    # headings are compared letter for letter, so that case must be free
    Kind("detectable_format:multiple_sections", _sections, takes=_LAYOUT | _CASES),
    Kind(
        "detectable_format:title",
        _plain("Give it a title in double angular brackets, such as <<A quiet day>>.", "Add a title, <<like this>>."),
    ),
    Kind(
        "detectable_format:json_format",
        _plain("Write the whole answer as JSON.", "The entire output must be valid JSON."),
        takes=_LAYOUT | _CASES | {"wrapper"},
        excludes=_JSON_EXCLUDES,
    ),
    Kind(
        "combination:two_responses",
        _plain(
            "Give two different versions, and separate them by a line with six asterisks: ******",
            "Write two different answers with ****** between them and nothing else.",
        ),
        takes=_LAYOUT | {"end"},
        excludes=frozenset({"detectable_format:title", "detectable_format:number_bullet_lists"}),
    ),
    Kind("startend:end_checker", _end, takes=frozenset({"end"}), excludes=_WITH_CAPITALS),
    Kind(
        "startend:quotation",
        _plain("Put the whole answer in double quotation marks.", 'Wrap the entire answer in straight quotes (").'),
        takes=frozenset({"wrapper"}),
    ),
    Kind(
        "change_case:english_lowercase",
        _plain("Use small letters only.", "Write everything in lowercase letters, with no capitals at all."),
        takes=_CASES,
    ),
    Kind(
        "change_case:english_capital",
        _plain("WRITE EVERYTHING IN CAPITAL LETTERS.", "Use capital letters only."),
        takes=_CASES,
    ),
    Kind("change_case:capital_word_frequency", _capital_words, takes=_CASES),
    Kind("punctuation:no_comma", _plain("Do not use any commas.", "There must be no comma in the text."), idle=True),
)
