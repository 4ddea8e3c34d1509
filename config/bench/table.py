"""The figures as a table, with what is over the budgets of architecture.md §7 marked."""

RATIO, GROWTH, QUERIES, KB = 1.5, 1.5, 12, 150
STATISTICS = ("home, leader", "reports", "statistics table")  # they count everything there is
STATISTICS_RATIO = 5
COLUMNS = (
    "page",
    "size",
    "p50_ms",
    "p95_ms",
    "rps8",
    "queries",
    "kb",
    "bare_p50_ms",
    "plain_p50_ms",
    "ratio",
    "growth",
)


def with_growth(rows):
    """The rows with `growth`: the cost against the same page at the smallest size ("" at that size)."""
    first = {}
    for row in rows:
        first.setdefault(row["page"], row)
        small = first[row["page"]]
        yield row | {"growth": "" if small is row else round(row["p50_ms"] / small["p50_ms"], 2)}


def misses(row):
    """Names of the columns that are over budget."""
    counts = row["page"] in STATISTICS
    over = {
        "ratio": row["ratio"] > (STATISTICS_RATIO if counts else RATIO),
        "queries": row["queries"] > QUERIES,
        "kb": row["kb"] > KB,
    }
    over["growth"] = bool(row["growth"]) and not counts and row["growth"] > GROWTH
    return [name for name, bad in over.items() if bad]


def lines(rows):
    """The lines to print; "!" stands behind what is over budget."""
    cells = [COLUMNS] + [
        [f"{row[name]}{'!' if name in misses(row) else ''}" for name in COLUMNS] for row in with_growth(rows)
    ]
    widths = [max(len(line[n]) for line in cells) for n in range(len(COLUMNS))]
    for line in cells:
        _page, *rest = (cell.rjust(width) for cell, width in zip(line, widths, strict=True))
        yield "  ".join([line[0].ljust(widths[0]), *rest])
