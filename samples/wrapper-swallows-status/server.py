"""Writes its PID where there is no folder, and ends of that."""
import os
import pathlib

(pathlib.Path(__file__).resolve().parent / "run" / "server.pid").write_text(str(os.getpid()))
