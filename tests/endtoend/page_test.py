#!/usr/bin/python3
"""HTML reports in a real browser: nothing runs, loads or sticks out, and all can be read, reached and printed."""

import os
import pathlib
import sys

import harness

sys.path.insert(0, str(harness.TREE / "tests"))
from browser import Browser, program  # noqa: E402

HOSTILE = "<img src=x onerror=alert(1)><script>alert(2)</script><a href='http://192.0.2.1/'>x</a>\"'&lt;`${x}` \u202egnp.exe"

# Ratios of contrast as WCAG 2.1 has them (1.4.3, 1.4.11), of every element that shows words of its own.
CONTRAST = """
(() => {
  const parse = text => (text.match(/[\\d.]+/g) || [0, 0, 0, 0]).map(Number);
  const light = ([r, g, b]) => {
    const part = c => (c /= 255) <= 0.03928 ? c / 12.92 : ((c + 0.055) / 1.055) ** 2.4;
    return 0.2126 * part(r) + 0.7152 * part(g) + 0.0722 * part(b);
  };
  const ground = element => {
    for (; element; element = element.parentElement) {
      const colour = parse(getComputedStyle(element).backgroundColor);
      if (colour.length === 3 || colour[3] > 0.99) return colour;
    }
    return [255, 255, 255];
  };
  const weak = [];
  for (const element of document.querySelectorAll('body *')) {
    const words = [...element.childNodes].some(node => node.nodeType === 3 && node.data.trim());
    if (!words || ['title', 'desc', 'STYLE'].includes(element.tagName) || !element.getClientRects().length) continue;
    const style = getComputedStyle(element);
    const ink = parse(element.closest('svg') ? style.fill : style.color);
    const [one, other] = [light(ink), light(ground(element))].sort((a, b) => b - a);
    const ratio = (one + 0.05) / (other + 0.05);
    if (ratio < 4.5) weak.push(`${element.tagName}.${element.getAttribute('class')} ${ratio.toFixed(2)}`);
  }
  return [...new Set(weak)];
})()"""

# Whatever reaches over the right edge and is not inside something that scrolls by itself.
STICKS_OUT = """
[...document.querySelectorAll('body *')].filter(element => !element.closest('pre') && !element.closest('svg') &&
  element.getBoundingClientRect().right > document.documentElement.clientWidth + 0.5)
  .map(element => `${element.tagName}.${element.getAttribute('class')}`)"""

# Words of the picture beyond its edges would be cut off.
CUT_OFF = """
(() => {
  const picture = document.querySelector('svg.picture');
  if (!picture) return [];
  const frame = picture.closest('section').getBoundingClientRect();
  return [...picture.querySelectorAll('text')].filter(text => {
    const box = text.getBoundingClientRect();
    return box.width > 0 && (box.right > frame.right || box.left < frame.left);
  }).map(text => text.textContent);
})()"""

COVERED = """
(() => {
  const boxes = [...document.querySelectorAll('svg.picture text')].map(text => [text.getBoundingClientRect(), text.textContent]);
  const hits = [];
  boxes.forEach(([one, words], index) => boxes.slice(index + 1).forEach(([other, more]) => {
    if (one.left < other.right && other.left < one.right && one.top + 2 < other.bottom && other.top + 2 < one.bottom)
      hits.push(`${words} / ${more}`);
  }));
  return hits;
})()"""


