"""DOES IT BEHAVE: checks of behaviour as data, their set-ups run in pairs, and what they come to."""
