"""English words that the generators draw from. Given names of many origins; every place and product is invented."""

from __future__ import annotations

from random import Random

from kijun.datasets.generated.base import word_list

__all__ = ["MONTHS", "NAMES", "ORDINALS", "THINGS", "WEEKDAYS", "joined", "people", "plural", "town"]

NAMES = word_list(
    """Ada Agnes Ahmed Aisha Albert Alma Amara Amir Anders Anika Anton Arjun Astrid Aurora Basil Beatriz Bella Benita
    Boris Bruno Callum Camila Carlos Cecil Celia Chidi Clara Colin Cora Cyrus Dalia Damian Daphne Darius Delia Dev
    Diego Dora Duncan Edith Eitan Elena Elif Elliot Emil Enzo Esther Fadi Farah Felix Fiona Flora Freya Gideon Gita
    Gloria Goran Greta Hana Harold Hazel Hector Helga Hugo Ibrahim Ida Imani Inga Irene Isaac Ivan Ivy Jamal Jasper
    Joan Jonas Judith Julia Kamal Karin Kenji Kira Kofi Lars Laila Leo Lidia Linus Lola Lucas Luis Mabel Magnus Malik
    Marcus Marta Mateo Maya Milan Mina Miriam Mona Nadia Naomi Nasir Neil Nina Nora Olga Oscar Otto Pablo Paula Pedro
    Petra Priya Quentin Rafael Ravi Rosa Ruth Salma Samir Selma Silas Simone Sonia Stella Sven Tara Tariq Tessa Theo
    Tomas Uma Ursula Vera Victor Wanda Wesley Yara Yusuf Zainab Zora"""
)

MONTHS = word_list("January February March April May June July August September October November December")

WEEKDAYS = word_list("Monday Tuesday Wednesday Thursday Friday Saturday Sunday")

ORDINALS = word_list("first second third fourth fifth sixth seventh eighth")

THINGS = word_list(
    """notebooks pencils stickers mugs candles postcards marbles buttons lemons onions melons peaches muffins bagels
    tickets envelopes batteries lightbulbs seedlings bricks tiles scarves lanterns puzzles whistles badges magnets
    teacups spoons baskets ribbons erasers"""
)

_TOWN_STARTS = word_list(
    """Bren Tolla Vesper Orri Haska Ludden Pelly Sterro Fenno Galla Irra Kessa Morra Nubb Ottel Quilla
    Rusken Sable Tamber Umber Velda Wexa Yarra Zellen"""
)
_TOWN_ENDS = word_list("mere wick haven stead combe fold gate brook mouth croft")


def town(rng: Random) -> str:
    """Name of a town that does not exist."""
    return rng.choice(_TOWN_STARTS) + rng.choice(_TOWN_ENDS)


def people(rng: Random, count: int) -> list[str]:
    """Different given names, no two with the same first letter, so that none is mistaken for another."""
    chosen: list[str] = []
    for name in rng.sample(NAMES, len(NAMES)):
        if all(name[0] != other[0] for other in chosen):
            chosen.append(name)
        if len(chosen) == count:
            break
    return chosen


def joined(parts: list[str], conjunction: str = "and") -> str:
    """``a``, ``a and b``, ``a, b and c``."""
    return parts[0] if len(parts) == 1 else f"{', '.join(parts[:-1])} {conjunction} {parts[-1]}"


def plural(count: int, one: str, many: str | None = None) -> str:
    """``1 day``, ``2 days``."""
    return f"{count:,} {one if count == 1 else many or one + 's'}"
