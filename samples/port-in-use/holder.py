"""Listens on a free port of 127.0.0.1 and says which."""
import signal
import socket

listener = socket.create_server(("127.0.0.1", 0))
print(listener.getsockname()[1], flush=True)
signal.pause()
