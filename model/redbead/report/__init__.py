"""Reports: sentences, tables and figures from results, as HTML, text and images."""
