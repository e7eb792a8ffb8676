"""WHO WATCHES: inspectors, grades and what follows from them, takeover, the public."""
