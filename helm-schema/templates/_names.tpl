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

{{- /*
The settings below global, over their defaults. The containers beside Prometheus are
rendered by its chart, which sees no others of its parent's: whatever both read is here.
*/ -}}
{{- define "remote-write-auth.shared" -}}
{{- $global := include "remote-write-auth.table" (list .Values "global" "remote-write-auth") | fromJson -}}
{{- $resources := dict "requests" (dict "cpu" "10m" "memory" "16Mi") -}}
{{- $image := dict "registry" "ghcr.io" "repository" "trento-project/remote-write-auth" "pullPolicy" "IfNotPresent" -}}
{{- $nginx := dict "image" "registry.suse.com/suse/nginx:1.27" "port" 8081 "upstreamPort" 9090 "resources" $resources -}}
{{- $shared := dict "image" $image "nginx" $nginx "logins" (dict "resources" $resources) -}}
{{- range $part, $defaults := $shared -}}
{{- range $key, $value := include "remote-write-auth.table" (list $global $part) | fromJson -}}
{{- if not (kindIs "invalid" $value) -}}
{{- $_ := set $defaults $key $value -}}
{{- end -}}
{{- end -}}
{{- end -}}
{{- toJson $shared -}}
{{- end -}}

{{- /* The image of a table like image. */ -}}
{{- define "remote-write-auth.imageOf" -}}
{{- with .registry }}{{ . }}/{{ end }}{{ .repository }}
{{- if .digest }}@{{ .digest }}{{ else }}:{{ .tag | default "0.1.0" }}{{ end }}
{{- end -}}

{{- /* The image of the hook and the test, where global says nothing else. */ -}}
{{- define "remote-write-auth.ownImage" -}}
{{- $own := include "remote-write-auth.table" (list (include "remote-write-auth.settings" . | fromJson) "image") | fromJson -}}
{{- $global := include "remote-write-auth.table" (list .Values "global" "remote-write-auth" "image") | fromJson -}}
{{- range $key, $value := $global -}}
{{- if not (kindIs "invalid" $value) -}}
{{- $_ := set $own $key $value -}}
{{- end -}}
{{- end -}}
{{- toJson $own -}}
{{- end -}}

{{- /* Where the chart of Prometheus puts its objects: the edge, its Secret and the check stand beside them. */ -}}
{{- define "remote-write-auth.namespace" -}}
{{- include "remote-write-auth.text" (list .Values "prometheus" "forceNamespace") | default .Release.Namespace -}}
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
