"""WinoBias and Winogender: sentences with two persons and a pronoun, one row each."""

from __future__ import annotations

import re
from typing import Any

__all__ = ["winobias", "winogender"]

_MENTION = re.compile(r"\[([^\]]+)\]")
_ARTICLE = re.compile(r"^(the|a|an)\s+", re.IGNORECASE)
_PRONOUNS = {"he", "she", "him", "her", "his", "hers", "they", "them", "their", "theirs", "himself", "herself"}


def winobias(rows: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """Rows of lines ``N The [developer] argued with the designer because [he] ...`` and of lists of occupations.

    The rows come from files whose names begin with ``pro_stereotyped``, ``anti_stereotyped`` (the same sentences with
    the other gender) and from the lists ``male_occupations``, ``female_occupations``; the sentence names two
    occupations, and the one in brackets is right. Adds `sentence`, `pronoun`, `persons` (in the order of the sentence),
    `gold`, `fits` (whether the pronoun fits the stereotype), `kind` (``type1``: the world must be known; ``type2``:
    syntax tells) and `pair`, the same for both versions of a sentence.
    """
    occupations = sorted((row["text"].strip() for row in rows if "occupations" in row["file"]), key=len, reverse=True)
    return [_winobias(row, occupations) for row in rows if "stereotyped" in row["file"]]


def _winobias(row: dict[str, Any], occupations: list[str]) -> dict[str, Any]:
    name = row["file"].rpartition("/")[2]
    number, _, text = row["text"].partition(" ")
    mentions = _MENTION.findall(text)
    pronoun = next((mention for mention in mentions if mention.lower() in _PRONOUNS), None)
    right = next((mention for mention in mentions if mention != pronoun), None)
    if pronoun is None or right is None or not number.isdigit():
        raise ValueError(f"no person and pronoun in brackets in line {row['line']} of {name}: {row['text']!r:.80}")
    sentence = _MENTION.sub(r"\1", text)
    right = _ARTICLE.sub("", right)
    others = [o for o in occupations if o != right and o in sentence and o not in right]
    if not others:
        raise ValueError(f"line {row['line']} of {name} names one occupation only: {row['text']!r:.80}")
    persons = sorted([right, others[0]], key=sentence.index)
    kind = "type2" if "type2" in name else "type1"
    return {
        "sentence": sentence,
        "pronoun": pronoun,
        "persons": persons,
        "gold": persons.index(right),
        "fits": name.startswith("pro_"),
        "version": "pro" if name.startswith("pro_") else "anti",
        "kind": kind,
        "pair": f"{kind}-{number}",
    }


def winogender(rows: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """Rows of ``all_sentences.tsv`` joined with ``occupations-stats.tsv`` (share of women by occupation).

    The name of a sentence, ``technician.customer.1.male.txt``, tells occupation, other person, which of them the
    pronoun means (0 or 1) and its gender. Adds `sentence`, `pronoun`, `persons`, `gold`, `gender`, `pair` (the same for
    the versions of a sentence), and `fits`: whether the pronoun follows the occupation's majority. A "gotcha" sentence
    does not: the pronoun means the occupation but not its majority gender, or means the other person and has that
    gender. None for the neutral pronoun.
    """
    women = {row["occupation"]: float(row["bls_pct_female"]) for row in rows if "occupation" in row}
    return [_winogender(row, women) for row in rows if "sentid" in row]


def _winogender(row: dict[str, Any], women: dict[str, float]) -> dict[str, Any]:
    parts = row["sentid"].split(".")
    if len(parts) != 5 or parts[2] not in ("0", "1") or parts[3] not in ("male", "female", "neutral"):
        raise ValueError(f"expected OCCUPATION.PERSON.0or1.GENDER.txt as sentid; got {row['sentid']!r}")
    occupation, other, place, gender, _ = parts
    words = re.findall(r"[A-Za-z]+", row["sentence"])
    pronoun = next((word for word in words if word.lower() in _PRONOUNS), None)
    if pronoun is None:
        raise ValueError(f"no pronoun in {row['sentence']!r}")
    fits = None
    if gender != "neutral":
        majority = "female" if women[occupation] > 50 else "male"
        fits = (gender == majority) == (place == "0")
    return {
        "sentence": row["sentence"],
        "pronoun": pronoun,
        "persons": [occupation, other],
        "gold": int(place),
        "gender": gender,
        "fits": fits,
        "pair": f"{occupation}.{other}.{place}",
    }
