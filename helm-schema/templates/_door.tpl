{{- /*
The door in front of Prometheus, for the parent's own template:

  {{ include "remote-write-auth.door" . }}

Nothing is decided here: the law has refused every choice that is none, and a
choice that it did not see leaves the door shut.
*/ -}}
{{- define "remote-write-auth.door" -}}
{{- $door := (include "remote-write-auth.settings" . | fromJson).door -}}
{{- if eq (toString $door) "traefik" -}}
{{- include "remote-write-auth.traefik" . -}}
{{- else if eq (toString $door) "nginx" -}}
{{- include "remote-write-auth.nginx" . -}}
{{- end -}}
{{- end -}}

{{- /* Who is let in: basic, none, or nothing where nobody was named. */ -}}
{{- define "remote-write-auth.access" -}}
{{- $auth := dig "server" "auth" dict (.Values.prometheus | default dict) -}}
{{- if kindIs "map" $auth -}}
{{- if eq (toString $auth.type) "none" -}}
none
{{- else if and (kindIs "map" $auth.basic) (or $auth.basic.username $auth.basic.existingSecret) -}}
basic
{{- end -}}
{{- end -}}
{{- end -}}

{{- /* The Secret that the door reads: the existing one, or ours. */ -}}
{{- define "remote-write-auth.secretName" -}}
{{- include "remote-write-auth.existingSecret" . | default (printf "%s-rwa-login" .Release.Name) -}}
{{- end -}}

{{- /* Our Secret, where the login is written in the values. */ -}}
{{- define "remote-write-auth.secret" -}}
{{- if and (eq (include "remote-write-auth.access" .) "basic") (not (include "remote-write-auth.existingSecret" .)) }}
---
apiVersion: v1
kind: Secret
metadata:
  name: {{ include "remote-write-auth.secretName" . }}
  namespace: {{ .Release.Namespace }}
  labels: {{- include "remote-write-auth.labels" . | nindent 4 }}
type: kubernetes.io/basic-auth
data:
  username: {{ .Values.prometheus.server.auth.basic.username | toString | b64enc }}
  password: {{ .Values.prometheus.server.auth.basic.password | toString | b64enc }}
{{- end }}
{{- end -}}

{{- /* The guarded prefix, without a slash at its end. */ -}}
{{- define "remote-write-auth.prefix" -}}
{{- $own := (include "remote-write-auth.settings" . | fromJson).route.prefix -}}
{{- $prometheus := dig "server" "prefixURL" "" (.Values.prometheus | default dict) -}}
{{- $own | default $prometheus | default "/prometheus" | trimSuffix "/" -}}
{{- end -}}
