{{- /*
nginx beside Prometheus in one pod. Two containers: nginx, and our program,
which writes the htpasswd file from the mounted Secret and again whenever the
Secret changes, so that a new password needs no restart.

The Prometheus chart renders server.sidecarContainers.NAME through tpl where it
is text, and its volumes as they are written. So the parent's values say:

  prometheus:
    server:
      sidecarContainers:
        remote-write-auth-nginx: '{{ include "remote-write-auth.nginxContainer" . }}'
        remote-write-auth-logins: '{{ include "remote-write-auth.loginsContainer" . }}'
      extraVolumes:
        - {name: remote-write-auth-conf, configMap: {name: remote-write-auth}}
        - {name: remote-write-auth-secret, secret: {secretName: remote-write-auth, optional: true}}
        - {name: remote-write-auth-file, emptyDir: {medium: Memory}}

With an existing Secret the volume names that one. Volumes are not rendered, so
the names are fixed, and two releases with this edge cannot share a namespace.
*/ -}}
{{- define "remote-write-auth.nginx" -}}
{{- include "remote-write-auth.secret" . }}
---
apiVersion: v1
kind: ConfigMap
metadata:
  name: remote-write-auth
  namespace: {{ include "remote-write-auth.namespace" . }}
  labels: {{- include "remote-write-auth.labels" . | nindent 4 }}
data:
  nginx.conf: |
    {{- include "remote-write-auth.nginxConf" . | nindent 4 }}
{{- end -}}

{{- define "remote-write-auth.nginxConf" -}}
{{- $nginx := (include "remote-write-auth.shared" . | fromJson).nginx -}}
{{- $access := include "remote-write-auth.access" . -}}
worker_processes auto;
error_log stderr warn;
pid /run/remote-write-auth/nginx.pid;
events {
    worker_connections 1024;
}
http {
    access_log off;
    client_body_temp_path /run/remote-write-auth/body;
    proxy_temp_path /run/remote-write-auth/proxy;
    fastcgi_temp_path /run/remote-write-auth/fastcgi;
    uwsgi_temp_path /run/remote-write-auth/uwsgi;
    scgi_temp_path /run/remote-write-auth/scgi;
    client_max_body_size 50m;
    server {
        listen {{ $nginx.port }};
        location = /rwa-ready {
            {{- if eq $access "basic" }}
            if (!-f /run/remote-write-auth/htpasswd) {
                return 503;
            }
            {{- end }}
            return 200;
        }
        location / {
            {{- if eq $access "basic" }}
            satisfy all;
            auth_basic {{ include "remote-write-auth.realm" . | quote }};
            auth_basic_user_file /run/remote-write-auth/htpasswd;
            proxy_set_header Authorization "";
            {{- else if eq $access "none" }}
            # Open to anyone: auth.type is none.
            {{- else }}
            return 404;
            {{- end }}
            proxy_pass http://127.0.0.1:{{ $nginx.upstreamPort }};
            proxy_http_version 1.1;
            proxy_set_header Connection "";
            proxy_set_header Host $host;
            proxy_set_header X-Forwarded-For $proxy_add_x_forwarded_for;
            proxy_set_header X-Forwarded-Proto $scheme;
        }
    }
}
{{- end -}}

{{- /*
The two containers, as texts of server.sidecarContainers. They are rendered in
the sub-chart's context, which sees of its parent's values those below global.
*/ -}}
{{- define "remote-write-auth.nginxContainer" -}}
{{- $nginx := (include "remote-write-auth.shared" . | fromJson).nginx -}}
image: {{ $nginx.image | quote }}
command: [nginx, -c, /etc/remote-write-auth/nginx.conf, -g, "daemon off;"]
env:
  # nginx reads its configuration once: another choice needs a new pod.
  - {name: REMOTE_WRITE_AUTH_ACCESS, value: {{ include "remote-write-auth.access" (include "remote-write-auth.asParent" . | fromJson) | default "nobody" }}}
ports:
  - {name: rwa-nginx, containerPort: {{ $nginx.port }}}
# Until the first login is there; later Prometheus stays reachable for others while the Secret is missing.
startupProbe:
  httpGet: {path: /rwa-ready, port: {{ $nginx.port }}}
  periodSeconds: 1
  failureThreshold: 300
{{ include "remote-write-auth.containerSecurity" . }}
{{- with $nginx.resources }}
resources: {{- toYaml . | nindent 2 }}
{{- end }}
volumeMounts:
  - {name: remote-write-auth-conf, mountPath: /etc/remote-write-auth, readOnly: true}
  - {name: remote-write-auth-file, mountPath: /run/remote-write-auth}
{{- end -}}

{{- define "remote-write-auth.loginsContainer" -}}
{{- $shared := include "remote-write-auth.shared" . | fromJson -}}
image: {{ include "remote-write-auth.imageOf" $shared.image | quote }}
imagePullPolicy: {{ $shared.image.pullPolicy }}
args: [htpasswd, --secret, /secret, --out, /run/remote-write-auth/htpasswd, --watch]
{{ include "remote-write-auth.containerSecurity" . }}
{{- with $shared.logins.resources }}
resources: {{- toYaml . | nindent 2 }}
{{- end }}
volumeMounts:
  - {name: remote-write-auth-secret, mountPath: /secret, readOnly: true}
  - {name: remote-write-auth-file, mountPath: /run/remote-write-auth}
{{- end -}}

{{- /* What the parent would see of the sub-chart's values. */ -}}
{{- define "remote-write-auth.asParent" -}}
{{- dict "Values" (dict "prometheus" (pick .Values "server")) | toJson -}}
{{- end -}}

{{- /*
Whether the volume of the sidecar mounts another Secret than the one with the login,
which nothing renders into it. The rule is the policy's; there it is asked only where
a login is given.
*/ -}}
{{- define "remote-write-auth.mountsAnother" -}}
{{- $server := include "remote-write-auth.table" (list .Values "prometheus" "server") | fromJson -}}
{{- $name := include "remote-write-auth.secretName" . -}}
{{- $another := false -}}
{{- if eq (toString (include "remote-write-auth.settings" . | fromJson).edge) "nginx" -}}
{{- range $volume := ternary $server.extraVolumes list (kindIs "slice" $server.extraVolumes) -}}
{{- $mounted := include "remote-write-auth.text" (list $volume "secret" "secretName") -}}
{{- if and $mounted (eq (include "remote-write-auth.text" (list $volume "name")) "remote-write-auth-secret") -}}
{{- $another = or $another (ne $mounted $name) -}}
{{- end -}}
{{- end -}}
{{- end -}}
{{- if $another -}}
true
{{- end -}}
{{- end -}}
