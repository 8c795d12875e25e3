{{- /*
What the policy reads of the values, without any credential.

Texts below auth keep their length and every character that the policy refuses;
each one that it takes becomes an x. How a hash begins is kept, too. So the
verdict is the same, and the password stays in the process that renders the chart.
*/ -}}

{{- /*
(dict "value" V "safe" PATTERN) as JSON of the same type; with "hash" PATTERN what
matches it in front, or after a username and a colon, stays as it is.
*/ -}}
{{- define "remote-write-auth.masked" -}}
{{- if kindIs "string" .value -}}
{{- $hash := "" -}}
{{- $before := "" -}}
{{- with .hash -}}
{{- $before = regexFind (printf "^[^:]*:(%s)" .) $.value | regexFind "^[^:]*:" -}}
{{- $hash = regexFind (printf "^(%s)" .) (trimPrefix $before $.value) -}}
{{- end -}}
{{- $rest := trimPrefix (print $before $hash) .value -}}
{{- $masked := print (regexReplaceAll .safe (trimSuffix ":" $before) "x") (ternary ":" "" (hasSuffix ":" $before)) $hash (regexReplaceAll .safe $rest "x") -}}
{{- regexReplaceAll "[^ -~]" $masked "\n" | toJson -}}
{{- else if kindIs "bool" .value -}}
false
{{- else if kindIs "map" .value -}}
{}
{{- else if kindIs "slice" .value -}}
[]
{{- else if kindIs "invalid" .value -}}
null
{{- else -}}
0
{{- end -}}
{{- end -}}

{{- define "remote-write-auth.maskedBasic" -}}
{{- $username := "[!$-9;-\\[\\]-~]" -}}
{{- $password := "[!#-\\[\\]-~]" -}}
{{- $hash := "\\$(2[abxy]?|apr1|1|5|6|7|y|gy)\\$|\\{S?SHA\\}" -}}
{{- if kindIs "map" . -}}
{{- $members := list -}}
{{- range $key, $safe := dict "username" $username "password" $password "existingSecret" $password -}}
{{- if hasKey $ $key -}}
{{- $masked := dict "value" (get $ $key) "safe" $safe "hash" (ternary $hash "" (eq $key "password")) -}}
{{- $members = append $members (printf "%q:%s" $key (include "remote-write-auth.masked" $masked)) -}}
{{- end -}}
{{- end -}}
{ {{- join "," $members -}} }
{{- else -}}
{{- include "remote-write-auth.masked" (dict "value" . "safe" $password) -}}
{{- end -}}
{{- end -}}

{{- define "remote-write-auth.maskedAuth" -}}
{{- $any := "[!-~]" -}}
{{- if kindIs "map" . -}}
{{- $members := list -}}
{{- if hasKey . "type" -}}
{{- $known := and (kindIs "string" .type) (has .type (list "basic" "none")) -}}
{{- $members = append $members (printf "\"type\":%s" (ternary (toJson .type) (include "remote-write-auth.masked" (dict "value" .type "safe" $any)) $known)) -}}
{{- end -}}
{{- if hasKey . "basic" -}}
{{- $members = append $members (printf "\"basic\":%s" (include "remote-write-auth.maskedBasic" .basic)) -}}
{{- end -}}
{ {{- join "," $members -}} }
{{- else -}}
{{- include "remote-write-auth.masked" (dict "value" . "safe" $any) -}}
{{- end -}}
{{- end -}}

