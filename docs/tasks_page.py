"""Writes docs/tasks.md and docs/ja/tasks.md from the packaged catalogue: `python docs/tasks_page.py`.

A test compares the pages with what this makes, so they are never out of date.
"""

from __future__ import annotations

from pathlib import Path

from kijun.specs import Catalogue, GroupSpec, SuiteSpec, TaskSpec, catalogue

__all__ = ["PAGES", "page"]

HERE = Path(__file__).resolve().parent
PAGES = {"en": HERE / "tasks.md", "ja": HERE / "ja" / "tasks.md"}

INTRO = {
    "en": """# Tasks, groups and suites

Made from the task files by `python docs/tasks_page.py`. `kijun show TASK` prints the exact prompt of an item.

A family of tasks that differ in their data alone is one line. **H** marks tasks whose prompts, worked examples, metrics
and standard errors are those of lm-evaluation-harness 0.4.13, under the same names; tests prove it, on real data and on
made-up rows. Shots are the number of worked examples when `--shots` does not say; "fixed" cannot be changed.

Every multiple-choice task, group and suite `NAME` has a **generative form**, `NAME_generative`, for models that give
no log-likelihoods: the choices stand below the question with letters, the model writes one, and `choice_match` reads
it. It is another measurement with a name, a version and a metric of its own. Where `NAME_generative` is in the list
below, as for MMLU, that is the harness's own. ReCoRD, which has more choices than there are letters, has none.

## Where we differ from the harness, and what to know

- **MultiRC**: the harness counts label 1, which says that an answer is correct, as the choice "no". `multirc` does the
  same; `multirc_corrected` has the label right and is our own.
- **BIG-Bench Hard**: the worked examples of `bbh_cot_fewshot_*`, `bbh_fewshot_*` and `leaderboard_bbh_*` are their
  authors' text and not packaged (they ask that it stay out of training corpora). They are fetched from the authors'
  repository at one commit, checked by digest and cached, or read from `--hub DIR` (`DIR/suzgunmirac/BIG-Bench-Hard/
  cot-prompts/*.txt`); what comes out equals the harness's examples in all 27 tasks. With `--shots 0` nothing is needed.
- **Numbers in words** (`bbh_zeroshot_*`, `bbh_cot_zeroshot_*`: object counting, arithmetic): where an answer has no
  digits, the harness reads "five" but not "six", "one" out of "someone", and "two, one" as one number; we read whole
  words, all of them, and two numbers as two.
- **GPQA**: the harness shuffles the options with one generator for all that runs, and keeps the first order it ever
  made on a machine. We give the order of this one task run alone, always.
- **ReCoRD**: the harness's own scorer cannot be loaded with transformers 5; ours gives what it gave before.
- **STS-B** and **JMMLU** are not in the harness: the prompts are ours.
- **JSQuAD** has the harness's exact match, on the first answer only, and besides it exact match and F1 over characters
  on all answers.
- **MATH** needs the extra `math` (`pip install 'kijun[math]'`).
- Beside the harness's standard errors every figure has a 95 % interval; where items share a passage or template it is a
  clustered one, and then wider than the standard error suggests.

## Tasks
""",
    "ja": """# タスク・グループ・スイート

タスクファイルから `python docs/tasks_page.py` で作成した一覧です。`kijun show TASK` で設問の正確なプロンプトを
表示します。

データだけが異なるタスクの族は1行にまとめています。**H** は、プロンプト・例示・指標・標準誤差が同名の
lm-evaluation-harness 0.4.13 のタスクと一致するものです（実データと自作データのテストで確認しています）。例示数は
`--shots` を指定しないときの数で、「固定」は変更できません。

多肢選択のタスク・グループ・スイートには、対数尤度を返さないモデルのための**生成形式** `名前_generative` があります。
質問の下に選択肢を記号付きで並べ、モデルが書いた記号を `choice_match` が読み取ります。名前も版も指標も別の、もう1つの
測り方です。MMLUのように `名前_generative` が下の一覧にあるものは、ハーネス自身のタスクです。選択肢の数が
アルファベットを超えるReCoRDにはありません。

## ハーネスとの違いと注意点

- **MultiRC**: ハーネスは、答えが正しいことを表すラベル1を選択肢「no」とみなします。`multirc` はこれに合わせています。
  `multirc_corrected` はラベルを正しく扱う独自のタスクです。
- **BIG-Bench Hard**: `bbh_cot_fewshot_*`、`bbh_fewshot_*`、`leaderboard_bbh_*` の例示は著者の文章であり、同梱しません
  （著者は学習データに混ざらないよう求めています）。著者のリポジトリの特定のコミットから取得し、ダイジェストを確かめて
  キャッシュします。`--hub DIR`（`DIR/suzgunmirac/BIG-Bench-Hard/cot-prompts/*.txt`）からも読めます。27タスクすべてで
  ハーネスの例示と一致します。`--shots 0` なら不要です。
- **英単語の数**（`bbh_zeroshot_*`、`bbh_cot_zeroshot_*` の数え上げと算術）: 数字のない解答について、ハーネスは
  "five" を読めますが "six" は読めず、"someone" から "one" を読み、"two, one" を一つの数とみなします。こちらは単語単位で
  すべて読みます。
- **GPQA**: ハーネスは選択肢を実行全体で共有する乱数で並べ替え、そのマシンで最初に作った順序を使い続けます。こちらは
  常に、そのタスクだけを実行したときの順序にします。
- **ReCoRD**: ハーネスの採点器は transformers 5 では読み込めません。こちらは以前と同じ値を出します。
- **STS-B** と **JMMLU** はハーネスになく、プロンプトは独自のものです。
- **JSQuAD** には、ハーネスと同じ最初の正答だけの完全一致に加え、全正答に対する完全一致と文字単位のF1があります。
- **MATH** には追加パッケージ `math` が必要です（`pip install 'kijun[math]'`）。
- ハーネスと同じ標準誤差に加え、すべての値に95%信頼区間を付けます。文章やひな型を共有する設問では、それを考慮した
  区間になり、標準誤差から想像するより広くなります。

## タスク
""",
}
HEADS = {
    "en": ("Name", "Title", "H", "Axis", "Languages", "Data", "Shots", "Metrics", "Licence of the data"),
    "ja": ("名前", "題名", "H", "評価軸", "言語", "データ", "例示数", "指標", "データのライセンス"),
}
AXES = {
    "en": {},
    "ja": {
        "knowledge": "知識・推論",
        "safety": "安全性",
        "fairness": "倫理・公平性",
        "robustness": "頑健性",
        "truthfulness": "ハルシネーション抑制",
        "instruction": "指示追従性",
    },
}
WORDS = {
    "en": {
        "fixed": "fixed",
        "ours": "made by Kijun",
        "groups": "Groups",
        "suites": "Suites",
        "members": "Members",
        "pooled": "Pooled metrics",
        "tasks": "Tasks",
        "about": "About",
        "average": "average",
    },
    "ja": {
        "fixed": "固定",
        "ours": "Kijunが生成",
        "groups": "グループ",
        "suites": "スイート",
        "members": "メンバー",
        "pooled": "まとめる指標",
        "tasks": "タスク",
        "about": "説明",
        "average": "平均",
    },
}


