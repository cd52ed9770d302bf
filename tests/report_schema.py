"""The reports of tests/golden obey docs/report.schema.json, and have no key that it does not describe."""

import copy
import glob
import json
import sys


def closed(schema):
    """The schema, with every key that it does not describe forbidden. Readers get the open one: keys may be added."""
    schema = copy.deepcopy(schema)
    nodes = [schema]
    while nodes:
        node = nodes.pop()
        if isinstance(node, list):
            nodes.extend(node)
        elif isinstance(node, dict):
            if "properties" in node:
                node.setdefault("additionalProperties", False)
                missing = set(node["properties"]) - set(node.get("required", []))
                assert not missing, f"a key is always there, if only as null: {missing}"
            nodes.extend(node.values())
    return schema


def main():
    try:
        import jsonschema
    except ImportError:
        print("skipped: python3-jsonschema is not installed")
        return 77
    with open("docs/report.schema.json") as file:
        schema = json.load(file)
    jsonschema.Draft202012Validator.check_schema(schema)
    validator = jsonschema.Draft202012Validator(closed(schema))

    failed = False
    reports = sorted(glob.glob("tests/golden/*.json"))
    assert reports, "no reports in tests/golden"
    for name in reports:
        with open(name) as file:
            report = json.load(file)
        for error in validator.iter_errors(report):
            failed = True
            print(f"{name}: {'/'.join(map(str, error.path))}: {error.message}")
        if list(report) != list(schema["properties"]):
            failed = True
            print(f"{name}: top-level keys in another order: {list(report)}")
        if report["verdict"]["cause"] != report["findings"][0]["cause"]:
            failed = True
            print(f"{name}: the verdict is not the first finding")
    return failed


if __name__ == "__main__":
    sys.exit(main())
