"""What an English item asks for before its instructions: a kind of text, a subject, readers and a place."""

from __future__ import annotations

from random import Random

from kijun.datasets.generated.base import word_list
from kijun.datasets.generated.english import town
from kijun.datasets.generated.following.topics import Topic

__all__ = ["english_topic"]

_FORMS = word_list(
    "a letter|an e-mail|a leaflet|a short speech|a blog post|a notice|a newsletter article|a message|a radio script|"
    "a web page|a short guide|an information sheet"
)
_SUBJECTS = word_list(
    """repairing a bicycle|saving electricity at home|keeping houseplants alive|the new opening hours of the library|
    a street party in June|growing vegetables on a balcony|a lost and found office|the first week in a new job|
    walking to school|borrowing tools from neighbours|a swimming course for beginners|baking bread|a photo competition|
    sorting rubbish|a second-hand book fair|the history of a small museum|choosing a musical instrument|
    a choir that looks for voices|looking after an old dog|a day without telephones|planting trees|a chess evening|
    moving house|cooking for ten people|learning to draw|a walk along the canal|mending clothes|a night of astronomy|
    cleaning windows|a bus line with a new route|keeping bees|a course in first aid|storing apples for the winter|
    a flea market|a theatre group|packing for a weekend in the mountains|insects in the garden|a bakery's anniversary|
    teaching children to cook|a shared workshop"""
)
_READERS = word_list(
    """people who have just moved to|older residents of|schoolchildren in|new volunteers in|the members of a club in|
    shop owners in|visitors to|families in|students in|commuters from|teachers in|everyone in|the neighbours in|
    apprentices in|parents in"""
)


def english_topic(rng: Random) -> Topic:
    """The request, without any instruction about its form."""
    form, subject, readers = rng.choice(_FORMS), rng.choice(_SUBJECTS), rng.choice(_READERS)
    place = town(rng)
    wordings = (
        f"Write {form} about {subject} for {readers} {place}.",
        f"Please write {form} for {readers} {place}. The subject is {subject}.",
        f"I need {form} about {subject}. It is for {readers} {place}.",
    )
    return Topic(rng.choice(wordings), f"{form} {subject}")
