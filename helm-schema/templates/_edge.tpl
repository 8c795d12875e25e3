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
  namespace: {{ include "remote-write-auth.namespace" . }}
  labels: {{- include "remote-write-auth.labels" . | nindent 4 }}
type: kubernetes.io/basic-auth
data:
  username: {{ $basic.username | default "" | b64enc | quote }}
  password: {{ $basic.password | default "" | b64enc | quote }}
{{- end }}
{{- end -}}

{{- /* The realm; the default where it is one that nginx would read as something else, off above all. */ -}}
{{- define "remote-write-auth.realm" -}}
{{- $realm := (include "remote-write-auth.settings" . | fromJson).realm -}}
{{- $portable := regexMatch "^[ !#%-\\[\\]-~]{0,256}$" (toString $realm) -}}
{{- if and (kindIs "string" $realm) $portable (ne (toString $realm) "off") -}}
{{- $realm | default "Prometheus" -}}
{{- else -}}
Prometheus
{{- end -}}
{{- end -}}

{{- /* The text that the keys after the first item lead to; empty where there is none. */ -}}
{{- define "remote-write-auth.text" -}}
{{- $node := first . -}}
{{- range rest . -}}
{{- $node = ternary (get (ternary $node dict (kindIs "map" $node)) .) "" (kindIs "map" $node) -}}
{{- end -}}
{{- if kindIs "string" $node -}}
{{- $node -}}
{{- end -}}
{{- end -}}

{{- /*
The guarded prefix, with a leading slash and no trailing one; empty: everything. Where
its chart gives Prometheus no prefix, Prometheus takes the path of its external URL.
*/ -}}
{{- define "remote-write-auth.prefix" -}}
{{- $own := (include "remote-write-auth.settings" . | fromJson).route.prefix -}}
{{- $prefix := include "remote-write-auth.text" (list .Values "prometheus" "server" "prefixURL") -}}
{{- $external := include "remote-write-auth.text" (list .Values "prometheus" "server" "baseURL") -}}
{{- $path := regexReplaceAll "^[A-Za-z][A-Za-z0-9+.-]*://[^/?#]*|[?#].*$" $external "" -}}
{{- $own | default $prefix | default $path | trimAll "/" | printf "/%s" | trimSuffix "/" -}}
{{- end -}}

{{- /* The service of Prometheus, named as its chart names it. */ -}}
{{- define "remote-write-auth.serviceName" -}}
{{- $own := (include "remote-write-auth.settings" . | fromJson).route.service.name -}}
{{- $full := include "remote-write-auth.text" (list .Values "prometheus" "server" "fullnameOverride") -}}
{{- $chart := include "remote-write-auth.text" (list .Values "prometheus" "nameOverride") | default "prometheus" -}}
{{- $server := include "remote-write-auth.text" (list .Values "prometheus" "server" "name") | default "server" -}}
{{- $base := ternary .Release.Name (printf "%s-%s" .Release.Name $chart) (contains $chart .Release.Name) -}}
{{- $own | default ($full | default (printf "%s-%s" $base $server) | trunc 63 | trimSuffix "-") -}}
{{- end -}}

{{- /* The port of that service. */ -}}
{{- define "remote-write-auth.servicePort" -}}
{{- $own := (include "remote-write-auth.settings" . | fromJson).route.service.port -}}
{{- $service := include "remote-write-auth.table" (list .Values "prometheus" "server" "service") | fromJson -}}
{{- $own | default $service.servicePort | default 80 -}}
{{- end -}}
