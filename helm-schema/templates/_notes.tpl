{{- /*
For the parent's NOTES.txt: what the edge lets in, and which settings lead past it.
They are what check warns of, here without the place in the file.
*/ -}}
{{- define "remote-write-auth.notes" -}}
{{- $access := include "remote-write-auth.access" . -}}
{{- $edge := toString (include "remote-write-auth.settings" . | fromJson).edge -}}
{{- $isOff := include "remote-write-auth.receiverIsOff" . -}}
{{- $takes := ternary "The remote write receiver is off; once a flag turns it on, Prometheus takes" "Prometheus takes" (not (empty $isOff)) -}}
{{- if not (include "remote-write-auth.isDeployed" .) -}}
Prometheus is not deployed, so nobody writes to it.
{{- else if and $access (not (has $edge (list "traefik" "nginx" "external"))) -}}
WARNING: no edge is rendered, so nothing asks for the login: set remote-write-auth.edge to traefik, nginx or external [edge-not-chosen]
{{- else if eq $access "none" -}}
{{ $takes }} samples from ANYONE who reaches it: prometheus.server.auth.type is none.
{{- else if eq $access "basic" -}}
{{- if eq $edge "external" -}}
Your own edge has to ask for the login in the Secret {{ include "remote-write-auth.secretName" . }}: nothing here does.
{{- else -}}
{{ $takes }} samples from those who have the login in the Secret {{ include "remote-write-auth.secretName" . }}.
{{- end }}
{{- $realm := (include "remote-write-auth.settings" . | fromJson).realm }}
{{- if and (not (kindIs "invalid" $realm)) (ne (toString $realm) "") (ne (toString $realm) (include "remote-write-auth.realm" .)) }}
WARNING: realm would be read by nginx as something else; write up to 256 characters of printable ASCII without double quote, backslash and dollar sign, and not the word off, which leaves the endpoint open [realm-not-portable]
{{- end }}
{{- $ways := dict "found" list "unseen" list }}
{{- if not $isOff }}
{{- $ways = include "remote-write-auth.bypasses" . | fromJson }}
{{- end }}
{{- if include "remote-write-auth.mountsAnother" . }}
WARNING: the volume remote-write-auth-secret mounts another Secret than the one with the login, so the edge nginx lets nobody in; in prometheus.server.extraVolumes mount the existing Secret, or remote-write-auth where the login is written in the values [secret-not-mounted]
{{- end }}
{{- range $ways.found }}
WARNING: prometheus.server.{{ .setting }}: {{ .statement }} [auth-bypassed]
{{- end }}
{{- range $ways.unseen }}
WARNING: prometheus.server.{{ .setting }}: {{ .statement }} [not-judged]
{{- end }}
{{- $route := (include "remote-write-auth.settings" . | fromJson).route }}
{{- if and (eq $edge "traefik") (not $route.host) (not (include "remote-write-auth.prefix" .)) }}
WARNING: the route of the edge takes every request that Traefik gets, those for others too: set remote-write-auth.route.host, or prometheus.server.prefixURL
{{- end }}
{{- else -}}
The edge lets nobody in: nothing says who may write to Prometheus.
{{- end -}}
{{- end -}}

{{- /*
Whether the flags turn no receiver on, for sure: lists and tables of plain texts, numbers and
booleans without the name of one. Of any other form the policy is asked, and nothing said here.
*/ -}}
{{- define "remote-write-auth.receiverIsOff" -}}
{{- $server := include "remote-write-auth.table" (list .Values "prometheus" "server") | fromJson -}}
{{- $flags := pick $server "extraFlags" "extraArgs" "defaultFlagsOverride" | toRawJson -}}
{{- $text := "\"([ -!#-?A-\\[\\]-~][ -!#-\\[\\]-~]*)?\"" -}}
{{- $value := printf "(%s|true|false|null|[0-9.]+)" $text -}}
{{- $form := printf "^{(\"[A-Za-z]+\":(null|\\[(%s,?)*\\]|{(%s:%s,?)*}),?)*}$" $value $text $value -}}
{{- if and (regexMatch $form $flags) (not (contains "-receiver" $flags)) -}}
yes
{{- end -}}
{{- end -}}

{{- /* For helm test: a Pod that sends requests to the edge itself. */ -}}
{{- define "remote-write-auth.test" -}}
{{- $settings := include "remote-write-auth.settings" . | fromJson -}}
{{- if and $settings.test.url (eq (include "remote-write-auth.access" .) "basic") }}
apiVersion: v1
kind: Pod
metadata:
  name: {{ .Release.Name }}-rwa-test
  namespace: {{ include "remote-write-auth.namespace" . }}
  labels: {{- include "remote-write-auth.labels" . | nindent 4 }}
  annotations:
    helm.sh/hook: test
    helm.sh/hook-delete-policy: before-hook-creation,hook-succeeded
    sidecar.istio.io/inject: "false"
spec:
  restartPolicy: Never
  activeDeadlineSeconds: {{ $settings.deadlineSeconds }}
  automountServiceAccountToken: false
  {{- include "remote-write-auth.podSecurity" . | nindent 2 }}
  {{- with include "remote-write-auth.placement" . }}
  {{- . | nindent 2 }}
  {{- end }}
  containers:
    - name: probe
      image: {{ include "remote-write-auth.imageOf" (include "remote-write-auth.ownImage" . | fromJson) | quote }}
      imagePullPolicy: {{ (include "remote-write-auth.ownImage" . | fromJson).pullPolicy }}
      args: [probe, {{ $settings.test.url | quote }}, --secret, /secret]
      {{- include "remote-write-auth.containerSecurity" . | nindent 6 }}
      {{- with $settings.resources }}
      resources: {{- toYaml . | nindent 8 }}
      {{- end }}
      volumeMounts:
        - {name: secret, mountPath: /secret, readOnly: true}
  volumes:
    - name: secret
      secret:
        secretName: {{ include "remote-write-auth.secretName" . | quote }}
{{- end }}
{{- end -}}
