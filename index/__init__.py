"""Articles -> vectors -> a versioned FAISS index on disk. Knows nothing of links, HTTP or readers."""

DISTRIBUTION = "related-articles"
"""The name under which both packages are installed."""
