"""Opens all parts of its index at the start."""
import pathlib
import sys

parts = pathlib.Path(__file__).resolve().parent / "parts"
parts.mkdir()
for number in range(100):
    (parts / str(number)).touch()
try:
    opened = [part.open() for part in parts.iterdir()]
except OSError as error:
    sys.exit(f"index: {error}")
print(len(opened), "parts are open")
