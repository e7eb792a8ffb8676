"""STOCKS: stocks and flows of the whole authority, with units."""
