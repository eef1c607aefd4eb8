"""Runs of a model to what is known of it, axis by axis; no figure is made of more than one axis."""

from kijun.profiles.build import ReadRun, build_profiles

__all__ = ["ReadRun", "build_profiles"]
