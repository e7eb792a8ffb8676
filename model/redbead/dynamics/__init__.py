"""Stocks and flows of the whole authority: demand, finance, quality and structural change."""
