"""Many policies on the same dice: what is asked, what is run and kept, and how the answer is judged."""
