{{- /*
The edge in front of Prometheus, for the parent's own template:

  {{ include "remote-write-auth.edge" . }}

Nothing is decided here: the policy has refused values without a choice, and where
it was not asked the edge lets nobody in.
*/ -}}
{{- define "remote-write-auth.edge" -}}
{{- $edge := (include "remote-write-auth.settings" . | fromJson).edge -}}
{{- if eq (toString $edge) "traefik" -}}
{{- include "remote-write-auth.traefik" . -}}
{{- else if eq (toString $edge) "nginx" -}}
{{- include "remote-write-auth.nginx" . -}}
{{- else if eq (toString $edge) "external" -}}
{{- include "remote-write-auth.secret" . -}}
{{- end -}}
{{- end -}}

{{- /* Who is let in: basic, none, or nothing where no choice was made. */ -}}
{{- define "remote-write-auth.access" -}}
{{- $basic := include "remote-write-auth.basic" . | fromJson -}}
{{- $inline := and (kindIs "string" $basic.username) (kindIs "string" $basic.password) -}}
{{- if eq (toString (include "remote-write-auth.auth" . | fromJson).type) "none" -}}
none
{{- else if or (include "remote-write-auth.existingSecret" .) (and $inline $basic.username $basic.password) -}}
basic
{{- end -}}
{{- end -}}

{{- /*
The Secret that the edge reads: the existing one, or ours. With the edge nginx
its name is fixed, since the volumes of the Prometheus chart are.
*/ -}}
{{- define "remote-write-auth.secretName" -}}
{{- $settings := include "remote-write-auth.settings" . | fromJson -}}
{{- $own := ternary "remote-write-auth" (printf "%s-rwa-login" .Release.Name) (eq (toString $settings.edge) "nginx") -}}
{{- include "remote-write-auth.existingSecret" . | default $own -}}
{{- end -}}

{{- /*
Our Secret, where the login is written in the values. Where no choice was made it
is rendered without one: Helm uninstalls and rolls back what the last revision
lists, so a revision that the hook refused must list everything that runs.
*/ -}}
{{- define "remote-write-auth.secret" -}}
{{- $access := include "remote-write-auth.access" . }}
{{- if and (ne $access "none") (not (include "remote-write-auth.existingSecret" .)) }}
{{- $basic := ternary (include "remote-write-auth.basic" . | fromJson) dict (eq $access "basic") }}
---
apiVersion: v1
kind: Secret
metadata:
  name: {{ include "remote-write-auth.secretName" . }}
  namespace: {{ .Release.Namespace }}
  labels: {{- include "remote-write-auth.labels" . | nindent 4 }}
type: kubernetes.io/basic-auth
data:
  username: {{ $basic.username | default "" | b64enc | quote }}
  password: {{ $basic.password | default "" | b64enc | quote }}
{{- end }}
{{- end -}}

{{- /* A text of prometheus.server; empty where it is not a text. (dict "context" . "key" KEY) */ -}}
{{- define "remote-write-auth.serverText" -}}
{{- $prometheus := .context.Values.prometheus -}}
{{- $server := ternary (get (ternary $prometheus dict (kindIs "map" $prometheus)) "server") dict (kindIs "map" $prometheus) -}}
{{- $value := get (ternary $server dict (kindIs "map" $server)) .key -}}
{{- if kindIs "string" $value -}}
{{- $value -}}
{{- end -}}
{{- end -}}

{{- /* The guarded prefix, with a leading slash and no trailing one; empty: everything. */ -}}
{{- define "remote-write-auth.prefix" -}}
{{- $own := (include "remote-write-auth.settings" . | fromJson).route.prefix -}}
{{- $prometheus := include "remote-write-auth.serverText" (dict "context" . "key" "prefixURL") -}}
{{- $own | default $prometheus | default "/prometheus" | trimAll "/" | printf "/%s" | trimSuffix "/" -}}
{{- end -}}

{{- /* The service of Prometheus, named as its chart names it. */ -}}
{{- define "remote-write-auth.serviceName" -}}
{{- $own := (include "remote-write-auth.settings" . | fromJson).route.service.name -}}
{{- $full := include "remote-write-auth.serverText" (dict "context" . "key" "fullnameOverride") -}}
{{- $base := ternary .Release.Name (printf "%s-prometheus" .Release.Name) (contains "prometheus" .Release.Name) -}}
{{- $own | default ($full | default (printf "%s-server" $base) | trunc 63 | trimSuffix "-") -}}
{{- end -}}
