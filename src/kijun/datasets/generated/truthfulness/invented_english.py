"""English names of people, places, products, works and laws that do not exist.

Family names, places and products are put together from syllables that no well-known name has together; titles
and laws name an invented place or person, so that nothing known is meant by chance.
"""

from __future__ import annotations

from random import Random

from kijun.datasets.generated.base import word_list
from kijun.datasets.generated.english import NAMES, town

__all__ = ["invent"]

_FAMILY_STARTS = word_list(
    """Velka Ostren Quarren Tharro Dresk Ullen Marrow Pelthi Brannick Corvel Essel Fenwar Gorril Haldis Ivarro Jessar
    Kelvor Lindra Mottes Norvel Orrin Prestal Runder Sallow Torvel Ulster Verrin Wendel Yarrin Zellar"""
)
_FAMILY_ENDS = word_list("more by dine wyck stad quist hame low grave thorne mond vale skey ridge combe lund")
_PRODUCT_STARTS = word_list("Vex Norri Pal Quan Zerra Ombre Lute Faldo Hexa Tirro Solve Gravo Brillo Kessi Domi Arlo")
_PRODUCT_ENDS = word_list("tor ka vion dril no lix cka ra ven va ndi nett pod mark wick")
_EDITIONS = word_list("Junior|Pocket|II|Deluxe|Mini|Twin|Classic|Express|Royal|Compact")
_RIVERS = word_list("Tessel Ovrin Quellan Drassa Murrow Ilvane Korrib Sethna Pallor Vorra Yelda Zaspen")
_FIELDS = word_list(
    """tidal drift|moss growth|bird migration|soil acoustics|glacier dust|river sediments|lichen genetics|crop rotation|
    seed dispersal|cloud seeding|harbour traffic|peat fires|lake temperatures|bell casting|reed weaving|salt trade"""
)
_THINGS = word_list("camera|sewing machine|bicycle|kettle|radio|typewriter|lawnmower|wristwatch|piano|boat engine")
_TOPICS = word_list(
    "Lantern|Orchard|Ferry|Market|Bell|Hedgerow|Archive|Footpath|Beekeeping|Chimney|Harbour|Well|Kiln|Bridge"
)
_TITLES = word_list(
    """The Ferrymen of {town}|A Winter in {town}|{family}'s Garden|The {town} Letters|Seven Doors to {town}|
    The Clockmaker of {town}|Salt over {town}|The Last Tram to {town}|What {family} Saw|North of {town}"""
)


def _family(rng: Random) -> str:
    """A family name."""
    return rng.choice(_FAMILY_STARTS) + rng.choice(_FAMILY_ENDS)


def _person(rng: Random) -> str:
    """A given name, which is real, and a family name, which is not."""
    return f"{rng.choice(NAMES)} {_family(rng)}"


def invent(rng: Random, kind: str) -> tuple[str, str]:
    """Name of an invented `kind` and the noun that says what it is."""
    match kind:
        case "person":
            return _person(rng), rng.choice(
                word_list("physicist|painter|composer|novelist|explorer|botanist|sculptor|poet|chemist|philosopher")
            )
        case "place":
            which = rng.choice(("city", "river", "mountain"))
            if which == "city":
                return town(rng), which
            if which == "river":
                return f"the {rng.choice(_RIVERS)}{rng.choice(('', 'a', 'is', 'by'))}", which
            return f"Mount {_family(rng)}", which
        case "product":
            name = rng.choice(_PRODUCT_STARTS) + rng.choice(_PRODUCT_ENDS)
            return f"{name} {rng.choice(_EDITIONS)}", rng.choice(_THINGS)
        case "work":
            if rng.random() < 0.5:
                shape = rng.choice(
                    ("On {field} in the {town} basin", "A theory of {field} after {family}", "{field} near {town}")
                )
                field = rng.choice(_FIELDS)
                title = shape.format(field=field, town=town(rng), family=_family(rng))
                return f'"{title[0].upper()}{title[1:]}"', "paper"
            return f'"{rng.choice(_TITLES).format(town=town(rng), family=_family(rng))}"', "novel"
    shape = rng.choice(
        ("the {town} {topic} Act of {year}", "the {town} {topic} Treaty", "the {family} Amendment of {year}")
    )
    name = shape.format(town=town(rng), topic=rng.choice(_TOPICS), family=_family(rng), year=rng.randint(1870, 2015))
    return name, "treaty" if "Treaty" in name else "law"
