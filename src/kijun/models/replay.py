"""``replay/FILE?...``: recorded answers, from a JSONL, CSV, Parquet or Excel file."""

from __future__ import annotations

import json
from collections.abc import AsyncIterator, Callable, Hashable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any
from urllib.parse import parse_qsl

import msgspec

from kijun.errors import SpecError
from kijun.models.base import Asked, ModelIdentity, UnitLimit
from kijun.records import Completed, Failed, Generate, Likelihood, Message, Request, Response

__all__ = ["ReadRows", "ReplayModel", "Replayed", "load_replay"]

ReadRows = Callable[[Path], tuple[list[dict[str, Any]], str]]
"""Reads a file: its rows, and the SHA-256 of its bytes."""

_TEXT_TABLES = (".csv", ".tsv", ".tab", ".xlsx", ".xlsm")
_SHOWN = 60
_NO_LIST: Any = object()


class Replayed(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Which column of the file is what, as written after the ``?`` of the model's name.

    One of `key`, `item` and `prompt` says how a row finds its item; with none of them, ``item_id`` or ``prompt`` is
    taken where the file has a column of that name.

    Attributes:
        key: column that the file and the task's data share; ``FILE_COLUMN:DATA_COLUMN`` where the names differ.
        item: column of Kijun's item ids.
        prompt: column of exact prompts: the whole text, or the last turn of the user.
        task: column of task names, where the file holds answers to several tasks.
        answer: column of free answers; for conversations a list, one answer a turn.
        reasoning: column of what the model thought first; likewise.
        loglikelihood: column of log-likelihoods: a list, one for each choice, or one number a row with `choice`.
        greedy: column that says whether the continuation was the model's first choice; a list or one value likewise.
        choice: column of the choice's 0-based number.
        turn: column of the 0-based number of the turn, or of the question to a judge, where there are several. Without
            it, several answers to one item stand in one cell, as a list.
        metric: column of the judged scorer, for recorded verdicts on several.
    """

    key: str | None = None
    item: str | None = None
    prompt: str | None = None
    task: str | None = None
    answer: str | None = None
    reasoning: str | None = None
    loglikelihood: str | None = None
    greedy: str | None = None
    choice: str | None = None
    turn: str | None = None
    metric: str | None = None


def load_replay(name: str, read_rows: ReadRows) -> ReplayModel:
    """The recorded answers ``replay/FILE`` or ``replay/FILE?key=COLUMN&answer=COLUMN``.

    Raises:
        SpecError: no such file, an unknown setting, a column that the file lacks, or two different answers for one key.
    """
    location, _, query = name.removeprefix("replay/").partition("?")
    pairs = parse_qsl(query, keep_blank_values=True)
    try:
        columns = msgspec.convert(dict(pairs), Replayed)
    except msgspec.ValidationError as error:
        known = ", ".join(Replayed.__struct_fields__)
        raise SpecError(f"{name!r}: {error}; after the ? go {known}".replace("`", "")) from None
    path = Path(location)
    rows, sha256 = read_rows(path)
    return ReplayModel(path, rows, columns, sha256=sha256)


class ReplayModel:
    """Answers from a file. What has no recorded answer is `Failed`, never wrong.

    Args:
        path: the file, for messages and for what an empty cell means: in a table of texts nothing was recorded, in JSON
            and Parquet the answer was empty.
        rows: its rows.
        columns: which column is what.
        sha256: of the file.

    Raises:
        SpecError: a column that the file lacks, or two different answers for one key.
    """

    def __init__(self, path: Path, rows: Sequence[Mapping[str, Any]], columns: Replayed, *, sha256: str) -> None:
        self._path = path
        self._empty_is_none = path.suffix.lower() in _TEXT_TABLES
        self._columns = columns = _completed(columns, rows, path)
        self._join = columns.key or columns.item or columns.prompt or ""
        self._file_column, _, data_column = self._join.partition(":") if columns.key else (self._join, "", "")
        self._place = columns.choice or columns.turn
        self._data_column = data_column or self._file_column
        settings = {k: v for k, v in msgspec.structs.asdict(columns).items() if v}
        self.identity = ModelIdentity(
            name=f"replay/{path.name}", backend="replay", weights_sha256=sha256, settings=settings
        )
        self.unit_limit = UnitLimit(requests=1000, characters=10_000_000)
        self._example: Hashable = None
        self._answers = self._indexed(rows)

    def can(self, ability: str) -> bool:
        """Free answers where there is a column of answers, log-likelihoods where there is one of those."""
        wanted = {
            "loglikelihood": self._columns.loglikelihood is not None,
            "generate": self._columns.answer is not None,
            "chat": True,
        }
        return wanted.get(ability, False)

    def render_chat(self, messages: Sequence[Message], *, continue_last: bool = False) -> str | None:
        """None: recorded prompts are compared as they are."""
        return None

    async def respond(self, unit: Sequence[Request]) -> AsyncIterator[tuple[int, Response]]:
        """Only `respond_about` knows the items."""
        for index, _ in enumerate(unit):
            yield index, Failed("recorded answers are found by the item that is asked about")

    async def respond_about(self, unit: Sequence[Asked]) -> AsyncIterator[tuple[int, Response]]:
        """The recorded answers of these items."""
        for index, asked in enumerate(unit):
            yield index, self._answer(asked)

    async def aclose(self) -> None:
        """Nothing to free."""

    def _indexed(self, rows: Sequence[Mapping[str, Any]]) -> dict[Hashable, Mapping[str, Any]]:
        answers: dict[Hashable, Mapping[str, Any]] = {}
        kept = [
            c
            for c in (self._columns.answer, self._columns.reasoning, self._columns.loglikelihood, self._columns.greedy)
            if c is not None
        ]
        first_row: dict[Hashable, int] = {}
        for number, row in enumerate(rows, 1):
            joined = row.get(self._file_column)
            if joined is None or joined == "":
                continue
            self._example = self._example or joined
            key = (self._text_of(row, self._columns.task), self._text_of(row, self._columns.metric))
            key += (_comparable(joined), self._place_of(row, number))
            answer = {column: row.get(column) for column in kept}
            if key in answers and answers[key] != answer:
                raise SpecError(
                    f"rows {first_row[key]} and {number} hold different answers for {self._file_column} = "
                    f"{joined!r:.{_SHOWN}}; keep one of them",
                    file=self._path,
                )
            answers[key] = answer
            first_row.setdefault(key, number)
        return answers

    def _text_of(self, row: Mapping[str, Any], column: str | None) -> str | None:
        return None if column is None else str(row.get(column))

    def _place_of(self, row: Mapping[str, Any], number: int) -> int | None:
        if self._place is None:
            return None
        try:
            return int(row.get(self._place))  # type: ignore[arg-type]
        except (TypeError, ValueError):
            raise SpecError(
                f"column {self._place!r} of row {number} is no number, counted from 0: "
                f"{row.get(self._place)!r:.{_SHOWN}}",
                file=self._path,
            ) from None

    def _answer(self, asked: Asked) -> Response:
        found, sought = None, None
        place = asked.place if self._place is not None else None
        task = asked.task if self._columns.task is not None else None
        metric = asked.metric if self._columns.metric is not None else None
        for sought in self._sought(asked):
            found = self._answers.get((task, metric, _comparable(sought), place))
            if found is not None:
                break
        if found is None:
            if sought is None:
                return Failed(f"the item has no column {self._data_column!r} to find its recorded answer by")
            return Failed(
                f"no recorded answer for {self._join} = {sought!r:.{_SHOWN}} (the file has {self._example!r:.{_SHOWN}})"
            )
        return self._free(found, asked) if isinstance(asked.request, Generate) else self._likelihood(found, asked)

    def _sought(self, asked: Asked) -> Iterator[Any]:
        """What the file may name the item by, the likeliest first."""
        if self._columns.key is not None:
            if asked.item.row.get(self._data_column) is not None:
                yield asked.item.row[self._data_column]
        elif self._columns.item is not None:
            yield asked.item.id
        else:
            yield asked.request.context
            if isinstance(asked.request, Generate) and asked.request.messages:
                yield asked.request.messages[-1].content

    def _free(self, row: Mapping[str, Any], asked: Asked) -> Response:
        assert self._columns.answer is not None
        text = row[self._columns.answer]
        reasoning = row.get(self._columns.reasoning) if self._columns.reasoning else None
        # Found by its prompt, or with a column of turns, a row is about one turn; else it is about all of them.
        if asked.of > 1 and self._columns.prompt is None and self._columns.turn is None:
            turns = _listed(text)
            if turns is None or len(turns) != asked.of:
                return Failed(
                    f"column {self._columns.answer!r} holds {text!r:.{_SHOWN}}; a conversation needs "
                    f"a list of {asked.of} answers, one a turn"
                )
            thoughts = _listed(reasoning)
            text = turns[asked.place]
            reasoning = thoughts[asked.place] if thoughts is not None and len(thoughts) == asked.of else None
        if text is None or (text == "" and self._empty_is_none):
            return Failed(f"column {self._columns.answer!r} is empty in its row")
        text = text if isinstance(text, str) else json.dumps(text, ensure_ascii=False)
        return Completed(text, reasoning=str(reasoning or ""))

    def _likelihood(self, row: Mapping[str, Any], asked: Asked) -> Response:
        assert self._columns.loglikelihood is not None
        place, of = (None, 1) if self._place is not None else (asked.place, asked.of)
        value = _one_of(row[self._columns.loglikelihood], place, of)
        if isinstance(value, bool) or not isinstance(value, int | float):
            return Failed(
                f"column {self._columns.loglikelihood!r} holds {row[self._columns.loglikelihood]!r:.{_SHOWN}}; "
                f"it must be a number for each of {asked.of} choices"
            )
        if self._columns.greedy is None:
            if asked.of == 1:
                return Failed("whether it was the model's first choice is not recorded; name the column with greedy=")
            return Likelihood(float(value), False)
        greedy = _one_of(row[self._columns.greedy], place, of)
        if greedy not in (True, False):
            return Failed(f"column {self._columns.greedy!r} holds {greedy!r:.{_SHOWN}}; it must be true or false")
        return Likelihood(float(value), bool(greedy))


def _completed(columns: Replayed, rows: Sequence[Mapping[str, Any]], path: Path) -> Replayed:
    """The columns with what goes without saying, after checking that they are there."""
    there = list(dict.fromkeys(column for row in rows for column in row))
    if sum(way is not None for way in (columns.key, columns.item, columns.prompt)) > 1:
        raise SpecError("name one of key=, item= and prompt=", file=path)
    if columns.choice is not None and columns.turn is not None:
        raise SpecError("name one of choice= and turn=", file=path)
    if columns.key is None and columns.item is None and columns.prompt is None:
        if "item_id" in there:
            columns = msgspec.structs.replace(columns, item="item_id")
        elif "prompt" in there:
            columns = msgspec.structs.replace(columns, prompt="prompt")
        else:
            raise SpecError(
                f"say which column finds the item: replay/{path.name}?key=COLUMN (or item=, prompt=); "
                f"the file has {', '.join(there)}",
                file=path,
            )
    if columns.answer is None and "answer" in there:
        columns = msgspec.structs.replace(columns, answer="answer")
    if columns.answer is None and columns.loglikelihood is None:
        raise SpecError(
            f"say which column is the answer: answer=COLUMN or loglikelihood=COLUMN; the file has {', '.join(there)}",
            file=path,
        )
    for setting, column in msgspec.structs.asdict(columns).items():
        name = column.partition(":")[0] if column is not None and setting == "key" else column
        if name is not None and name not in there:
            raise SpecError(f"{setting}={name}: the file has no such column; it has {', '.join(there)}", file=path)
    return columns


def _comparable(value: Any) -> Hashable:
    """Keys are compared as text, as a CSV file knows nothing else: 7, 7.0 and '7' are one key."""
    if isinstance(value, float) and value.is_integer():
        value = int(value)
    return value if isinstance(value, str) else json.dumps(value, ensure_ascii=False, sort_keys=True, default=str)


def _one_answer(value: Any, place: int, of: int) -> Any:
    """One of several answers in a cell: a list, or its JSON in a table of texts; `_NO_LIST` where it is none."""
    if isinstance(value, str):
        try:
            value = json.loads(value)
        except ValueError:
            return _NO_LIST
    return value[place] if isinstance(value, list) and len(value) == of else _NO_LIST


def _listed(value: Any) -> list[Any] | None:
    """A list, in a table of texts written as JSON; None for anything else."""
    if isinstance(value, str) and value.lstrip().startswith("["):
        try:
            value = json.loads(value)
        except ValueError:
            return None
    return value if isinstance(value, list) else None


def _one_of(value: Any, place: int | None, of: int) -> Any:
    """The value of one choice: a cell of a table of texts is read as JSON; None where it is not what it must be."""
    if isinstance(value, str):
        try:
            value = json.loads(value.lower())
        except ValueError:
            return None
    if isinstance(value, list):
        return value[place] if place is not None and len(value) == of else None
    return value if of == 1 else None
