{{- /* Names and settings that the other templates share; all are called with the parent's context. */ -}}

{{- /* The library's settings: its own scope inside the parent's values, or the scope of a sub-chart of the parent's. */ -}}
{{- define "remote-write-auth.settings" -}}
{{- toJson (index .Values "remote-write-auth" | default dict) -}}
{{- end -}}

{{- /* Whether Helm deploys Prometheus: by the condition and the tags of Chart.yaml, whatever they read. */ -}}
{{- define "remote-write-auth.isDeployed" -}}
{{- if hasKey .Subcharts "prometheus" -}}
true
{{- end -}}
{{- end -}}

{{- /* Never truncated: a release name has at most 53 characters, the longest suffix here 11, and what Kubernetes adds for a pod's label 10. */ -}}
{{- define "remote-write-auth.checkName" -}}
{{ .Release.Name }}-rwa-check
{{- end -}}

{{- define "remote-write-auth.labels" -}}
app.kubernetes.io/name: remote-write-auth
app.kubernetes.io/instance: {{ .Release.Name }}
app.kubernetes.io/managed-by: {{ .Release.Service }}
{{- end -}}

{{- define "remote-write-auth.image" -}}
{{- $image := (include "remote-write-auth.settings" . | fromJson).image -}}
{{- with $image.registry }}{{ . }}/{{ end }}{{ $image.repository }}
{{- if $image.digest }}@{{ $image.digest }}{{ else }}:{{ $image.tag | default "0.1.0" }}{{ end }}
{{- end -}}

{{- /* What a pod needs under the restricted pod security standard; the user is the image's. */ -}}
{{- define "remote-write-auth.podSecurity" -}}
securityContext:
  runAsNonRoot: true
  seccompProfile: {type: RuntimeDefault}
{{- end -}}

{{- define "remote-write-auth.containerSecurity" -}}
securityContext:
  allowPrivilegeEscalation: false
  readOnlyRootFilesystem: true
  capabilities: {drop: [ALL]}
{{- end -}}

{{- define "remote-write-auth.placement" -}}
{{- $settings := include "remote-write-auth.settings" . | fromJson -}}
{{- with $settings.imagePullSecrets }}
imagePullSecrets: {{- toYaml . | nindent 2 }}
{{- end }}
{{- with $settings.nodeSelector }}
nodeSelector: {{- toYaml . | nindent 2 }}
{{- end }}
{{- with $settings.tolerations }}
tolerations: {{- toYaml . | nindent 2 }}
{{- end }}
{{- end -}}
