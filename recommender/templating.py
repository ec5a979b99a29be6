"""Templates of a package: everything in them is escaped, and nothing that is missing is shown as empty."""

from jinja2 import Environment, PackageLoader, StrictUndefined


def templates_in(package: str) -> Environment:
    """The templates in a package's `templates` folder, without the lines that only tags stand in."""
    return Environment(
        loader=PackageLoader(package), autoescape=True, undefined=StrictUndefined, trim_blocks=True, lstrip_blocks=True
    )
