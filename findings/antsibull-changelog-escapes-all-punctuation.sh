#!/usr/bin/env bash
# antsibull-changelog writes Markdown in which every punctuation mark has a backslash, in
# headings and addresses, too, and in which code is HTML.
#
# Version: antsibull-changelog 0.36.0 (PyPI), with output_formats: [md].
# Guess: a sentence comes out as it was written, and the heading of version 1.0.0 can be
#   found by looking for 1.0.0.
# Seen: the heading is `## v1\.0\.0`; a hyphen, a comma, a bracket and an exclamation mark are
#   escaped although none of them means anything there; a colon and the dots of an address,
#   in the address itself. ``code`` becomes <code>. Renderers show the same, but a script that
#   cuts out the section of a version, as for the text of a release, finds none.
# Source: antsibull_docutils/md_utils.py of antsibull-docutils: what is escaped is every
#   character of ASCII that may be escaped, wherever it stands.
# Needs: Python 3.9 or newer with venv, and its registry.
set -euo pipefail

work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work"
python3 -m venv env
env/bin/pip install --quiet --disable-pip-version-check antsibull-changelog==0.36.0 >/dev/null

mkdir -p changelogs/fragments
cat >changelogs/config.yaml <<'YAML'
title: a-thing
is_other_project: true
changes_file: changelog.yaml
changes_format: combined
keep_fragments: false
notesdir: fragments
new_plugins_after_name: removed_features
changelog_filename_template: ../CHANGELOG.rst
output_formats: [md]
prelude_section_name: release_summary
prelude_section_title: Release summary
sections:
  - [minor_changes, Minor changes]
YAML
cat >changelogs/fragments/one.yml <<'YAML'
minor_changes:
  - the option ``retry`` waits, as before, 0.5 s (see https://example.com/a_b).
YAML
env/bin/antsibull-changelog release --version 1.0.0 >/dev/null 2>&1

grep -E '^(#+ v|\* )' CHANGELOG.md | tee seen
diff seen - <<'SEEN'
## v1\.0\.0
* the option <code>retry</code> waits\, as before\, 0\.5 s \(see [https\://example\.com/a\_b](https\://example\.com/a\_b)\)\.
SEEN
