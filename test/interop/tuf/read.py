"""Follows a TUF repository with python-tuf: read.py URL ROOT FOLDER TARGET…; FOLDER keeps what is trusted between runs."""

import os
import sys

from tuf.ngclient import Updater

url, root, folder, *names = sys.argv[1:]
metadata, targets = os.path.join(folder, "metadata"), os.path.join(folder, "targets")
os.makedirs(metadata, exist_ok=True)
os.makedirs(targets, exist_ok=True)
with open(root, "rb") as first:
    updater = Updater(metadata, f"{url}/", targets, f"{url}/targets/", bootstrap=first.read())
updater.refresh()
for name in names:
    info = updater.get_targetinfo(name)
    if info is None:
        sys.exit(f"there is no target {name}")
    updater.download_target(info)
print(*(updater._trusted_set[role].version for role in ("root", "timestamp", "snapshot", "targets")))
