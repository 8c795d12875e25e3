"""values.py FILE [--without-auth]: the values that a HelmRelease or an Application in
FILE gives its chart, as YAML."""

import sys

import yaml

with open(sys.argv[1], encoding="utf-8") as file:
    documents = {document["kind"]: document for document in yaml.safe_load_all(file)}
if "HelmRelease" in documents:
    values = documents["HelmRelease"]["spec"]["values"]
else:
    values = documents["Application"]["spec"]["source"]["helm"]["valuesObject"]
if "--without-auth" in sys.argv:
    del values["prometheus"]["server"]["auth"]
print(yaml.safe_dump(values))
