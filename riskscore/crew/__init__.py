"""Who does the work: threads of this machine, or the workers of a Dask cluster; the answer is the same."""

from riskscore.crew.crew import ALONE, Crew, crew_of
from riskscore.crew.here import Here

__all__ = ["ALONE", "Crew", "Here", "crew_of"]
