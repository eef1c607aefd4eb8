"""English wording of not knowing, of denying that something exists, of missing sources, of false premises, of doubt.

Written for sentences in lower case with straight quotes (`kijun.scorers.refusal.sentences`). Nothing repeats without
bound, so that reading is linear in the length of a reply.
"""

from __future__ import annotations

import re

__all__ = ["FAMILIES", "NOT_A_CUE"]

_I = r"(?:i|we)"
_NOT = (
    r"(?: do not|(?: do)?n't| did not| didn't| cannot|(?: ca)n't| can not| could not| couldn't| am not|'m not| are not)"
)
_THING = (
    r"(?:person|people|individual|author|writer|novelist|poet|scientist|physicist|painter|composer|engineer|architect|"
    r"researcher|place|town|city|village|river|mountain|lake|island|region|company|product|device|camera|model|brand|"
    r"paper|book|novel|article|publication|study|work|treaty|law|act|statute|regulation|ordinance|bill|entity|thing|"
    r"name|event|figure|record|song|film)"
)

_SOURCE = (
    r"(?:manual|handbook|document|text|passage|source|instruction|guide|information|context|article|section|excerpt|"
    r"extract|page|polic(?:y|ie)|rule|regulation|record|file|notice|faq|procedure|schedule|leaflet|note|list|material)s?"
)
_AT_HAND = r"(?: provided| given| above| itself| you gave| here| available to me| (?:that )?i have(?: access to)?)?"

