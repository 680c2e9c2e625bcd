"""Reads YAML documents from standard input by PyYAML, which is YAML 1.1, and prints a JSON list of them."""
import json
import sys

import yaml

documents = yaml.load_all(sys.stdin.buffer.read().decode("utf-8"), Loader=yaml.CSafeLoader)
json.dump(list(documents), sys.stdout)
