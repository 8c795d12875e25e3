# SPDX-License-Identifier: Apache-2.0
"""The documentation of the module. The module itself is a binary for each architecture,
in a folder that begins with two underscores: ansible-doc -l would take a program beside
this file, or in any other folder, for documentation that it cannot read.
"""

from __future__ import annotations

DOCUMENTATION = r"""
---
module: remote_write_auth
short_description: Guard a Prometheus remote write receiver behind nginx
version_added: "0.1.0"
description:
  - Says who may write to a Prometheus whose remote write receiver is on, and refuses to leave that open by
    accident.
  - Owns two files. The htpasswd file has the logins; the include has the nginx directives and belongs in the
    guarded C(location). Both are replaced as a whole, never edited, and written only when they differ.
  - Tests the configuration of nginx, takes a new include back where the test fails because of it, reloads nginx
    when a reload is owed, and waits until the workers that serve the old configuration take no new request.
  - When a choice is refused, nothing is touched. The message is the one that C(remote-write-auth check) and the
    Helm charts with the same policy print.
  - For every option but O(nginx), null and an empty text mean the default.
options:
  receiver:
    description:
      - Whether Prometheus is started with a write receiver (C(--web.enable-remote-write-receiver)).
      - When it is off, nothing has to be chosen. Without credentials the include then answers 404 to everyone.
    type: bool
    default: true
  auth_type:
    description:
      - V(basic) lets in who has a login.
      - V(none) lets in anyone, by explicit choice. Choose it, too, where an edge in front checks bearer tokens or
        client certificates.
      - Not needed where O(username) and O(password) are given, which mean V(basic).
    type: str
    choices: [basic, none]
  username:
    description:
      - The name of the first login.
      - Printable ASCII without colon, double quote and backslash, no hash sign in front, no blank at either end.
    type: str
  password:
    description:
      - The password of the first login. Up to 72 characters of printable ASCII without double quote and backslash,
        no blank at either end.
      - Quote it in YAML. An unquoted V(0123) is a number there, and refused; a fact of ansible-core before 2.19 holds a text.
      - C(openssl rand -hex 24) prints a good one, which nginx can check quickly; see O(bcrypt_cost).
    type: str
  other_users:
    description:
      - More logins that are let in, each a table with O(other_users[].username) and O(other_users[].password).
      - A new password beside the old one needs a new name, since nginx reads the first line of a name only.
      - Ignored, with a warning, where O(auth_type=none).
    type: list
    elements: dict
    default: []
    suboptions:
      username:
        description: The name, under the rules of O(username).
        type: str
        required: true
      password:
        description: The password, under the rules of O(password).
        type: str
        required: true
  htpasswd_path:
    description:
      - The file of logins. It belongs to root and to O(group), mode 0640.
      - An absolute path of letters, digits, dots, underscores, hyphens and slashes; a C($) in a file name of nginx
        lets the client choose the file.
    type: path
    default: /etc/nginx/prometheus.htpasswd
  include_path:
    description:
      - The file to C(include) inside the guarded C(location) of nginx, never in a C(server). It belongs to root,
        mode 0644.
      - Under the same rules as O(htpasswd_path), and not the same file.
      - A file there that this module has not written is never replaced.
    type: path
    default: /etc/nginx/prometheus-auth.conf
  realm:
    description:
      - What a browser shows when it asks for the login.
      - Printable ASCII without double quote, backslash and dollar sign, and not V(off), which opens the endpoint.
    type: str
    default: Prometheus
  strip_authorization:
    description:
      - Whether nginx keeps the login from Prometheus, which has no use for it.
      - The C(proxy_set_header) for that stands in the include. Other headers must be set in the same C(location),
        as nginx drops inherited ones beside it.
    type: bool
    default: true
  group:
    description:
      - The group of the nginx workers, which read the htpasswd file. Its name or its number.
      - Without it the group of the workers - of the C(user) directive of nginx, else of a running worker, else what
        nginx was built with.
    type: str
  bcrypt_cost:
    description:
      - The cost factor of the password hashes, V(4) to V(15), or V(auto).
      - nginx checks the hash on every request and serves nobody else meanwhile. At V(10) one worker authenticates
        about 15 requests in a second, at V(4) about 770.
      - V(auto) chooses V(4) for a password that looks generated, for which a slow hash adds nothing, and V(10) with
        a warning for any other. Generated is what has 24 characters or more, no blank, and is more likely by chance
        than as words, a date, a number or a walk over the keyboard.
    type: str
    default: auto
  nginx:
    description:
      - The program that tests and reloads the configuration, by name or absolute path; also looked for in
        /usr/sbin.
      - An empty text means neither test nor reload.
    type: str
    default: nginx
  reload:
    description:
      - Whether to reload nginx when a reload is owed, that is while a running worker is older than the include, or
        than a file that leads to it, such as the vhost.
      - V(false) only reports it in RV(reload_owed), with RV(ignore:changed) true, so that a handler is notified
        until it has reloaded nginx.
    type: bool
    default: true
  receiver_address:
    description:
      - Where the receiver is, each as V(127.0.0.1:9090), beside where the guarded locations pass requests to.
    type: list
    elements: str
    default: []
  state:
    description:
      - V(present) brings both files to what the other options say.
      - V(validated) judges all options and touches nothing. It needs no nginx and no root, so it fits into the
        first play.
      - V(absent) removes both files. Refused while nginx still includes one of them, or asks for the logins elsewhere.
      - V(verified) touches nothing and judges what nginx serves. Every location that leads to the receiver asks for
        the login, and running workers know it. It is the last word of a playbook, after its handlers. Under
        O(auth_type=none) it says that the endpoint is open, as chosen.
    type: str
    choices: [present, validated, verified, absent]
    default: present
attributes:
  check_mode:
    support: full
    description: Says what it would change, and changes nothing. A missing group, folder or nginx is a warning then.
  diff_mode:
    support: full
    description: Shows both files. Words stand in for the hashes.
  platform:
    support: full
    platforms: Linux
    description: Linux on x86_64 or aarch64, where the archive has a program for that. It needs no Python.
notes:
  - Must run as root, unless both files belong to somebody else.
  - No task of this module needs C(no_log). It never repeats an option's value, and C(no_log) would hide the message.
  - Pass passwords by variables. ansible-core 2.19 and newer print the lines of a failing task, and with them what is
    written there.
  - Loop over names and look the passwords up. Ansible itself prints what it loops over, with C(-v) and whenever an
    item fails; C(loop_control.label) does not keep it from that.
  - Up to ansible-core 2.18 a variable whose text looks like a list, a table or a boolean arrives as one, and is
    refused as a value of the wrong type.
seealso:
  - module: community.general.htpasswd
  - name: ngx_http_auth_basic_module
    description: How nginx reads the two files.
    link: https://nginx.org/en/docs/http/ngx_http_auth_basic_module.html
author:
  - Trento Developers (@trento-project)
"""

