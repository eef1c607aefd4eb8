"""Instructions of IFBench (Pyatkin et al. 2025, arXiv:2507.02833): 56 of its 58 types, those that a rule can check.

Verdicts are those of allenai/IFBench at commit db69a6f but for sentences and words, which `kijun.constraints.sentences`
and `words` cut, and emoji, told by their ranges in Unicode.
"""

# imported for the instructions that they register
import kijun.constraints.ifbench.counts
import kijun.constraints.ifbench.format
import kijun.constraints.ifbench.sentences
import kijun.constraints.ifbench.single
import kijun.constraints.ifbench.words  # noqa: F401

__all__ = ["NOT_BY_RULE"]

NOT_BY_RULE = {
    "words:start_verb": "whether a word is a verb takes a tagger of parts of speech",
    "words:odd_even_syllables": "how many syllables a word has takes a dictionary",
}
"""Instructions that no rule can check, with the reason; answers to them are unscored."""
