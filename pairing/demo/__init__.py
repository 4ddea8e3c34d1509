"""The demo worlds: the article's programme of 2020–2021 and a small one of this year, played through the front door."""