EXAMPLES = r"""
# The guarded location in the configuration of nginx. ^~ keeps locations with
# a regular expression from taking its requests away.
#
#   location ^~ /prometheus/ {
#       include /etc/nginx/prometheus-auth.conf;
#       client_max_body_size 16m;  # an agent drops a batch that meets 413
#       proxy_http_version 1.1;
#       proxy_set_header Host $http_host;
#       proxy_set_header X-Forwarded-For $proxy_add_x_forwarded_for;
#       proxy_pass http://127.0.0.1:9090/;
#   }
#
# Prometheus itself should listen on the loopback address alone
# (--web.listen-address=127.0.0.1:9090): its own port asks for no login.

- name: Refuse a bad choice before anything is installed
  trento.prometheus.remote_write_auth:
    auth_type: "{{ prometheus_auth }}"
    username: "{{ prometheus_username }}"
    password: "{{ prometheus_password }}"
    state: validated

- name: Let in the agents' login
  trento.prometheus.remote_write_auth:
    username: "{{ prometheus_username }}"
    password: "{{ prometheus_password }}"

- name: Let in an old and a new login while agents move from one to the other
  trento.prometheus.remote_write_auth:
    username: alloy-2
    password: "{{ prometheus_password }}"
    other_users:
      - username: alloy-1
        password: "{{ prometheus_old_password }}"

- name: Let in anyone, since an edge in front checks client certificates
  trento.prometheus.remote_write_auth:
    auth_type: none

- name: Leave the reload to a handler
  trento.prometheus.remote_write_auth:
    username: "{{ prometheus_username }}"
    password: "{{ prometheus_password }}"
    group: www-data
    reload: false
  notify: Reload nginx

- name: Judge at the end of the play what nginx serves
  trento.prometheus.remote_write_auth:
    username: "{{ prometheus_username }}"
    password: "{{ prometheus_password }}"
    state: verified

- name: Remove both files once no configuration of nginx includes them
  trento.prometheus.remote_write_auth:
    state: absent
"""

