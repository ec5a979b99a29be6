"""What an answer looks like, for the documentation: two articles of the bundled newsroom."""

from pydantic.config import JsonDict

EXAMPLE: JsonDict = {
    "request_id": "5d41c3d9a2b0f6e17c80aa41",
    "index": {"version": "20261124T031500-9f2c1a", "built_at": "2026-11-24T03:15:00Z"},
    "source": {
        "id": "cp-0914-marchetti-calls",
        "url": "https://calderpost.example/2026/09/14/marchetti-calls",
        "title": "Marchetti speaks to Veslandic and Tarn counterparts ahead of Osterholm trip",
        "published_at": "2026-09-14T12:10:00Z",
        "language": "en",
        "known": True,
    },
    "items": [
        {
            "position": 1,
            "id": "cp-0908-tarn-offers-mediation",
            "url": "https://calderpost.example/2026/09/08/tarn-offers-mediation",
            "title": "Tarn offers a table, and a lunch, to end the Skerry Bank row",
            "published_at": "2026-09-08T15:05:00Z",
            "section": "World",
            "language": "en",
            "image": {
                "src": "https://calderpost.example/images/tarn-offers-mediation.jpg",
                "width": 1200,
                "height": 800,
                "alt": "A silver-haired man at a lectern gestures with one open hand before two rows of flags.",
            },
            "excerpt": "The third country with an interest in the fishing ground says it will host talks; "
            "neither neighbour has said no.",
            "score": 0.41,
            "relation": "same_story",
            "why": {
                "label": "Also about: Skerry Bank, Tarn Republic",
                "shared": ["Skerry Bank", "Tarn Republic"],
                "signals": {"meaning": 0.72, "words": 0.29},
            },
        }
    ],
    "returned": 1,
    "fallback": "fewer_than_asked",
}
