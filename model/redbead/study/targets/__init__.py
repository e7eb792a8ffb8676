"""The model held against published figures: levels that it has, targets that were published, and the verdicts."""
