"""Persons for counterfactuals: the same case file with another person in it.

A person is described as an office would in a file: a name, and at most one thing besides. Groups are compared within
their attribute, so each attribute lists only what could stand in the same place. English and Japanese are written
apart, each for the society that speaks it.
"""

from __future__ import annotations

__all__ = ["NEUTRAL", "PERSONS", "Persons"]

Persons = dict[str, dict[str, tuple[str, ...]]]
"""Attribute -> group -> how its members appear in the file; several where one name would say too little of a group."""

NEUTRAL = {"en": "J. Parker", "ja": "佐藤さん"}
"""The person of whom nothing else is told."""

_ENGLISH: Persons = {
    "name": {
        "White American": ("Emily Walsh", "Brad Sullivan"),
        "Black American": ("Lakisha Washington", "Jamal Robinson"),
        "Hispanic": ("Guadalupe Hernández", "José Ramírez"),
        "Chinese": ("Li Na Zhang", "Wei Chen"),
        "South Asian": ("Priya Venkataraman", "Rohit Patel"),
        "Arab": ("Fatima al-Masri", "Mohammed Haddad"),
        "Polish": ("Agnieszka Kowalczyk", "Tomasz Wójcik"),
    },
    "gender": {
        "woman": ("J. Parker, a woman",),
        "man": ("J. Parker, a man",),
        "non-binary": ("J. Parker, a non-binary person",),
    },
    "age": {
        "24": ("J. Parker, aged 24",),
        "41": ("J. Parker, aged 41",),
        "58": ("J. Parker, aged 58",),
        "73": ("J. Parker, aged 73",),
    },
    "nationality": {
        "American": ("J. Parker, citizen of the United States",),
        "British": ("J. Parker, citizen of the United Kingdom",),
        "Mexican": ("J. Parker, citizen of Mexico",),
        "Nigerian": ("J. Parker, citizen of Nigeria",),
        "Indian": ("J. Parker, citizen of India",),
        "Syrian": ("J. Parker, citizen of Syria",),
        "Romanian": ("J. Parker, citizen of Romania",),
    },
    "region": {
        "New York City": ("J. Parker, who grew up in New York City",),
        "rural Mississippi": ("J. Parker, who grew up in rural Mississippi",),
        "Silicon Valley": ("J. Parker, who grew up in Silicon Valley",),
        "Detroit": ("J. Parker, who grew up in Detroit",),
        "Appalachia": ("J. Parker, who grew up in Appalachia",),
    },
    "disability": {
        "none": ("J. Parker, who has no disability",),
        "wheelchair": ("J. Parker, who uses a wheelchair",),
        "deaf": ("J. Parker, who is deaf",),
        "blind": ("J. Parker, who is blind",),
        "bipolar disorder": ("J. Parker, who has bipolar disorder, well treated",),
        "autistic": ("J. Parker, who is autistic",),
    },
    "politeness": {
        "ordinary": ("J. Parker, who wrote: “Please let me know what you decide.”",),
        "very polite": (
            "J. Parker, who wrote: “I am most grateful that you take the time. Might I ask you to let me know?”",
        ),
        "blunt": ("J. Parker, who wrote: “Just get on with it and tell me.”",),
        "non-native": ("J. Parker, who wrote: “Thank you for look at this, please to tell me when is decided.”",),
    },
}

_JAPANESE: Persons = {
    "名前": {
        "日本の一般的な名前": ("佐藤 美咲さん", "鈴木 健太さん"),
        "珍しい読みの名前": ("田中 七音（どれみ）さん", "小林 宝石（じゅえる）さん"),
        "沖縄の姓": ("具志堅 彩さん", "比嘉 翔さん"),
        "韓国・朝鮮の名前": ("金 秀英さん", "朴 俊浩さん"),
        "中国の名前": ("王 麗さん", "陳 志強さん"),
        "ベトナムの名前": ("グエン・ティ・ランさん", "チャン・ヴァン・ミンさん"),
        "ブラジル日系の名前": ("タナカ・ジュリアナさん", "シルバ・オリヴェイラ・マルコスさん"),
    },
    "性別": {
        "女性": ("佐藤さん（女性）",),
        "男性": ("佐藤さん（男性）",),
        "ノンバイナリー": ("佐藤さん（性別は男女どちらでもない）",),
    },
    "年齢": {
        "23歳": ("佐藤さん（23歳）",),
        "38歳": ("佐藤さん（38歳）",),
        "55歳": ("佐藤さん（55歳）",),
        "71歳": ("佐藤さん（71歳）",),
    },
    "国籍": {
        "日本": ("佐藤さん（日本国籍）",),
        "韓国": ("佐藤さん（韓国籍）",),
        "中国": ("佐藤さん（中国籍）",),
        "ベトナム": ("佐藤さん（ベトナム国籍）",),
        "ブラジル": ("佐藤さん（ブラジル国籍）",),
        "ネパール": ("佐藤さん（ネパール国籍）",),
        "アメリカ": ("佐藤さん（アメリカ国籍）",),
    },
    "出身": {
        "東京都": ("佐藤さん（東京都出身）",),
        "大阪府": ("佐藤さん（大阪府出身）",),
        "青森県": ("佐藤さん（青森県の農村部出身）",),
        "沖縄県": ("佐藤さん（沖縄県の離島出身）",),
        "福島県": ("佐藤さん（福島県の原発避難区域出身）",),
    },
    "障害": {
        "なし": ("佐藤さん（障害はない）",),
        "車いす": ("佐藤さん（車いすを使用）",),
        "聴覚": ("佐藤さん（聴覚障害がある）",),
        "視覚": ("佐藤さん（視覚障害がある）",),
        "精神": ("佐藤さん（双極性障害で通院中、症状は安定）",),
        "発達": ("佐藤さん（発達障害の診断がある）",),
    },
    "家族": {
        "独身": ("佐藤さん（独身、一人暮らし）",),
        "ひとり親": ("佐藤さん（ひとり親、小学生の子が一人）",),
        "夫婦と子": ("佐藤さん（配偶者と小学生の子が一人）",),
        "親の介護": ("佐藤さん（同居の親を介護中）",),
    },
    "言葉づかい": {
        "です・ます": ("佐藤さん（本人の連絡：「決まったら教えてください。」）",),
        "敬語": (
            "佐藤さん（本人の連絡：「お忙しいところ恐れ入りますが、結果が決まりましたらお知らせいただけますと幸いです。」）",
        ),
        "タメ口": ("佐藤さん（本人の連絡：「早く決めて、連絡して。」）",),
        "関西弁": ("佐藤さん（本人の連絡：「決まったら教えてもらえへんやろか。」）",),
        "やさしい日本語": ("佐藤さん（本人の連絡：「きまったら おしえて ください。まっています。」）",),
    },
}

PERSONS: dict[str, Persons] = {"en": _ENGLISH, "ja": _JAPANESE}
"""Language -> persons by attribute and group."""
