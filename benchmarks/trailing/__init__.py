"""Trailing features beside what a user would pick instead: python -m benchmarks.trailing."""