def page(language: str) -> str:
    """Text of the page in English (``en``) or Japanese (``ja``)."""
    known, words = catalogue(), WORDS[language]
    parts = [INTRO[language], _table(HEADS[language], [_task_row(f, language) for f in _families(known)])]
    parts += [f"\n## {words['groups']}\n", _table(("", words["members"], words["pooled"]), _group_rows(known))]
    heads = ("", words["about"], words["tasks"])
    parts += [f"\n## {words['suites']}\n", _table(heads, [_suite_row(s, language) for s in known.suites.values()])]
    return "\n".join(parts)


def _families(known: Catalogue) -> list[list[TaskSpec]]:
    families: dict[tuple[object, ...], list[TaskSpec]] = {}
    for task in known.tasks.values():
        families.setdefault((task.origin, task.dataset.hub), []).append(task)
    return list(families.values())


def _task_row(family: list[TaskSpec], language: str) -> tuple[str, ...]:
    first, last = family[0], family[-1]
    name, title = f"`{first.name}`", first.title.get(language, first.name)
    if len(family) > 1:
        name, title = f"`{first.name}` … `{last.name}` ({len(family)})", f"{title} …"
    source = f"[{first.dataset.hub}]({first.source})" if first.dataset.hub else WORDS[language]["ours"]
    shots = str(first.shots.default) + (f" ({WORDS[language]['fixed']})" if first.shots.fixed else "")
    metrics = ", ".join(f"`{scorer.key}`" for scorer in first.scorers)
    axis = AXES[language].get(first.axis, first.axis)
    mark = "H" if first.compatible_with else ""
    return name, title, mark, axis, ", ".join(first.languages), source, shots, metrics, first.licence


def _group_rows(known: Catalogue) -> list[tuple[str, ...]]:
    def members(group: GroupSpec) -> str:
        shown = group.members if len(group.members) <= 8 else (group.members[0], "…", group.members[-1])
        listed = ", ".join(name if name == "…" else f"`{name}`" for name in shown)
        return listed + (f" ({len(group.members)})" if len(group.members) > 8 else "")

    return [
        (f"`{group.name}`", members(group), ", ".join(f"`{metric}`" for metric in group.metrics))
        for group in known.groups.values()
    ]


def _suite_row(suite: SuiteSpec, language: str) -> tuple[str, ...]:
    entries = [f"`{entry.task}`" + (f" ({entry.shots})" if entry.shots is not None else "") for entry in suite.tasks]
    listed = ", ".join(entries) if len(entries) <= 12 else f"{entries[0]} … {entries[-1]} ({len(entries)})"
    return f"`{suite.name}`", suite.about.get(language, ""), listed


def _table(heads: tuple[str, ...], rows: list[tuple[str, ...]]) -> str:
    lines = [heads, tuple("---" for _ in heads), *rows]
    return "\n".join("| " + " | ".join(cell.replace("|", "\\|") for cell in line) + " |" for line in lines) + "\n"


if __name__ == "__main__":
    for language, file in PAGES.items():
        file.write_text(page(language), encoding="utf-8")
