"""A daemon that cannot do without its configuration, and is not precise about why it ends."""
import pathlib
import sys

here = pathlib.Path(__file__).resolve().parent
try:
    settings = (here / "etc" / "mail-gate.conf").read_text()
except OSError:
    sys.exit("mailgate: cannot read the configuration, giving up")
print("listening on", settings)
