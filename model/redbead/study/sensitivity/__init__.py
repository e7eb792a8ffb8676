"""Which of the numbers that nobody knows matter: screening, shares of variance over time, what to find out next."""
