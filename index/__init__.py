"""Articles -> vectors -> a versioned FAISS index on disk. Knows nothing of links, HTTP or readers."""
