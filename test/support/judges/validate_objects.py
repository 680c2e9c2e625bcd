"""Validates the objects of YAML files, strictly, against Kubernetes' schemas of the oldest version, of 1.29 and of the newest.

Prints JSON: {"versions": [...], "validated": n, "errors": ["..."]}. Kinds of apiVersion mooring.dev/* are left out:
Kubernetes does not know them.
"""
import functools
import json
import sys

import yaml
from kubernetes_validate import utils

utils.schema_contents = functools.lru_cache(maxsize=None)(utils.schema_contents)
versions = [utils.all_versions()[0], "1.29.0", utils.latest_version()]
# Until 1.28 the schema asked for a field that the server itself did not ask for, in its own documented example too.
KNOWN = "'onPodConditions' is a required property"
errors = []
validated = 0
for path in sys.argv[1:]:
    with open(path, encoding="utf-8") as file:
        objects = list(yaml.load_all(file, Loader=yaml.CSafeLoader))
    for each in objects:
        if each["apiVersion"].startswith("mooring.dev/"):
            continue
        for version in versions:
            validated += 1
            try:
                utils.validate(each, version, strict=True)
            except utils.ValidationError as error:
                if error.message == KNOWN and utils.Version(version) < utils.Version("1.29"):
                    continue
                where = ".".join(str(part) for part in error.path)
                errors.append(f"{path}: {each['kind']} {each['metadata']['name']}, {version}: {where}: {error.message}")
            except Exception as error:  # a schema that is missing is an error, too
                errors.append(f"{path}: {each['kind']} {each['metadata']['name']}, {version}: {getattr(error, 'message', error)}")
json.dump({"versions": versions, "validated": validated, "errors": errors}, sys.stdout)
