{{/* The rule of chart prometheus 25.21 to 29.27: an override replaces all, a flag gets two dashes, a pair an equals sign. */}}
{{- define "arguments" -}}
args:
{{- if .defaultFlagsOverride }}
{{ toYaml .defaultFlagsOverride | indent 12 }}
{{- else }}
            - --first
{{- range .extraFlags }}
            - --{{ . }}
{{- end }}
{{- range $name, $setting := .extraArgs }}
{{- if $setting }}
            - --{{ $name }}={{ $setting }}
{{- else }}
            - --{{ $name }}
{{- end }}
{{- end }}
            - --last
{{- end }}
{{ end }}
