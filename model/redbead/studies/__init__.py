"""Studies: one package or module per question that simulations answer."""
