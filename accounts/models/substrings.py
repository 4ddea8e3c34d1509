"""Finding every piece of a text of any length, by index and without extensions (architecture.md §4).

The pieces are the pairs of neighbouring characters, width and case folded. A text holds a word where it holds all pairs
of the word; only for three characters and more must it be read again. A single character is the beginning of a pair.
"""

import unicodedata

from django.contrib.postgres.search import SearchVectorField
from django.db.models import BooleanField, Func, Q, TextField, Value
from django.db.models.lookups import Contains

# The columns stand on lines of their own, so that no word reaches from one into the next.
LINES = " || E'\\n' || "
MOST_WORDS = 5

# The cost is what it takes, some 20 µs: with less said, rows would be read one by one where the index has the answer.
CREATE_PIECES = """
CREATE OR REPLACE FUNCTION text_pieces(content text) RETURNS tsvector
LANGUAGE sql IMMUTABLE STRICT PARALLEL SAFE COST 2000 AS $$
    SELECT array_to_tsvector(array_agg(substr(folded, n, 2)))
    FROM (SELECT lower(normalize(content, NFKC)) AS folded) AS text, generate_series(1, length(folded)) AS n
$$
"""
DROP_PIECES = "DROP FUNCTION text_pieces(text)"


class Pieces(Func):
    """The pieces of the columns given: the expression of their index."""

    function = "text_pieces"
    arg_joiner = LINES
    output_field = SearchVectorField()


class Folded(Func):
    """The text of the columns given, one a line, width and case folded."""

    template = "lower(normalize(%(expressions)s, NFKC))"
    arg_joiner = LINES
    output_field = TextField()


class Holds(Func):
    """Whether the Pieces hold all of a word's."""

    template = "%(expressions)s::tsquery"
    arg_joiner = " @@ "
    output_field = BooleanField()


def holding(text, *columns):
    """A Q: the columns, together, hold every word of `text`. An empty text is held by all."""
    found = Q()
    for word in unicodedata.normalize("NFKC", text).lower().split()[:MOST_WORDS]:
        found &= Q(Holds(Pieces(*columns), Value(_asked(word))))
        if len(word) > 2:
            found &= Q(Contains(Folded(*columns), word))
    return found


def _asked(word):
    """The pieces of a word as a tsquery."""
    if len(word) == 1:
        return f"{_quoted(word)}:*"
    return " & ".join(dict.fromkeys(_quoted(word[n : n + 2]) for n in range(len(word) - 1)))


def _quoted(piece):
    return "'" + piece.replace("\\", "\\\\").replace("'", "''") + "'"
