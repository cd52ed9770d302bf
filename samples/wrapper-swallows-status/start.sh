#!/bin/sh
cd "$(dirname "$0")" || exit 1
/usr/bin/python3 server.py >server.log 2>&1
echo "server started"
exit 0
