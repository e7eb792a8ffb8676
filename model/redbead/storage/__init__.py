"""Storage of results: atomic files, run stores, manifests and folders of studies."""
