"""A Kijun plugin: everything about change at a tea stall."""

__all__: list[str] = []
