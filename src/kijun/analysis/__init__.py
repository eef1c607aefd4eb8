"""What ratings say: scores of items, figures of runs beside the automatic ones, agreement, rankings, raters, judges.

Reads campaign folders and run folders; needs no database and no model.
"""
