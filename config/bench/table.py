"""The figures as a table, with what is over the budgets of architecture.md §7 marked."""

from config.bench import exports

RATIO, GROWTH, QUERIES, KB = 1.5, 1.5, 12, 150
STATISTICS = ("home, leader", "reports", "statistics", "search")  # beginnings of their names: they look at everything
STATISTICS_RATIO = 5
ROWS_PER_S, MEMORY = {"csv": 20_000, "xlsx": 10_000}, 60  # of exports, by the end of their name; MB
COLUMNS = (
    "page",
    "size",
    "p50_ms",
    "p95_ms",
    "rps8",
    "queries",
    "db_ms",
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
    counts = row["page"].startswith(STATISTICS)
    over = {
        "ratio": row["ratio"] > (STATISTICS_RATIO if counts else RATIO),
        "queries": row["queries"] > QUERIES,
        "kb": row["kb"] > KB,
    }
    over["growth"] = bool(row["growth"]) and not counts and row["growth"] > GROWTH
    return [name for name, bad in over.items() if bad]


def lines(rows):
    """The lines to print; "!" stands behind what is over budget."""
    return _aligned(COLUMNS, with_growth(rows), misses)


def misses_of_export(row):
    """Names of the columns of an export that are over budget; a file of a few rows tells nothing of its speed."""
    least = ROWS_PER_S.get(row["export"].rpartition(" ")[2], 0)
    slow = row["rows"] >= least and row["rows_per_s"] < least
    return [name for name, bad in (("rows_per_s", slow), ("memory_mb", row["memory_mb"] > MEMORY)) if bad]


def export_lines(rows):
    """The lines to print of exports."""
    return _aligned(exports.COLUMNS, rows, misses_of_export)


def _aligned(columns, rows, marked):
    cells = [columns] + [[f"{row[name]}{'!' if name in marked(row) else ''}" for name in columns] for row in rows]
    widths = [max(len(line[n]) for line in cells) for n in range(len(columns))]
    for line in cells:
        _page, *rest = (cell.rjust(width) for cell, width in zip(line, widths, strict=True))
        yield "  ".join([line[0].ljust(widths[0]), *rest])
