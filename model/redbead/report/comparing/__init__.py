"""How a comparison is told: sentences, tables, figures, one page."""
