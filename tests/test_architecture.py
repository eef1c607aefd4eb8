"""The house keeps its floors: imports go down only, without cycles, and every public list is complete."""

from __future__ import annotations

import ast
import subprocess
import sys
from pathlib import Path

import pytest

SOURCE = Path(__file__).resolve().parents[1] / "src" / "kijun"

FLOORS = {
    "errors": 1,
    "records": 1,
    "specs": 2,
    "statistics": 2,
    "constraints": 2,
    "store": 2,
    "reports": 2,
    "exports": 2,
    "datasets": 3,
    "prompts": 3,
    "perturbations": 3,
    "models": 3,
    "scorers": 3,
    "ratings": 3,
    "profiles": 3,
    "decisions": 3,
    "engine": 4,
    "analysis": 4,
    "workflows": 5,
    "judging": 5,
    "rating": 5,
    "alignment": 5,
    "callbacks": 6,
    "reporting": 5,
    "cli": 7,
    "web": 6,
    "__main__": 8,
}
MODULES = sorted(SOURCE.rglob("*.py"))


def room(path: Path) -> str:
    """First part below ``kijun``: the folder or top module that a file belongs to."""
    return path.relative_to(SOURCE).parts[0].removesuffix(".py")


def imported(path: Path) -> set[str]:
    """Dotted names below ``kijun`` that a file imports, also within functions, but not for type checking alone."""
    found: set[str] = set()
    tree = ast.parse(path.read_text(encoding="utf-8"))
    skipped = {
        id(inner)
        for node in ast.walk(tree)
        if isinstance(node, ast.If) and ast.unparse(node.test) == "TYPE_CHECKING"
        for inner in ast.walk(node)
    }
    for node in ast.walk(tree):
        if id(node) in skipped:
            continue
        if isinstance(node, ast.ImportFrom) and node.module and node.module.split(".")[0] == "kijun":
            if node.module == "kijun":
                found |= {alias.name for alias in node.names}
            else:
                found.add(node.module.removeprefix("kijun."))
        elif isinstance(node, ast.Import):
            found |= {a.name.removeprefix("kijun.") for a in node.names if a.name.startswith("kijun.")}
    return found - {"__version__"}


@pytest.mark.parametrize("path", MODULES, ids=lambda p: str(p.relative_to(SOURCE)))
def test_imports_go_down_only(path: Path) -> None:
    own = room(path)
    if own == "__init__":
        return
    assert own in FLOORS, f"{own} has no floor; give it one here and in docs/architecture.md"
    for name in imported(path):
        other = name.split(".")[0]
        if other != own:
            assert FLOORS[other] < FLOORS[own], f"{own} (floor {FLOORS[own]}) imports {other} (floor {FLOORS[other]})"


def test_no_cycles() -> None:
    """Modules, not folders: also within a room nothing imports in a circle at import time."""
    graph: dict[str, set[str]] = {}
    names = {".".join(p.relative_to(SOURCE).with_suffix("").parts).removesuffix(".__init__"): p for p in MODULES}
    for name, path in names.items():
        top_level = {
            node.module.removeprefix("kijun.")
            for node in ast.parse(path.read_text(encoding="utf-8")).body
            if isinstance(node, ast.ImportFrom) and node.module and node.module.startswith("kijun.")
        }
        graph[name] = {other for other in top_level if other in names}
    done: set[str] = set()

    def visit(name: str, above: tuple[str, ...]) -> None:
        assert name not in above, " -> ".join([*above, name])
        if name in done:
            return
        for other in graph[name]:
            # A package's own __init__ gathers its modules; a module that imports from it would be a cycle.
            visit(other, (*above, name))
        done.add(name)

    for name in graph:
        visit(name, ())


@pytest.mark.parametrize("path", MODULES, ids=lambda p: str(p.relative_to(SOURCE)))
def test_public_lists_are_complete(path: Path) -> None:
    tree = ast.parse(path.read_text(encoding="utf-8"))
    if not tree.body:
        return
    assert ast.get_docstring(tree), "a module says what it is for"
    public = {
        node.name
        for node in tree.body
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef) and not node.name.startswith("_")
    }
    listed: list[str] = []
    for node in tree.body:
        if isinstance(node, ast.Assign) and isinstance(node.targets[0], ast.Name) and node.targets[0].id == "__all__":
            listed = ast.literal_eval(node.value)
    assert len(listed) == len(set(listed))
    assert public <= set(listed), f"not in __all__: {sorted(public - set(listed))}"


def test_import_pulls_nothing_heavy() -> None:
    heavy = [
        "torch",
        "transformers",
        "duckdb",
        "numpy",
        "scipy",
        "huggingface_hub",
        "xllamacpp",
        "openpyxl",
        "yaml",
        "sqlalchemy",
    ]
    code = f"import sys, kijun; print([name for name in {heavy!r} if name in sys.modules])"
    assert (
        subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True).stdout.strip() == "[]"
    )


def test_help_and_lists_stay_light() -> None:
    """`kijun --help` and `kijun list tasks` must not load numpy, torch, duckdb or a Hub client."""
    heavy = ["torch", "transformers", "duckdb", "numpy", "scipy", "huggingface_hub", "openpyxl", "sqlalchemy"]
    for arguments in (["--help"], ["list", "tasks"]):
        code = (
            "import sys\nfrom kijun.cli import main\n"
            f"try:\n    main({arguments!r})\nexcept SystemExit:\n    pass\n"
            f"print('LOADED', [name for name in {heavy!r} if name in sys.modules])"
        )
        shown = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True).stdout
        assert shown.strip().endswith("LOADED []"), shown[-200:]
