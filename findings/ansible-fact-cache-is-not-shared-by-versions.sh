#!/usr/bin/env bash
# Two versions of ansible-core that share a cache of facts keep facts of their own in it.
#
# Versions: ansible-core 2.18.19 and 2.19.14 (PyPI).
# Guess: jsonfile keeps one file for each host, named after it, so what a play cached before
#   ansible-core was upgraded is there after it, and two controllers that share the folder
#   see each other's facts.
# Seen: 2.18 writes and reads HOST, 2.19 writes and reads s1_HOST. After the upgrade a fact
#   of `set_fact` with `cacheable` is not defined until something sets it again; back on
#   2.18 the old value is there, whatever 2.19 has cached since. Nothing is said.
# Source: ansible/plugins/cache/__init__.py of 2.19 speaks of "schema-version key munging";
#   ansible/_internal/_json/_profiles/_cache_persistence.py has the number, schema_id 1.
# Needs: Python 3.11 or newer with venv, and its registry.
set -euo pipefail

work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work"
export ANSIBLE_HOME=$work/home ANSIBLE_CACHE_PLUGIN=jsonfile ANSIBLE_CACHE_PLUGIN_CONNECTION=$work/facts
export ANSIBLE_LOCALHOST_WARNING=false LC_ALL=C.UTF-8
for version in 2.18.19 2.19.14; do
  python3 -m venv "$version"
  "$version/bin/pip" install --quiet --disable-pip-version-check "ansible-core==$version" >/dev/null
done

cat >play.yml <<'YAML'
- hosts: localhost
  gather_facts: false
  tasks:
    - ansible.builtin.debug: {msg: "cached: {{ ansible_facts.seen | default('nothing') }}"}
    - ansible.builtin.set_fact: {seen: "by {{ ansible_version.full }}", cacheable: true}
YAML
play() {
  echo "$1 $("$1/bin/ansible-playbook" -i localhost, -c local play.yml 2>/dev/null | grep -o 'cached: [^"]*'), then: $(ls facts | tr '\n' ' ')"
}
{ play 2.18.19 && play 2.19.14 && play 2.19.14 && play 2.18.19; } | tee seen
diff seen - <<'SEEN'
2.18.19 cached: nothing, then: localhost 
2.19.14 cached: nothing, then: localhost s1_localhost 
2.19.14 cached: by 2.19.14, then: localhost s1_localhost 
2.18.19 cached: by 2.18.19, then: localhost s1_localhost 
SEEN
