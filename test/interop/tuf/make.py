"""Makes a TUF repository with python-tuf: make.py FOLDER FILE; metadata/ and targets/ stand in FOLDER.

Two of three holders with keys of three kinds sign the root, which is replaced once with one of them and with the key of the
timestamp. FILE is the target trusted_root.json of one of four bins, which a role for *.json divides names among.
"""

import hashlib
import os
import sys
from datetime import datetime, timedelta, timezone

from securesystemslib.signer import CryptoSigner
from tuf.api.metadata import (
    DelegatedRole,
    Delegations,
    Metadata,
    Root,
    Snapshot,
    SuccinctRoles,
    TargetFile,
    Targets,
    Timestamp,
)
from tuf.api.serialization.json import JSONSerializer

folder, path = sys.argv[1:]
expires = datetime.now(timezone.utc).replace(microsecond=0) + timedelta(days=5)
metadata, targets = os.path.join(folder, "metadata"), os.path.join(folder, "targets")
os.makedirs(metadata)
os.makedirs(targets)


def write(name, signed, signers):
    document = Metadata(signed)
    for signer in signers:
        document.sign(signer, append=True)
    document.to_file(os.path.join(metadata, name), JSONSerializer(compact=True))


def put(name, content):
    file = TargetFile.from_data(name, content, ["sha256", "sha512"])
    parts = name.split("/")
    parts[-1] = f"{hashlib.sha256(content).hexdigest()}.{parts[-1]}"
    place = os.path.join(targets, *parts)
    os.makedirs(os.path.dirname(place), exist_ok=True)
    with open(place, "wb") as out:
        out.write(content)
    return file


holders = [CryptoSigner.generate_ed25519(), CryptoSigner.generate_ecdsa(), CryptoSigner.generate_rsa()]
new_holder, online, new_online = (CryptoSigner.generate_ecdsa() for _ in range(3))
role_signer, bin_signer = CryptoSigner.generate_ed25519(), CryptoSigner.generate_ecdsa()

root = Root(version=1, expires=expires, consistent_snapshot=True)
for holder in holders:
    root.add_key(holder.public_key, "root")
    root.add_key(holder.public_key, "targets")
for role in ("snapshot", "timestamp"):
    root.add_key(online.public_key, role)
root.roles["root"].threshold = root.roles["targets"].threshold = 2
write("1.root.json", root, holders[:2])

root.version = 2
for role in ("root", "targets"):
    root.revoke_key(holders[0].public_key.keyid, role)
    root.add_key(new_holder.public_key, role)
root.revoke_key(online.public_key.keyid, "timestamp")
root.add_key(new_online.public_key, "timestamp")
write("2.root.json", root, [*holders, new_holder])

with open(path, "rb") as source:
    content = source.read()
succinct = SuccinctRoles([bin_signer.public_key.keyid], 1, 2, "bin")
bins = {name: Targets(version=1, expires=expires) for name in succinct.get_roles()}
bins[succinct.get_role_for_target("trusted_root.json")].targets["trusted_root.json"] = put("trusted_root.json", content)
for name, one in bins.items():
    write(f"1.{name}.json", one, [bin_signer])

of_json = Targets(version=3, expires=expires)
of_json.delegations = Delegations({bin_signer.public_key.keyid: bin_signer.public_key}, succinct_roles=succinct)
write("3.of json.json", of_json, [role_signer])

top = Targets(version=4, expires=expires)
top.targets["notes/für alle.txt"] = put("notes/für alle.txt", b"notes\n")
key = role_signer.public_key
role = DelegatedRole("of json", [key.keyid], 1, True, paths=["*.json"])
top.delegations = Delegations({key.keyid: key}, roles={"of json": role})
write("4.targets.json", top, [holders[1], new_holder])

snapshot = Snapshot(version=5, expires=expires)
snapshot.meta["targets.json"].version = 4
for name in ("of json", *bins):
    snapshot.meta[f"{name}.json"] = type(snapshot.meta["targets.json"])(3 if name == "of json" else 1)
write("5.snapshot.json", snapshot, [online])
timestamp = Timestamp(version=6, expires=expires)
timestamp.snapshot_meta.version = 5
write("timestamp.json", timestamp, [new_online])
