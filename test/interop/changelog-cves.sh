#!/usr/bin/env bash
# What Debian's own reader says: for each line `SOURCE VERSION CHANGELOG` (plain or gzipped) of standard input, prints
# `SOURCE CVE` for each vulnerability that entries newer than VERSION name, as dpkg-parsechangelog reads them; and
# `SOURCE CVE other` for those that are only written in another way than CVE-2024-1234. Shares nothing with Temper.
# (--since with --all would give all entries; a VERSION that is the newest gives all too, so it must not be.)
set -euo pipefail
plain_file=$(mktemp)
trap 'rm -f "$plain_file"' EXIT
while read -r source version changelog; do
  zcat -f "$changelog" >"$plain_file"
  changes=$(dpkg-parsechangelog --file "$plain_file" --since "$version" --show-field Changes 2>/dev/null)
  plain=$(grep -oE 'CVE-[0-9]{4}-[0-9]{4,}' <<<"$changes" | sort -u || true)
  other=$(grep -oiE '\b(CVE[-_ ]|CAN-)[0-9]{4}[-_](\{[0-9, ]+\}|[0-9]{4,}((/|, ?|,? and )-?[0-9]{4,7}\b)*)' <<<"$changes" \
    | sed -E 's/^.{4}//; s/_/-/; s/^([0-9]{4})-(.*)/\1 \2/' \
    | awk '{ year = $1; $1 = ""; n = split($0, ids, /[^0-9]+/); for (i = 1; i <= n; i++) if (ids[i] != "") print "CVE-" year "-" ids[i] }' \
    | sort -u || true)
  [ -z "$plain" ] || sed "s/^/$source /" <<<"$plain"
  [ -z "$other" ] || comm -13 <(printf '%s\n' "$plain") <(printf '%s\n' "$other") | sed "s/.*/$source & other/"
done
