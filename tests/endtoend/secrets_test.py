#!/usr/bin/python3
"""Secrets go in everywhere, and come out nowhere: canaries through every input into every form of report."""

import base64
import json
import os
import pathlib
import re
import subprocess

import harness


def canary(number):
    """A value that occurs nowhere else and has the shape of a good password."""
    return f"Kq7{number:02d}vW3xZp9{number:02d}mT"


JWT = "eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiJjYW5hcnkifQ.QxKq7vW3xZp9mTsomeSignature42"
KEY_LINES = ["MIIEvQIBADANBgkqhkiG9w0BAQEFAASCBKcwggSjAgEAAoIBAQC7VJTUt9Us8cKj", "MzEfYyjiWA4R4/M2bS1GB4t7NXp98C3SC6dVMvDuictGeurT8jNbvJZHtCSuYEvu"]
RANDOM = "pX4kQ9vT2mB7wZ1rL8sD5fH3jN6cY0aGeUiO"

# What people write, and the part of it that nobody else may see.
SAID = [
    ("DB_PASSWORD={}", canary(1)), ("api_key: {}", canary(2)), ('{{"client_secret": "{}"}}', canary(3)),
    ("run --token {} --port 80", canary(4)), ("Authorization: Bearer {}", canary(5)), ("Cookie: session={}", canary(6)),
    ("connect to postgres://app:{}@db.example/shop", canary(7)), ("app:{}@tcp(db.example:3306)/shop", canary(8)),
    ("Server=db;User ID=app;Pwd={};", canary(9)), ("host=db user=app password={} dbname=shop", canary(10)),
    ("CREATE USER app IDENTIFIED BY '{}'", canary(11)), ("X-Api-Key: {}", canary(12)), ("sessionid={}", canary(13)),
    ("csrf_token={}", canary(14)), ("passphrase = '{}'", canary(15)), ("redis://:{}@cache.example:6379/0", canary(16)),
    ("amqp://guest:{}@mq.example/", canary(17)), ("requirepass {}", canary(18)), ("privateKey: \"{}\"", canary(19)),
    ("AccountKey={};EndpointSuffix=x", canary(20)), ("aws_secret_access_key = {}", canary(21)),
    ("GET /login?user=app&password={}&x=1", canary(22)), ("credentials: {}", canary(23)), ("MYSQL_PWD={}", canary(24)),
    ("Proxy-Authorization: Basic {}", base64.b64encode(canary(25).encode()).decode()),
    ("AWS key {}", "AKIAQ7VW3XZP9MTKQ7VW"), ("got {}", "ghp_Kq7vW3xZp9mTKq7vW3xZp9mTKq7vW3xZ"), ("token was {}", JWT),
    ("slack {}", "xoxb-123456789012-Kq7vW3xZp9mT"), ("stripe {}", "sk_live_Kq7vW3xZp9mTKq7v"), ("the value {} was refused", RANDOM),
    ("root:{}:19000:0:99999:7:::", "$6$saltsalt$Kq7vW3xZp9mTKq7vW3xZp9mTKq7vW3xZp9mT"),
]
KEY = "-----BEGIN PRIVATE KEY-----\n" + "\n".join(KEY_LINES) + "\n-----END PRIVATE KEY-----"
SECRETS = [secret for _, secret in SAID] + KEY_LINES

# What must stay readable, or the report is worth nothing.
HARMLESS = [
    "123e4567-e89b-12d3-a456-426614174000", "commit 5f2b1c9d8e7a6b5c4d3e2f1a0b9c8d7e6f5a4b3c", "/etc/ssl/private/shop.key",
    "SGVsbG8gd29ybGQsIHRoaXMgaXMgb3JkaW5hcnkgdGV4dA==", "port 54321", "sha256:9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08",
    "_ZN5boost10filesystem6detail16create_directoryERKNS0_4pathE", "KEYBOARD=us", "password: incorrect", "TOKEN_TTL=3600",
    "org.springframework.boot.autoconfigure.web.ServerProperties", "auth: failed",
]

VICTIM = """import os, socket, subprocess, sys
lines = open(sys.argv[1]).read()
os.write(2, lines.encode())
with open(sys.argv[2], "w") as log:
    log.write(lines)
# A call that has a buffer, and fails.
one, other = socket.socketpair()
other.close()
for line in lines.splitlines():
    try:
        one.send(line.encode(), socket.MSG_NOSIGNAL)
    except OSError:
        pass
    try:
        "/" in line or open("/nowhere/" + line)
    except OSError:
        pass
subprocess.run(["/bin/sh", "-c", "exit 3", "mysql"] + sys.argv[3:])
sys.exit("cannot go on: " + lines.splitlines()[6])
"""


