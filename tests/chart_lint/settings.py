"""settings.py TABLE [--write]: compares the table of settings in the chart's README
with TABLE, or writes it there. A row without a description is refused."""

import pathlib
import re
import sys

README = pathlib.Path("helm-schema/README.md")
BETWEEN = re.compile(r"(?<=<!-- settings -->\n).*?(?=<!-- /settings -->)", re.DOTALL)

table = pathlib.Path(sys.argv[1]).read_text(encoding="utf-8").strip() + "\n"
rows = table.splitlines()[2:]
bare = [row for row in rows if not row.split("|")[4].strip()]
if len(rows) < 20 or bare:
    sys.exit("settings without a comment that begins with # -- in helm-schema/values.yaml:\n" + "\n".join(bare))
text = README.read_text(encoding="utf-8")
written = BETWEEN.sub(lambda _: table, text)
if "--write" in sys.argv:
    README.write_text(written, encoding="utf-8")
elif not BETWEEN.search(text) or written != text:
    found = BETWEEN.search(text)
    differing = set(table.splitlines()) ^ set(found[0].splitlines() if found else [])
    sys.exit("run tests/chart_lint/run --write; these rows differ:\n" + "\n".join(sorted(differing)))
