#!/usr/bin/python3
"""What the documentation shows is what the tool does."""

import re

import harness

DOCUMENTS = [harness.TREE / "README.md", harness.TREE / "ARCHITECTURE.md", harness.TREE / "CONTRIBUTING.md",
             harness.TREE / "CHANGELOG.md", harness.TREE / "rules/README.md", *(harness.TREE / "docs").glob("*.md")]


class DocsTest(harness.EndToEndTest):
    def test_links_lead_somewhere(self):
        checked = 0
        for document in DOCUMENTS:
            text = re.sub(r"```.*?```", "", document.read_text(), flags=re.S)
            headings = {re.sub(r"[^\w -]", "", line.lstrip("# ").lower()).replace(" ", "-")
                        for line in text.splitlines() if line.startswith("#")}
            for target in re.findall(r"\]\(([^)\s]+)\)", text):
                if target.startswith("#"):
                    self.assertIn(target[1:], headings, document)
                elif "://" not in target:
                    self.assertTrue((document.parent / target.partition("#")[0]).exists(), f"{target} in {document}")
                checked += 1
        self.assertGreater(checked, 100)

    def test_options_exist(self):
        known = set(re.findall(r"(?<![\w-])--?[a-zA-Z][\w-]*", self.tool("--help").stdout))
        checked = 0
        for document in DOCUMENTS:
            for line in document.read_text().splitlines():
                for call in re.findall(r"(?<![\w/.-])whywontitstart((?: +-[\w-]+(?: +[^-|;`\s]\S*)?)+)", line):
                    for option in re.findall(r"(?<= )--?[a-zA-Z][\w-]*", call.partition(" -- ")[0]):
                        self.assertIn(option, known, f"{document}: {line}")
                        checked += 1
        self.assertGreater(checked, 20)

    def test_rules_of_the_documentation(self):
        """All of them are whole and pass their own tests; the first one says what the page shows."""
        blocks = re.findall(r"```yaml\n(.*?)```", (harness.TREE / "docs/rules.md").read_text(), re.S)
        self.assertEqual(len(blocks), 3)
        for number, block in enumerate(blocks):
            run = self.tool("--check-rules", self.file(f"{number}.yaml", block))
            self.assertEqual(run.status, 0, run)
        billing = self.file("billing", '#!/bin/sh\necho "E1042: tariff set 2024 not loaded" >&2\nexit 3\n', 0o755)
        self.assert_verdict(self.diagnose(billing), "app.error", "text", "E1042: tariff set 2024 not loaded")
        run = self.diagnose("--rules", self.folder / "0.yaml", billing)
        self.assert_verdict(run, "data.incompatible", "text", "tariff set 2024")
        self.assertIn("billing has no tariff set 2024: it is loaded once a year, by hand", run.stderr)


if __name__ == "__main__":
    harness.main()
