"""A service whose message queue client is missing."""
import json
import quietqueue

print(json.dumps(quietqueue.connect("localhost").status()))
