"""The HTML reports load nothing, run nothing and are well-formed, whatever a program put into them."""

import base64
import glob
import hashlib
import html.parser
import re
import sys

ALLOWED = set("html head meta title style body main header h1 h2 section dl dt dd ol ul li div span pre code p b"
              " details summary footer strong svg desc line rect text tspan path circle".split())
VOID = {"meta"}
# What the style sheet, the labels, the order of reading and the picture need; nothing that loads, runs or links.
ATTRIBUTES = set("role width height x x1 x2 y y1 y2 cx cy r d overflow text-anchor lang charset http-equiv content name class id aria-labelledby aria-label aria-hidden tabindex open".split())


class Reader(html.parser.HTMLParser):
    def __init__(self):
        super().__init__()
        self.open, self.problems, self.style, self.policy, self.ids = [], [], "", "", []

    def handle_starttag(self, tag, attrs):
        if tag not in ALLOWED:
            self.problems.append(f"<{tag}>")
        for key, value in attrs:
            if key not in ATTRIBUTES:
                self.problems.append(f"<{tag} {key}>")
            if key == "id":
                self.ids.append(value)
        if dict(attrs).get("http-equiv") == "Content-Security-Policy":
            self.policy = dict(attrs)["content"]
        if tag not in VOID:
            self.open.append(tag)

    def handle_endtag(self, tag):
        if not self.open or self.open.pop() != tag:
            self.problems.append(f"</{tag}> closes nothing")

    def handle_data(self, data):
        if self.open and self.open[-1] == "style":
            self.style += data
            if re.search(r"url\(|@import|expression", data):
                self.problems.append("the style sheet loads something")


failed = False
pages = sorted(glob.glob("tests/golden/*.html"))
assert pages, "no pages in tests/golden"
for name in pages:
    reader = Reader()
    with open(name, encoding="utf-8") as file:
        reader.feed(file.read())
    reader.close()
    digest = base64.b64encode(hashlib.sha256(reader.style.encode()).digest()).decode()
    wanted = f"default-src 'none'; style-src 'sha256-{digest}'; base-uri 'none'; form-action 'none'"
    if reader.policy != wanted:
        reader.problems.append(f"the policy in templates/report.html.mustache has to be: {wanted}")
    if reader.open:
        reader.problems.append(f"never closed: {reader.open}")
    if len(set(reader.ids)) != len(reader.ids):
        reader.problems.append(f"an id occurs twice: {reader.ids}")
    for problem in reader.problems:
        failed = True
        print(f"{name}: {problem}")
sys.exit(failed)
