"""The Markdown reports, rendered as GitHub does: nothing that a program said becomes markup, a link or a mention."""

import glob
import html.parser
import shutil
import subprocess
import sys

ALLOWED = set("h2 h3 p table thead tbody tr th td strong em code pre ol li ul details summary sub br".split())
VOID = {"br"}
ATTRIBUTES = {"align", "start", "lang", "class"}
# What report_samples.h puts into every field of the hostile report; bytes that steer a terminal are gone from it.
HOSTILE = ("<script>alert(1)</script>", "<img src=x onerror=y>", "[d](http://e)", "@root #1", "{{headline}}", "*_~$x$")


class Reader(html.parser.HTMLParser):
    def __init__(self):
        super().__init__()
        self.open, self.problems, self.words, self.cells, self.blocks, self.headings = [], [], "", 0, 0, []

    def handle_starttag(self, tag, attrs):
        if tag not in ALLOWED:
            self.problems.append(f"<{tag}> {dict(attrs)}")
        self.problems += [f"<{tag} {key}>" for key, _ in attrs if key not in ATTRIBUTES]
        if tag == "tr":
            self.cells = 0
        self.cells += tag in ("td", "th")
        self.blocks += tag == "details"
        if tag in ("h2", "h3"):
            self.headings.append("")
        if tag not in VOID:
            self.open.append(tag)

    def handle_endtag(self, tag):
        if not self.open or self.open.pop() != tag:
            self.problems.append(f"</{tag}> closes nothing")
        if tag == "tr" and self.cells not in (2, 3):
            self.problems.append(f"a row of {self.cells} cells")

    def handle_data(self, data):
        self.words += data
        if self.open and self.open[-1] in ("h2", "h3"):
            self.headings[-1] += data


def rendered(text):
    # --unsafe: GitHub lets <details> through; what else would come through is found below.
    extensions = [word for name in ("table", "strikethrough", "autolink", "tasklist") for word in ("-e", name)]
    return subprocess.run(["cmark-gfm", "--unsafe", *extensions], input=text, stdout=subprocess.PIPE, check=True,
                          text=True).stdout


def look_at(name):
    with open(name, encoding="utf-8") as file:
        text = file.read()
    reader = Reader()
    reader.feed(rendered(text))
    reader.close()
    problems = reader.problems
    if reader.open:
        problems.append(f"never closed: {reader.open}")
    if len([word for word in reader.headings if word not in ("What to do", "Compared with the good run")]) != 1:
        problems.append(f"headings: {reader.headings}")
    if reader.blocks != text.count("<details><summary>"):
        problems.append("parts that are folded do not begin as they should")
    if "hostile" in name:
        problems += [f"not shown as it is: {word}" for word in HOSTILE if word not in reader.words]
        if "\x1b" in text or "\u202e" in text:
            problems.append("bytes that steer a terminal")
    return problems


def main():
    if not shutil.which("cmark-gfm"):
        print("skipped: cmark-gfm is not installed")
        return 77
    names = sorted(glob.glob("tests/golden/*.md"))
    assert any("hostile" in name for name in names), "no hostile report in tests/golden"
    failed = False
    for name in names:
        for problem in look_at(name):
            failed = True
            print(f"{name}: {problem}")
    return failed


if __name__ == "__main__":
    sys.exit(main())
