"""The score as a table, for the terminal and for README.md."""

import judge
import naive

BEGIN, END = "<!-- score: written by ./dev score --table -->", "<!-- end of score -->"


def share(count, of):
    return f"{100 * count / of:.0f} %" if of else "–"


def rows(results):
    """The rows of the big table, as lists of cells."""
    cases = [result for result in results if "log" not in result]
    parts = [("whywontitstart, open cases", [result for result in cases if not result["held_out"]]),
             ("whywontitstart, held-out cases", [result for result in cases if result["held_out"]]),
             ("whywontitstart, logs of strace from elsewhere", [result for result in results if "log" in result])]
    table = [["", "failures", "cause", "cause and subject", "among the first three", "healthy starts accused"]]
    for name, part in parts:
        if part:
            sums = judge.totals(part)
            shares = [share(sums[key], sums["cases"]) for key in ("cause", "subject", "top3")]
            table.append([name, str(sums["cases"]), *shares, f"{sums['accused']} of {sums['controls']}"])
    if any("naive" in result for result in results):
        for short, name in naive.NAMES.items():
            sums = judge.naive_totals(results, short)
            table.append([name, str(sums["cases"]), share(sums["cause"], sums["cases"]),
                          share(sums["subject"], sums["cases"]), "–", "–"])
    return table


def confidence_rows(results):
    table = [["stated confidence", "verdicts", "mean stated", "cause right", "cause and subject right"]]
    for name, count, cause, subject, mean in judge.calibration(results):
        table.append([name, str(count), f"{100 * mean:.0f} %", share(cause, count), share(subject, count)])
    return table


def markdown(table):
    lines = ["| " + " | ".join(line) + " |" for line in table]
    lines.insert(1, "| --- |" + " ---: |" * (len(table[0]) - 1))
    return "\n".join(lines)


def aligned(table):
    widths = [max(len(line[column]) for line in table) for column in range(len(table[0]))]
    return "\n".join("  ".join(cell.ljust(width) if index == 0 else cell.rjust(width)
                               for index, (cell, width) in enumerate(zip(line, widths))) for line in table)


def text(results):
    return aligned(rows(results)) + "\n\n" + aligned(confidence_rows(results)) if results else ""


def into_readme(results, path):
    before, _, rest = path.read_text().partition(BEGIN)
    _, found, after = rest.partition(END)
    if not found:
        raise SystemExit(f"{path} has no place for the table: two lines '{BEGIN}' and '{END}'")
    tables = markdown(rows(results)) + "\n\n" + markdown(confidence_rows(results))
    path.write_text(f"{before}{BEGIN}\n\n{tables}\n\n{END}{after}")
