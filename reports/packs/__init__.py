"""Packs: the figures, the table, the cases and the difficulties of a week, a month or a year as files, and on time."""
