"""Holds verdicts against truths, and adds up."""

import re

from case import fill

BINS = ((0.0, 0.5), (0.5, 0.8), (0.8, 0.9), (0.9, 0.97), (0.97, 1.01))


def holds(truth, cause, subject, values):
    """Whether cause and subject are what the truth says, as two answers."""
    if truth.cause != cause:
        return False, False
    right_kind = not truth.kinds or subject["kind"] in truth.kinds
    return True, right_kind and bool(re.search(fill(truth.subject, values, re.escape), subject["value"]))


def grade(case, findings, values):
    """ok: cause and subject; cause: only that; top3: the truth is among the first three findings; wrong: neither."""
    def of(finding):
        answers = [holds(truth, finding["cause"], finding["subject"], values) for truth in case.truths]
        return any(cause for cause, _ in answers), any(subject for _, subject in answers)
    cause, subject = of(findings[0])
    if subject:
        return "ok"
    in_three = any(of(finding)[1] for finding in findings[:3])
    if cause:
        return "cause"
    return "top3" if in_three else "wrong"


def among_three(case, findings, values):
    return any(holds(truth, finding["cause"], finding["subject"], values)[1]
               for finding in findings[:3] for truth in case.truths)


def totals(results):
    """What is said about a set of results: numbers for a row of the table."""
    failures = [result for result in results if not result["healthy"]]
    controls = [result for result in results if result["healthy"]]
    return {
        "cases": len(failures),
        "cause": sum(result["grade"] in ("ok", "cause") for result in failures),
        "subject": sum(result["grade"] == "ok" for result in failures),
        "top3": sum(result["top3"] for result in failures),
        "controls": len(controls),
        "accused": sum(result["grade"] != "ok" for result in controls),
    }


def naive_totals(results, name):
    failures = [result for result in results if "naive" in result]
    return {"cases": len(failures),
            "cause": sum(result["naive"][name][0] for result in failures),
            "subject": sum(result["naive"][name][1] for result in failures)}


def calibration(results):
    """Rows of (stated confidence, verdicts, hits of cause, hits of cause and subject, mean of what was stated)."""
    rows = []
    for low, high in BINS:
        inside = [result for result in results if low <= result["confidence"] < high]
        if inside:
            rows.append((f"{low:.2f} to {min(high, 1):.2f}", len(inside),
                         sum(result["grade"] in ("ok", "cause") for result in inside),
                         sum(result["grade"] == "ok" for result in inside),
                         sum(result["confidence"] for result in inside) / len(inside)))
    return rows
