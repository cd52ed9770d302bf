#!/bin/sh
# The arrows of ARCHITECTURE.md: a folder of src/ includes only what tests/layers.txt allows it, directly or by way of others.
# shellcheck disable=SC2013  # what is read are words
status=0
closure() { for next in $(sed -n "s/^$1: *//p" tests/layers.txt); do echo "$next"; closure "$next"; done; }
for folder in src/*/; do
  name=$(basename "$folder")
  grep -q "^$name:" tests/layers.txt || { echo "src/$name is not in tests/layers.txt"; status=1; }
  allowed=" $name $(closure "$name" | sort -u | tr '\n' ' ')"
  for found in $(grep -rhoE '^#include "[a-z_]+/' "$folder" | sed 's/.*"//; s,/,,' | sort -u); do
    case "$allowed" in
      *" $found "*) ;;
      *) echo "src/$name includes $found/, which tests/layers.txt does not allow"; status=1 ;;
    esac
  done
done
exit $status
