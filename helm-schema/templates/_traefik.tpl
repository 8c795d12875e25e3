{{- /*
Traefik: a route that asks for the login on the whole prefix, and below it one that
answers 403 to everyone.

Traefik drops a router whose middleware is broken (a Secret that is missing, or has
another type or two keys), and the request falls to the next one. So the next
one is shut. The whole prefix is guarded: the path that Traefik matches still holds
%2F, which Prometheus decodes, so a login for the write path alone protects nothing.
*/ -}}
{{- define "remote-write-auth.traefik" -}}
{{- $settings := include "remote-write-auth.settings" . | fromJson -}}
{{- $access := include "remote-write-auth.access" . -}}
{{- include "remote-write-auth.secret" . }}
{{- if ne $access "none" }}
---
apiVersion: traefik.io/v1alpha1
kind: Middleware
metadata:
  name: {{ .Release.Name }}-rwa-login
  namespace: {{ include "remote-write-auth.namespace" . }}
  labels: {{- include "remote-write-auth.labels" . | nindent 4 }}
spec:
  {{- if $access }}
  basicAuth:
    secret: {{ include "remote-write-auth.secretName" . | quote }}
    realm: {{ include "remote-write-auth.realm" . | quote }}
    removeHeader: true
  {{- else }}
  {{- include "remote-write-auth.allowNobody" . | nindent 2 }}
  {{- end }}
{{- end }}
---
{{- $middlewares := list }}
{{- if ne $access "none" }}
{{- $middlewares = list (dict "name" (printf "%s-rwa-login" .Release.Name)) }}
{{- end }}
{{- include "remote-write-auth.route" (dict "context" . "name" "rwa-open" "priority" (int $settings.route.priority) "middlewares" $middlewares) }}
{{- if ne $access "none" }}
---
apiVersion: traefik.io/v1alpha1
kind: Middleware
metadata:
  name: {{ .Release.Name }}-rwa-nobody
  namespace: {{ include "remote-write-auth.namespace" . }}
  labels: {{- include "remote-write-auth.labels" . | nindent 4 }}
spec:
  {{- include "remote-write-auth.allowNobody" . | nindent 2 }}
---
{{- $nobody := list (dict "name" (printf "%s-rwa-nobody" .Release.Name)) }}
{{- include "remote-write-auth.route" (dict "context" . "name" "rwa-shut" "priority" (sub (int $settings.route.priority) 1) "middlewares" $nobody) }}
{{- end }}
{{- end -}}

{{- define "remote-write-auth.allowNobody" -}}
ipAllowList:
  # An address for documentation (RFC 5737): nobody comes from there.
  sourceRange: [192.0.2.1/32]
{{- end -}}

{{- define "remote-write-auth.route" -}}
{{- $settings := include "remote-write-auth.settings" .context | fromJson -}}
{{- $prefix := include "remote-write-auth.prefix" .context }}
apiVersion: traefik.io/v1alpha1
kind: IngressRoute
metadata:
  name: {{ .context.Release.Name }}-{{ .name }}
  namespace: {{ include "remote-write-auth.namespace" .context }}
  labels: {{- include "remote-write-auth.labels" .context | nindent 4 }}
spec:
  {{- with $settings.route.entryPoints }}
  entryPoints: {{- toYaml . | nindent 4 }}
  {{- end }}
  routes:
    - kind: Rule
      match: {{ with $settings.route.host }}Host(`{{ . }}`) && {{ end }}PathPrefix(`{{ $prefix | default "/" }}`)
      priority: {{ .priority }}
      {{- with .middlewares }}
      middlewares: {{- toYaml . | nindent 8 }}
      {{- end }}
      services:
        - name: {{ include "remote-write-auth.serviceName" .context }}
          port: {{ include "remote-write-auth.servicePort" .context }}
  {{- with $settings.route.tls }}
  tls: {{- toYaml . | nindent 4 }}
  {{- end }}
{{- end -}}
