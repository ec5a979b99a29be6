"""Faults, done to real servers and commands: `python benchmarks/faults.py [NAME…]`; needs root for small disks."""

import sys
from contextlib import redirect_stdout
from pathlib import Path
from tempfile import TemporaryDirectory

from faults_disk import FAULTS as OF_DISKS
from faults_files import FAULTS as OF_FILES
from faults_homes import FAULTS as OF_HOMES

ALL = {fault.__name__: fault for fault in (*OF_DISKS, *OF_HOMES, *OF_FILES)}


def main(names: list[str]) -> None:
    rows = []
    for name in names or ALL:
        with TemporaryDirectory(prefix="faults-") as folder, redirect_stdout(sys.stderr):
            print("-----", name)
            rows.append(ALL[name](Path(folder)))
            print(rows[-1])
    print("| fault | what was done | what happened | the old version serves | verdict |\n|---|---|---|---|---|")
    for row in rows:
        print(row)
    sys.exit(any(row.bad for row in rows))


if __name__ == "__main__":
    main(sys.argv[1:])
