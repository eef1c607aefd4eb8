"""From finished runs to a campaign of ratings, and from a campaign to files and back."""

from kijun.rating.creating import CreationReport, create_campaign
from kijun.rating.exporting import export_campaign
from kijun.rating.importing import import_ratings, read_ratings
from kijun.rating.tables import table_rows, write_table

__all__ = [
    "CreationReport",
    "create_campaign",
    "export_campaign",
    "import_ratings",
    "read_ratings",
    "table_rows",
    "write_table",
]
