"""WHY: one family of rules a file. A rule is a scalar equation with units; a kernel applies it to everyone."""
