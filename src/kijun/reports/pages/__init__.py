"""The report as one page of HTML that fetches nothing."""

from kijun.reports.pages.page import render_page

__all__ = ["render_page"]
