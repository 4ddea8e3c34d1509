"""What the system administrator sees of the running system, and what the monitoring reads of it.

situation  everything that is looked at, read once in a handful of queries
checks     the sentences: what is well, what is not, what to do
views      the page, and the dry run of tonight's round
metrics    the same numbers for Prometheus
"""
