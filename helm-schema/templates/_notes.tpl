{{- /* For the parent's NOTES.txt: what the door is. */ -}}
{{- define "remote-write-auth.notes" -}}
{{- $access := include "remote-write-auth.access" . -}}
{{- if eq $access "none" -}}
Prometheus takes samples from ANYONE who reaches it: prometheus.server.auth.type is none.
{{- else if eq $access "basic" -}}
Prometheus takes samples from those who have the login in the Secret {{ include "remote-write-auth.secretName" . }}.
{{- else -}}
Prometheus takes no samples: its remote write receiver is off, and nobody was named who may write.
{{- end -}}
{{- end -}}

{{- /* For helm test: a Pod that asks the door itself. */ -}}
{{- define "remote-write-auth.test" -}}
{{- $settings := include "remote-write-auth.settings" . | fromJson -}}
{{- if and $settings.test.url (eq (include "remote-write-auth.access" .) "basic") }}
apiVersion: v1
kind: Pod
metadata:
  name: {{ .Release.Name }}-rwa-test
  namespace: {{ .Release.Namespace }}
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
      image: {{ include "remote-write-auth.image" . | quote }}
      imagePullPolicy: {{ $settings.image.pullPolicy }}
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
