//! The examples under each help.

pub(super) const TOP: &str = "\
Examples:
  remote-write-auth check values.yaml
  remote-write-auth guard --username alloy --password-file password
  remote-write-auth verify
  remote-write-auth schema > values.schema.json
  remote-write-auth completions bash > /etc/bash_completion.d/remote-write-auth
  remote-write-auth man /usr/local/share/man/man1

With one argument that is an absolute path, or -, this is Ansible's module: it
reads the task's arguments there and answers with one JSON object.";

pub(super) const CHECK: &str = "\
Examples:
  remote-write-auth check values.yaml
  remote-write-auth check ci/*-values.yaml -o github
  remote-write-auth check --quiet clusters/
  remote-write-auth check --values-from trento-login=login.yaml release.yaml
  remote-write-auth check clusters/ -o sarif >remote-write-auth.sarif
  helm get values trento -o yaml | remote-write-auth check -
  remote-write-auth check --chart charts/trento-server -f values.yaml \\
    --set prometheus.server.auth.type=none
  remote-write-auth check --chart trento-server-3.1.0.tgz values.yaml
  helm get values trento -o yaml | remote-write-auth check --reuse-values \\
    --release-values - --old-chart trento-server-3.0.0.tgz --chart trento-server-3.1.0.tgz
  remote-write-auth check --print-values --helm-version 3.21 -f values.yaml
  helm template prom charts/prometheus | remote-write-auth check --rendered -
  kubectl get -A -o yaml prometheus,sts,deploy,svc,ing,cm,secret |
    remote-write-auth check --rendered - --strict

Exit code: 0 accepted, 1 refused, 2 could not tell.";

pub(super) const EXPLAIN: &str = "\
Examples:
  remote-write-auth explain auth-not-chosen
  remote-write-auth explain password-too-long -o json
  remote-write-auth explain

Exit code: 0, or 2 where there is no such code.";

pub(super) const HOOK: &str = "\
Examples:
  remote-write-auth hook /values/values.json
  remote-write-auth hook /values/values.json --secret /secret

Exit code: 0 accepted, 1 refused, 2 could not tell.";

pub(super) const HTPASSWD: &str = "\
Examples:
  remote-write-auth htpasswd --secret /secret --out /run/nginx/htpasswd
  remote-write-auth htpasswd --secret /secret --out /run/nginx/htpasswd --watch

Exit code: 0 written, 1 the Secret holds no login, 2 could not tell.";

pub(super) const GUARD: &str = "\
Examples:
  remote-write-auth guard --username alloy --password-file password
  remote-write-auth guard --username alloy-2 --password-file password \\
    --other-users logins --dry-run --diff
  remote-write-auth guard --none
  remote-write-auth guard --remove

The guarded location of nginx includes /etc/nginx/prometheus-auth.conf.
Exit code: 0 done, 1 refused, 2 could not tell.";

pub(super) const VERIFY: &str = "\
Examples:
  remote-write-auth verify -o json
  remote-write-auth verify --receiver-address 127.0.0.1:9090

It touches nothing. What the include says is taken for what was chosen.
Exit code: 0 as chosen, 1 not so, 2 could not tell.";

pub(super) const PROBE: &str = "\
Examples:
  remote-write-auth probe https://trento.example.com/prometheus/api/v1/write
  remote-write-auth probe https://trento.example.com/prometheus/api/v1/write \\
    --ca-file /etc/trento/ca.crt --username alloy --password-file -
  remote-write-auth probe --agent-config /etc/trento/agent.yaml \\
    --alloy /etc/alloy/trento.alloy
  remote-write-auth probe http://prometheus/prometheus/api/v1/write --secret /secret

It writes no sample. Exit code: 0 shut, and the login is let in; 1 open, or the
login is not let in; 2 could not tell.";

pub(super) const SCHEMA: &str = "\
Examples:
  remote-write-auth schema > values.schema.json
  remote-write-auth schema --chart charts/trento-server > charts/trento-server/values.schema.json
  remote-write-auth schema --into charts/trento-server/values.schema.json";

pub(super) const COMPLETIONS: &str = "\
Examples:
  remote-write-auth completions bash > /etc/bash_completion.d/remote-write-auth
  remote-write-auth completions zsh > ~/.zfunc/_remote-write-auth
  remote-write-auth completions fish > ~/.config/fish/completions/remote-write-auth.fish";

pub(super) const MAN: &str = "\
Examples:
  remote-write-auth man /usr/local/share/man/man1

Exit code: 0 written, 2 not all could be written.";
