"""Preference data as a sheet that one can read: a prompt, the better and the worse answer."""

import csv
import io

from kijun.exports import ExportedFile, PlainFormat


def _files(data, options):
    buffer = io.StringIO()
    writer = csv.writer(buffer)
    writer.writerow(["split", "prompt", "chosen", "rejected", "confidence"])
    for pair in data.pairs:
        row = [pair.split, pair.prompt[-1].content, pair.chosen, pair.rejected, f"{pair.confidence:.2f}"]
        # A cell that begins like a formula is one to a spreadsheet; an apostrophe makes it text.
        writer.writerow([f"'{cell}" if cell[:1] in "=+-@" else cell for cell in row])
    ids = tuple(pair.id for pair in data.pairs)
    return [ExportedFile("pairs.csv", buffer.getvalue().encode("utf-8-sig"), ids=ids)]


SHEET = PlainFormat("sheet", "pairs", _files)
