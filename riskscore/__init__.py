"""The daily risk-scoring pipeline of customs targeting units."""

__version__ = "0.1.0"