class SecretsTest(harness.EndToEndTest):
    maxDiff = 4000
    FORMATS = ("txt", "md", "html", "json")

    def said(self):
        return "\n".join(text.format(secret) for text, secret in SAID) + "\n" + KEY + "\n"

    def environment(self):
        named = {f"SERVICE{number}_{name}": canary(60 + number) for number, name in enumerate(
            ("PASSWORD", "SECRET", "TOKEN", "API_KEY", "PASSPHRASE", "CREDENTIALS", "PRIVATE_KEY", "AUTH"))}
        return named | {"DATABASE_URL": f"postgres://app:{canary(70)}@db.example/shop", "TLS_PEM": KEY}

    def argv(self):
        return ["--password", canary(80), f"--api-key={canary(81)}", "--db", f"mysql://app:{canary(82)}@db.example/x", f"token={canary(83)}"]

    def all_secrets(self):
        return SECRETS + [canary(number) for number in (*range(60, 71), *range(80, 84))]

    def assert_clean(self, text, where, secrets=None):
        # A secret may not stand there in another spelling or in part either.
        plain = text.replace("&#39;", "'").replace("&quot;", '"').replace("&amp;", "&").replace("\\", "")
        found = [secret for secret in secrets or self.all_secrets() if secret in plain or secret[:12] in plain]
        lines = [line[:300] for line in plain.splitlines() if any(secret[:12] in line for secret in found)]
        self.assertEqual(found, [], f"{where} has secrets:\n" + "\n".join(lines[:8]))

    def reports(self, *words, name="report", **keywords):
        """All forms of one report; also what goes to standard output."""
        paths = [self.folder / f"{name}.{form}" for form in self.FORMATS]
        options = [word for path in paths for word in ("-o", path)]
        run = self.tool(*options, "-v", "-f", "text", *words, **keywords)
        self.assertIn(run.status, (0, 1), run)
        texts = {path.name: path.read_text() for path in paths} | {"standard output": run.stdout}
        run.report = json.loads(texts[f"{name}.json"])
        self.check_schema(run.report)
        return run, texts

    def assert_all_clean(self, texts, secrets=None):
        for where, text in texts.items():
            self.assert_clean(text, where, secrets)

    def victim(self):
        lines = self.file("said", self.said())
        return [*self.python(VICTIM), lines, str(self.folder / "app.log"), *self.argv()]

    def unpacked(self, trace):
        return subprocess.run([self.program("zstd"), "-dcq", trace], stdout=subprocess.PIPE, check=True).stdout.decode()

    def test_a_run_and_what_is_saved_of_it(self):
        trace = self.folder / "run.trace"
        run, texts = self.reports("--save", trace, *self.victim(), env=self.environment())
        self.assert_all_clean(texts)
        self.assert_clean(self.unpacked(trace), "the saved trace")
        self.assertGreater(run.report["masked"], 20)
        self.assertIn("--no-redact", texts["report.txt"])
        self.assertIn("--no-redact", texts["report.html"])
        again, texts = self.reports("--from", trace, name="again")
        self.assert_all_clean(texts)
        self.assertEqual(again.report["verdict"], run.report["verdict"])

    def test_a_saved_trace_with_secrets(self):
        trace = self.folder / "run.trace"
        self.tool("-q", "--no-redact", "--save", trace, *self.victim(), env=self.environment())
        self.assertIn(canary(7), self.unpacked(trace), "--no-redact leaves them")
        _, texts = self.reports("--from", trace)
        self.assert_all_clean(texts)

    def test_a_log_of_strace(self):
        log = self.folder / "strace.log"
        subprocess.run([self.program("strace"), "-f", "-s", "300", "-o", log, *self.victim()], cwd=self.folder,
                       env={"PATH": harness.SEARCH, **self.environment()}, stderr=subprocess.DEVNULL, check=False)
        self.assertIn(canary(7), log.read_text())
        _, texts = self.reports("--from", log)
        self.assert_all_clean(texts)

    def test_two_runs_that_are_compared(self):
        good, bad = self.folder / "good.trace", self.folder / "bad.trace"
        program = self.python("import os, sys\nsys.exit(os.environ['A_PASSWORD'] != sys.argv[1])\n")
        one, other = canary(40), canary(41)
        self.tool("--no-redact", "--save", good, *program, one, env={"A_PASSWORD": one, "SAME_SECRET": canary(42)})
        self.tool("--no-redact", "--save", bad, *program, one, env={"A_PASSWORD": other, "SAME_SECRET": canary(42)})
        run, texts = self.reports("--diff", good, bad)
        self.assert_all_clean(texts, [one, other, canary(42)])
        differing = [item for item in run.report["comparison"]["differences"] if item["name"] == "A_PASSWORD"]
        self.assertEqual(len(differing), 1, "that they differ can be seen")
        self.assertNotEqual(differing[0]["good"], differing[0]["bad"])
        self.assertRegex(differing[0]["bad"], r"^‹secret-\d+›$")

    def test_a_look_without_a_run(self):
        run, texts = self.reports("--check", "/bin/cat", *self.argv(), env=self.environment())
        self.assert_all_clean(texts)
        log = self.tool("--check", self.file("noscript", "#!/no/interpreter\n", 0o755), *self.argv(), env=self.environment())
        self.assert_clean(log.stderr + log.stdout, "the lines for a journal")
        self.assertIn("/no/interpreter", log.stderr)

    def test_reports_that_are_kept(self):
        kept = self.folder / "kept"
        self.tool("--keep-in", kept, *self.victim(), env=self.environment())
        files = list(kept.iterdir())
        self.assertEqual(len(files), 2)
        for path in files:
            self.assert_clean(path.read_text(), path.name)
            self.assertEqual(path.stat().st_mode & 0o777, 0o600)

    def test_lines_of_a_configuration(self):
        self.program("redis-server")
        config = self.file("redis.conf", f"port {self.free_port()}\nrequirepass {canary(50)}\nmasterauth {canary(51)}\nunknown-word {canary(52)}\n"
                           f"user app on >{canary(53)} ~* +@all\n")
        for words in (("redis-server", config), ("--check", "redis-server", config)):
            _, texts = self.reports(*words, name="redis")
            self.assert_all_clean(texts, [canary(50), canary(51), canary(53)])

    def test_what_only_looks_like_a_secret_stays(self):
        lines = self.file("said", "\n".join(HARMLESS) + "\n")
        _, texts = self.reports(*self.python("import sys\nsys.stderr.write(open(sys.argv[1]).read())\nsys.exit(1)\n"), lines)
        for harmless in HARMLESS:
            self.assertIn(harmless, texts["report.txt"])
            self.assertIn(harmless, json.loads(texts["report.json"])["output"]["stderr_tail"])

    def test_hosts_addresses_and_users(self):
        names = {"host": "db7.shop.internal", "address": "203.0.113.77", "six": "2001:db8:7::42", "user": "quentin"}
        said = "\n".join(["cannot reach db7.shop.internal (203.0.113.77)", "quentin@db7.shop.internal: no route to 2001:db8:7::42",
                          "203.0.113.77 is not 203.0.113.78", "root at 127.0.0.1 and 0.0.0.0:80 and www-data stay, see /home/quentin/x"])
        program = self.python("import sys, socket\nsys.stderr.write(sys.argv[1])\n"
                              "s = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)\ns.bind(('203.0.113.77', 0))\n")
        env = {"USER": "quentin", "HOME": "/home/quentin"}
        run, texts = self.reports("--anonymise", *program, said, env=env)
        for where, text in texts.items():
            for name in (*names.values(), "203.0.113.78", os.uname().nodename):
                self.assertNotIn(name, text, where)
            self.assertIn("127.0.0.1", text)
            self.assertIn("www-data", text)
        self.assertGreater(run.report["anonymised"], 5)
        self.assertEqual(run.report["verdict"]["cause"], "address.not-available")
        self.assertRegex(run.report["verdict"]["subject"]["value"], r"‹address-\d›")
        tail = run.report["output"]["stderr_tail"]
        first, other = re.search(r"(‹address-\d›) is not (‹address-\d›)", tail).groups()
        self.assertNotEqual(first, other)
        self.assertIn(f"({first})", tail)
        plain, texts = self.reports(*program, said, env=env, name="plain")
        self.assertIn("203.0.113.77", texts["plain.txt"], "only where it is asked for")
        self.assertEqual(plain.report["anonymised"], 0)

    def test_options_that_contradict_each_other(self):
        self.assert_refused_call(self.tool("--anonymise", "--no-redact", "/bin/true"), "--anonymise", "--no-redact")
        self.assert_refused_call(self.tool("--anonymise", "--save", self.folder / "x", "/bin/true"), "--anonymise", "--save")


if __name__ == "__main__":
    harness.main()