class PageTest(harness.EndToEndTest):
    @classmethod
    def setUpClass(cls):
        cls.browser = Browser() if program() else None

    @classmethod
    def tearDownClass(cls):
        if cls.browser:
            cls.browser.__exit__()

    def setUp(self):
        super().setUp()
        self.need(self.browser, "chromium")

    def page(self, *words, **keywords):
        path = self.folder / "report.html"
        self.tool("-o", path, *words, **keywords)
        self.assertTrue(path.exists())
        return path

    def assert_sound(self, path):
        """In both schemes and three widths, closed and open."""
        for scheme in ("light", "dark"):
            for width in (1280, 700, 360):
                with self.subTest(scheme=scheme, width=width):
                    self.look_at(path, scheme, width)

    def look_at(self, path, scheme, width):
        browser = self.browser
        browser.open(path.as_uri(), width, scheme)
        browser.run("document.querySelectorAll('details').forEach(part => part.open = true)")
        self.assertEqual(browser.run(STICKS_OUT), [])
        self.assertLessEqual(browser.run("document.documentElement.scrollWidth - document.documentElement.clientWidth"), 0)
        self.assertEqual(browser.run(CUT_OFF), [])
        self.assertEqual(browser.run(COVERED), [])
        self.assertEqual(browser.run(CONTRAST), [])
        self.assertEqual(browser.named("Runtime.exceptionThrown"), [])
        self.assertEqual(browser.named("Runtime.consoleAPICalled"), [])
        self.assertEqual(browser.named("Log.entryAdded"), [], "the console is silent: the policy refused nothing")
        self.assertEqual(browser.named("Page.javascriptDialogOpening"), [])
        asked = {event["request"]["url"] for event in browser.named("Network.requestWillBeSent")}
        self.assertEqual(asked, {path.as_uri()}, "nothing is loaded")
        self.assertEqual(browser.run("document.querySelectorAll('script, img, a, iframe, object, embed, form, link, base').length"), 0)
        if folder := os.environ.get("SCREENSHOTS"):
            browser.run("document.querySelectorAll('details').forEach(part => part.open = false)")
            browser.screenshot(pathlib.Path(folder) / f"{self._testMethodName[5:]}-{width}-{scheme}.png")

    def children(self):
        return self.file("start.sh", "#!/bin/sh\necho starting >&2\nsleep 0.05 &\n(cat /nowhere/first.conf)\n"
                         "python3 -B -c 'import this_is_not_there' || exit 3\n", 0o755)

    def test_a_port_that_is_taken(self):
        port = self.held_port()
        self.assert_sound(self.page(*self.python(f"import socket\nsocket.socket().bind(('127.0.0.1', {port}))\n")))

    def test_a_start_of_several_processes(self):
        path = self.page(self.children())
        self.assert_sound(path)
        run = self.browser.run
        self.assertGreaterEqual(run("document.querySelectorAll('.picture .life').length"), 3)
        self.assertGreaterEqual(run("document.querySelectorAll('.picture .fork').length"), 2)
        self.assertEqual(run("document.querySelectorAll('.picture svg.decision').length"), 1, "what decides is marked")
        self.assertEqual(run("document.querySelectorAll('ol.moments .decisive').length"), 1, "in words, too")

    def test_a_start_that_went_well(self):
        self.assert_sound(self.page(*self.python("print('fine')\n")))

    def test_a_program_that_hangs(self):
        path = self.page("-t", "3", "/bin/sh", "-c", "sleep 0.1; exec sleep 100")
        self.assert_sound(path)
        self.assertEqual(self.browser.run("document.querySelectorAll('.picture .cut').length"), 1, "the silence is cut short")

    def test_a_look_without_a_run(self):
        self.assert_sound(self.page("--check", self.file("script", "#!/no/interpreter\n", 0o755)))

    def test_a_log_without_times(self):
        log = self.file("strace.log", '7 execve("/usr/bin/server", ["server"], 0x7ffd /* 9 vars */) = 0\n'
                        '7 openat(AT_FDCWD, "/etc/server.conf", O_RDONLY) = -1 ENOENT (No such file or directory)\n'
                        '7 write(2, "server: no configuration\\n", 25) = 25\n7 exit_group(1) = ?\n7 +++ exited with 1 +++\n')
        self.assert_sound(self.page("--from", log))

    def test_a_crowd_of_processes(self):
        path = self.page("/bin/sh", "-c", "i=0; while [ $i -lt 60 ]; do i=$((i+1)); (cat /nowhere/$i) ; done; exit 1")
        self.assert_sound(path)
        self.assertLessEqual(self.browser.run("document.querySelectorAll('.picture .life').length"), 30)
        self.assertIn("Not drawn", self.browser.run("document.body.innerText"))

    def test_names_that_are_markup(self):
        script = self.file("h", f"import sys\nsys.stderr.write({HOSTILE!r} + '\\n')\nopen('/nowhere/' + {HOSTILE!r}.replace('/', ''))\n")
        path = self.page(self.program("python3"), "-B", script, HOSTILE, env={"X": HOSTILE})
        self.assert_sound(path)
        self.assertIn("<script>alert(2)", self.browser.run("document.body.innerText"), "shown as the words that they are")
        self.assertNotIn("\u202e", self.browser.run("document.body.textContent"))

    def test_all_can_be_reached_by_keyboard(self):
        browser = self.browser
        browser.open(self.page(self.children()).as_uri(), 1280)
        wanted = browser.run("document.querySelectorAll('summary').length")
        reached = set()
        for _ in range(wanted * 3 + 20):
            browser.press("Tab", 9)
            tag, outlined = browser.run(
                "[document.activeElement.tagName, getComputedStyle(document.activeElement).outlineStyle !== 'none']")
            if tag in ("SUMMARY", "PRE"):
                self.assertTrue(outlined, f"{tag} shows that it has the focus")
            if tag == "SUMMARY":
                index = browser.run("[...document.querySelectorAll('summary')].indexOf(document.activeElement)")
                if index not in reached and not browser.run("document.activeElement.parentElement.open"):
                    browser.press("Enter", 13)
                    self.assertTrue(browser.run("document.activeElement.parentElement.open"), "Enter opens it")
                reached.add(index)
        self.assertEqual(len(reached), browser.run("document.querySelectorAll('summary').length"))

    def test_what_a_screen_reader_gets(self):
        browser = self.browser
        browser.open(self.page(self.children()).as_uri(), 1280)
        self.assertEqual(browser.run("document.documentElement.lang"), "en")
        levels = browser.run("[...document.querySelectorAll('h1, h2, h3')].map(head => +head.tagName[1])")
        self.assertEqual(levels[0], 1)
        self.assertEqual(levels.count(1), 1)
        self.assertTrue(all(after - before <= 1 for before, after in zip(levels, levels[1:])), levels)
        nodes = browser.ask("Accessibility.getFullAXTree")["nodes"]
        pictures = [node for node in nodes if node.get("role", {}).get("value") in ("img", "image")]
        named = [node for node in pictures if "The start over time" in node.get("name", {}).get("value", "")]
        self.assertEqual(len(named), 1, "the picture has a name")

    def test_it_can_be_printed(self):
        browser = self.browser
        browser.open(self.page(self.children()).as_uri(), 800, "dark", "print")
        self.assertEqual(browser.run("getComputedStyle(document.body).backgroundColor"), "rgb(255, 255, 255)")
        self.assertEqual(browser.run(CONTRAST), [])
        hidden = "[...document.querySelectorAll('details > :not(summary)')].filter(part => !part.checkVisibility()).length"
        self.assertEqual(browser.run(hidden), 0, "what is folded on the screen is printed")
        self.assertGreater(len(browser.ask("Page.printToPDF")["data"]), 1000)


if __name__ == "__main__":
    harness.main()