FAMILIES: dict[str, re.Pattern[str]] = {
    name: re.compile(pattern)
    for name, pattern in {
        # "I don't know", "I have no information about", "it is not known"
        "unknown": "|".join(
            [
                rf"\b{_I}{_NOT} (?:really |actually |currently |personally |quite |exactly |entirely |completely |"
                r"100% )?(?:know|aware|sure|certain|familiar|able to (?:find|verify|confirm|say|tell|answer|provide|"
                r"determine|locate|identify)|find|verify|confirm|recall|recogni[sz]e|locate|determine|identify|answer|"
                r"tell|say (?:for (?:sure|certain)|who|what|when|where|which|whether))\b",
                rf"\b{_I}{_NOT} (?:currently |actually |really )?have (?:any |enough |sufficient |specific |reliable |"
                r"detailed |the |access to |a ){0,3}(?:information|knowledge|data|record|records|details|idea|"
                r"context|answer)\b",
                rf"\b{_I}(?: have|'ve) (?:no|never|not) (?:any |specific |reliable |prior )?"
                r"(?:information|knowledge|data|record|records|details|idea|comment|clue|heard|come across|memory|"
                r"been able|encountered)\b",
                rf"\b{_I}(?: am|'m| are|'re) (?:unable|unfamiliar|unaware|uncertain|unsure|not able)\b",
                r"\b(?:no idea|no clue|no comment|don't know|do not know|beyond my knowledge|outside (?:of )?my "
                r"knowledge|not (?:in|within) my knowledge|hard to say)\b",
                r"^(?:sorry, )?(?:unknown|not known|unclear|unsure|not sure|dunno|no answer|n/a)\b",
                r"\b(?:cannot|can't|can not|could not|couldn't) be (?:determined|verified|confirmed|answered|"
                r"identified|known|found)\b",
                r"\b(?:is|are|was|were|remains?)(?: not|n't)? (?:currently |publicly |yet |widely |generally |well )?"
                r"(?<=not )(?:known|available|clear|documented|recorded|verifiable|recogni[sz]ed)\b",
                r"\b(?:is|are|was|were)n't (?:currently |publicly |yet |widely |well )?(?:known|available|clear|"
                r"documented|recorded)\b",
                r"\b(?:is|remains|are) (?:currently )?(?:unknown|unclear|uncertain)\b",
                r"\bthere (?:is|are|was|were|seems? to be|appears? to be) (?:currently )?(?:no|not any|n't any) "
                r"(?:publicly |readily |widely |known |available |reliable |specific |verifiable |clear |credible |"
                r"enough ){0,3}(?:information|record|records|evidence|data|mention|documentation|details|sources?|"
                r"references?|answer)\b",
                r"\bno (?:publicly |readily |known |available |reliable |specific |verifiable ){0,3}"
                r"(?:information|records?|evidence|data|documentation) (?:is|are|was|were|exists?|about|on|of|that|"
                r"available|could)\b",
                r"\b(?:more|additional|further) (?:context|information|details) (?:is|are|would be) (?:needed|"
                r"required)",
            ]
        ),
        # "There is no such city", "appears to be fictional", "does not seem to exist"
        "nonexistent": "|".join(
            [
                r"\b(?:do|does|did)(?: not|n't) (?:actually |really |currently )?(?:seem to |appear to )?"
                r"(?:actually |really )?(?:exist|be (?:a |an )?(?:real|actual|known|recogni[sz]ed|well-known|"
                r"widely))\b",
                r"\b(?:never existed|non-?existent|may not exist|might not exist|no longer exists?)\b",
                rf"\bno such {_THING}\b|\bno such thing\b",
                r"\bthere (?:(?:is|are|was|were) (?:currently |actually )?(?:no|not any|not a|not an)|(?:isn't|"
                r"aren't|wasn't|"
                r"weren't|has never been|is not|(?:does not|doesn't) (?:seem|appear) to be) (?:any|a|an)) "
                r"(?:real |actual |"
                r"known |well-known |widely known |recogni[sz]ed |documented |famous |such |specific ){0,3}"
                rf"{_THING}s? (?:named|called|known|by (?:that|this) name|with (?:that|this|the) name|titled|entitled|"
                r"matching|of (?:that|this) name)\b",
                rf"\bno (?:real |actual |known |well-known |widely known |recogni[sz]ed |famous )?{_THING}s? "
                r"(?:named|called|by (?:that|this) name|titled)\b",
                r"\b(?:is|are|was|be|as|seems?|appears?|likely|probably|possibly|entirely|sounds?) (?:likely |"
                r"probably |"
                r"possibly |entirely |a |an |to be |purely |completely ){0,3}(?:fictional|fictitious|made[ -]up|"
                r"imaginary|hypothetical|invented|fabricated)\b(?! (?:character|story|tale|novel|short|work|account|"
                r"world|town in|city in|country in|detective))",
                r"\b(?:is|are|was|were)(?: not|n't) (?:actually )?(?:a |an )?(?:real|actual|recogni[sz]ed|known|"
                r"well-known|widely known|widely recogni[sz]ed|existing) (?:" + _THING + r"|one)\b",
                r"\b(?:typo|misspelling|misspelled|mistaken name|spelled incorrectly|mix-?up|confusion about "
                r"the name)\b",
            ]
        ),
        # "The manual does not say"
        "not_in_source": "|".join(
            [
                rf"\b(?:{_SOURCE}|it){_AT_HAND} (?:do|does|did)(?: not|n't) "
                r"(?:explicitly |specifically |directly |actually |seem to |appear to |currently ){0,2}(?:mention|say|"
                r"state|specify|provide|give|include|contain|cover|list|indicate|tell|describe|address|explain|"
                r"discuss|have|refer|note|offer|answer)\b",
                rf"\b(?:none of|neither of|no) (?:my |the |these |our |those ){{0,2}}{_SOURCE}(?: here| provided)? "
                r"(?:mentions?|says?|states?|specif(?:y|ies)|gives?|covers?|contains?|describes?|answers?)\b",
                r"\b(?:is|are|was|were)(?: not|n't) (?:explicitly |specifically |directly |clearly |actually )?"
                r"(?:mentioned|stated|specified|provided|given|included|covered|listed|described|indicated|addressed|"
                r"found|contained|discussed|noted|answered)\b",
                r"\b(?:there is|there's) (?:no|nothing) (?:mention|information|statement|indication|reference|detail|"
                r"in the (?:manual|text|document))\b",
                rf"\b{_SOURCE}{_AT_HAND} (?:ha(?:s|ve)|contains?|gives?|says?|makes?|includes?|provides?|"
                r"holds?|mentions?) (?:no|nothing)\b",
                r"\bnot (?:in|part of|covered by|mentioned in|stated in|found in|specified in) (?:the|this) (?:manual|"
                r"text|document|passage|instructions?|guide)\b",
            ]
        ),
        # "Actually, ...", "that is a common misconception", "Sydney is not the capital"
        "corrects": "|".join(
            [
                r"^(?:no\b(?! doubt| wonder| problem| matter| one)|actually\b|in fact\b|correction\b|not quite\b|"
                r"that is not|that's not|this is not|it is not|it's not)",
                r"\b(?:premise|assumption|statement|question|claim|information|date|year|idea|belief)(?: in (?:the|"
                r"your) question)? (?:is|seems|appears|contains?|has|may be|might be|rests)(?: to be| on)? (?:a |an |"
                r"not |partly |slightly |factually ){0,2}(?:incorrect|false|wrong|mistaken|inaccurate|mistake|error|"
                r"misconception|inaccuracy|misunderstanding|correct|true|accurate|mixed up)\b(?<!is correct)"
                r"(?<!is true)(?<!is accurate)",
                r"\b(?:common |popular |widespread )?(?:misconception|myth|misunderstanding)\b",
                r"\b(?:there (?:seems|appears|may|might) (?:to )?be|there is|contains?) (?:a |an |some )?(?:mistake|"
                r"error|confusion|mix-?up|misunderstanding|inaccuracy)\b",
                r"\b(?:is|was|are|were|do|does|did|has|have|had|can|could)(?: not|n't|not)\b(?! only| just| surpris| "
                r"until)",
                r"\bcontrary to\b|\brather than\b|\bactually (?:happened|took|began|ended|fell|sank|was|is|wrote|"
                r"written|occurred|in)\b|\b(?:never (?:wrote|happened|was|were|did|has|had|lived))\b",
            ]
        ),
        # "it could be", "I think", "probably": doubt that goes with an answer
        "doubts": r"\b(?:probably|possibly|perhaps|maybe|might be|may be|could be|may have|might have|could "
        "have|i think|"
        r"i believe|i guess|i assume|likely|it seems|it appears|presumably|if i (?:recall|remember))\b",
        # "I'm not sure, but ..." goes on to answer
        "answers_all_the_same": r"(?:,|;|\.)? ?\b(?:but|however|though|nevertheless|still|that said)\b,? "
        "(?!if\b|please|"
        r"you\b|there (?:is|are|was|were) (?:no|many|other|several)|i (?:can|could|am|'m|would|don't|do not|have no|"
        r"couldn't|cannot|can't)|i'd|i'm|we (?:can|could)|feel free|let me|without|it (?:does|is|'s) not|"
        r"it (?:doesn't|isn't)|could you|can you)[^.]{0,40}\b(?:is|was|are|were|has|had|in|by|wrote|makes|made|"
        r"born|called|think|believe|guess|it's)\b",
    }.items()
}

# "I don't know why people dislike it": an opinion and no abstention
NOT_A_CUE = re.compile(
    r"\bsay so\b|\bif you (?:don't|do not) know\b|\byou (?:may |might )?(?:not|n't) know\b|"
    r"\bas (?:you|we|far as i) (?:may )?know\b,? (?:it|he|she|they) (?:is|was|are|were)\b(?! not)|"
    r"\bno one knows better\b"
)
