"""`make bench`: what a page costs, against two floors measured in the same run (architecture.md §7, docs/bench.md)."""
