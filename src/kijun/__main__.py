"""``python -m kijun`` is the command ``kijun``."""

from kijun.cli import main

__all__: list[str] = []

if __name__ == "__main__":
    main()