RETURN = r"""
---
access:
  description:
    - Who is let in. V(basic), those with a login; V(open), anyone; V(receiver-off), nobody, as the receiver is off.
  returned: when the options were accepted, unless O(state=absent)
  type: str
  sample: basic
reload_owed:
  description: Whether a running nginx worker is still older than the include, or than a file that leads to it.
  returned: when the options were accepted
  type: bool
  sample: false
reloaded:
  description: Whether the module reloaded nginx.
  returned: when O(state=present) or O(state=absent)
  type: bool
  sample: true
include_used:
  description: Whether nginx includes the file.
  returned: when nginx was asked and its configuration is understood
  type: bool
  sample: true
endpoints:
  description: Each location of nginx that leads to the receiver, or may.
  returned: when nginx was asked and its configuration is understood
  type: list
  elements: dict
  contains:
    server:
      description: The names of its server, or what that listens on where it has none.
      type: str
      sample: trento.example.com
    location:
      description: The location with its modifier, as written.
      type: str
      sample: ^~ /prometheus/
    file:
      description: The file in which it is opened.
      type: str
      sample: /etc/nginx/conf.d/trento.conf
    line:
      description: The line there.
      type: int
      sample: 12
    access:
      description: Who gets in. V(open), anyone; V(basic), those with a login; V(shut), nobody; V(not-judged), nobody
        can tell.
      type: str
      sample: basic
backup_file:
  description: The copy of an htpasswd file that the module had not written.
  returned: when it was made
  type: str
  sample: /etc/nginx/prometheus.htpasswd.before
bcrypt_cost:
  description: The cost factor of the hashes, the highest where logins differ.
  returned: when there are logins
  type: int
  sample: 4
capacity:
  description: What one nginx worker carries at that cost factor; from a table, not measured here.
  returned: when there are logins
  type: dict
  contains:
    requests_per_second:
      description: Requests with a login that one worker authenticates in a second.
      type: float
      sample: 768.0
    agents_at_15s:
      description: Agents that write every 15 seconds and keep one worker half busy.
      type: int
      sample: 5760
warnings:
  description: Messages about what does not stop the task. Ansible prints them.
  returned: when there are any
  type: list
  elements: str
  sample: []
findings:
  description: The same messages as RV(warnings), for programs.
  returned: when there are any
  type: list
  elements: dict
  contains:
    code:
      description:
        - A code of RV(code), where O(state=verified) would refuse, or one of V(credentials-ignored),
          V(old-workers-remain), V(nginx-not-asked), V(folder-writable-by-others), V(logins-dropped), V(backup-made),
          V(backup-not-made), V(password-not-generated), V(password-needs-quoting).
      type: str
      sample: include-not-used
    msg:
      description: The message.
      type: str
      sample: nginx includes the file nowhere; include it [include-not-used]
    where:
      description: The option, the file or the line.
      type: str
      sample: /etc/nginx/prometheus-auth.conf
diff:
  description: Each file that changes, with words in place of hashes.
  returned: in diff mode
  type: list
  elements: dict
  contains:
    before:
      description: The text before, empty where there was no file.
      type: str
      sample: "alloy:<bcrypt 10>\n"
    after:
      description: The text after, empty where the file is removed.
      type: str
      sample: "alloy:<bcrypt 4, new>\n"
    before_header:
      description: The file's path.
      type: str
      sample: /etc/nginx/prometheus.htpasswd
    after_header:
      description: The file's path.
      type: str
      sample: /etc/nginx/prometheus.htpasswd
msg:
  description: What state the system is in, what to do, and the code in brackets, from the first of RV(refusals).
  returned: when refused
  type: str
  sample: the receiver is on, but nothing says who may write to it; give a username and a password [auth-not-chosen]
code:
  description:
    - The code of the first refusal. C(remote-write-auth explain CODE) says more about each.
    - Of the policy - V(auth-not-chosen), V(auth-has-wrong-shape), V(auth-type-unknown), V(username-missing),
      V(password-missing), V(credentials-ambiguous), V(value-has-wrong-type), V(username-not-portable),
      V(password-not-portable), V(password-too-long), V(password-looks-hashed), V(policy-not-met).
    - Of the module - V(arguments-unreadable), V(version-differs), V(option-unknown), V(option-has-wrong-type),
      V(option-out-of-range), V(username-twice), V(realm-not-portable), V(path-not-portable), V(group-not-found),
      V(needs-root), V(folder-not-found), V(folder-exchanged), V(target-is-symlink), V(target-not-regular), V(locked),
      V(include-not-ours), V(include-in-use), V(include-outside-location), V(htpasswd-in-use), V(htpasswd-shared),
      V(include-not-used), V(auth-bypassed), V(worker-cannot-read), V(reload-owed), V(files-differ), V(nginx-not-seen),
      V(nginx-not-understood), V(read-failed), V(replace-failed), V(nginx-not-found), V(nginx-rejects-configuration),
      V(nginx-already-broken), V(nginx-test-timed-out), V(reload-not-taken), V(internal-error).
    - Of the action plugin - V(architecture-unsupported), V(remote-tmp-noexec).
  returned: when refused
  type: str
  sample: auth-not-chosen
where:
  description: The option or file that the first refusal is about.
  returned: when refused
  type: str
  sample: auth_type
refusals:
  description: Every reason, in a fixed order.
  returned: when refused
  type: list
  elements: dict
  contains:
    code:
      description: The code, which does not change between versions.
      type: str
      sample: password-too-long
    msg:
      description: The message.
      type: str
      sample: the password is over 72 characters long, and bcrypt reads no more; shorten it [password-too-long]
    where:
      description: The option or file.
      type: str
      sample: other_users[1].password
"""
