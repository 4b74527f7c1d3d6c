"""When each step runs: one DAG per file, thin over `riskscore.steps`."""
