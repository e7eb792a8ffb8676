"""What all tests share: a hypothesis profile that does not mind compilation and finds the same examples every time."""

from hypothesis import settings

settings.register_profile("redbead", deadline=None, derandomize=True)
settings.load_profile("redbead")