{{- /* The document that the hook's program reads, as JSON. */ -}}
{{- define "remote-write-auth.document" -}}
{{- $any := "[!-~]" -}}
{{- $document := dict -}}
{{- if hasKey .Values "prometheus" -}}
{{- $prometheus := .Values.prometheus -}}
{{- $members := list -}}
{{- if kindIs "map" $prometheus -}}
{{- if not (include "remote-write-auth.isDeployed" .) -}}
{{- $members = append $members "\"enabled\":false" -}}
{{- end -}}
{{- if hasKey $prometheus "server" -}}
{{- $members = append $members (printf "\"server\":%s" (include "remote-write-auth.documentServer" (dict "server" $prometheus.server "context" $))) -}}
{{- end -}}
{"prometheus":{ {{- join "," $members -}} },
{{- else -}}
{"prometheus":{{ include "remote-write-auth.masked" (dict "value" $prometheus "safe" $any) }},
{{- end -}}
{{- else -}}
{
{{- end -}}
"remote-write-auth":{{ pick (include "remote-write-auth.settings" . | fromJson) "edge" "realm" | toJson }},
"existingSecretType":{{ include "remote-write-auth.existingSecretType" . | toJson }}}
{{- end -}}

{{- /* (dict "server" S "context" .); the names of Secrets are compared here, since masked ones cannot be. */ -}}
{{- define "remote-write-auth.documentServer" -}}
{{- $server := .server -}}
{{- if kindIs "map" $server -}}
{{- $members := list -}}
{{- range $key := list "extraFlags" "extraArgs" "defaultFlagsOverride" -}}
{{- if hasKey $server $key -}}
{{- $members = append $members (printf "%q:%s" $key (toJson (get $server $key))) -}}
{{- end -}}
{{- end -}}
{{- if hasKey $server "auth" -}}
{{- $members = append $members (printf "\"auth\":%s" (include "remote-write-auth.maskedAuth" $server.auth)) -}}
{{- end -}}
{{- if kindIs "map" $server.ingress -}}
{{- $members = append $members (printf "\"ingress\":%s" (toJson (pick $server.ingress "enabled"))) -}}
{{- end -}}
{{- if kindIs "map" $server.route -}}
{{- $routes := dict -}}
{{- range $name, $route := $server.route -}}
{{- $routes = set $routes $name (ternary (pick (ternary $route dict (kindIs "map" $route)) "enabled") dict (kindIs "map" $route)) -}}
{{- end -}}
{{- $members = append $members (printf "\"route\":%s" (toJson $routes)) -}}
{{- end -}}
{{- if include "remote-write-auth.mountsAnother" .context -}}
{{- $is := include "remote-write-auth.existingSecret" .context -}}
{{- $name := ternary "remote-write-auth" "another" (and (ne $is "") (ne $is "remote-write-auth")) -}}
{{- $members = append $members (printf `"extraVolumes":[{"name":"remote-write-auth-secret","secret":{"secretName":%q}}]` $name) -}}
{{- end -}}
{ {{- join "," $members -}} }
{{- else -}}
{{- include "remote-write-auth.masked" (dict "value" $server "safe" "[!-~]") -}}
{{- end -}}
{{- end -}}

{{- /* The table prometheus.server.auth as JSON; an empty one where it is not a table. Each node above it may have any shape. */ -}}
{{- define "remote-write-auth.auth" -}}
{{- $node := .Values.prometheus -}}
{{- range list "server" "auth" -}}
{{- $node = ternary (get (ternary $node dict (kindIs "map" $node)) .) dict (kindIs "map" $node) -}}
{{- end -}}
{{- ternary $node dict (kindIs "map" $node) | toJson -}}
{{- end -}}

{{- define "remote-write-auth.basic" -}}
{{- $basic := (include "remote-write-auth.auth" . | fromJson).basic -}}
{{- ternary $basic dict (kindIs "map" $basic) | toJson -}}
{{- end -}}

{{- /* The name of the existing Secret; empty where there is none. */ -}}
{{- define "remote-write-auth.existingSecret" -}}
{{- $name := (include "remote-write-auth.basic" . | fromJson).existingSecret -}}
{{- if kindIs "string" $name -}}
{{- $name -}}
{{- end -}}
{{- end -}}

{{- /* The type of the existing Secret in the cluster; empty where there is no cluster to look it up. */ -}}
{{- define "remote-write-auth.existingSecretType" -}}
{{- with include "remote-write-auth.existingSecret" . -}}
{{- (lookup "v1" "Secret" (include "remote-write-auth.namespace" $) .).type | default "" -}}
{{- end -}}
{{- end -}}
