{{- /*
The settings of prometheus.server that lead past the edge, or whose login cannot be
seen, each with the statement: what check warns of, in its order. What is data of it
stands in _bypass_table.tpl for both; how it is asked is src/policy/bypasses.rs', and the
suite chart compares the two.
*/ -}}
{{- define "remote-write-auth.bypasses" -}}
{{- $found := list -}}
{{- $unseen := list -}}
{{- $server := include "remote-write-auth.table" (list .Values "prometheus" "server") | fromJson -}}
{{- $server = include "remote-write-auth.read" (list $server (index .Subcharts "prometheus" | default dict)) | fromJson -}}
{{- $known := include "remote-write-auth.bypassTable" . | fromJson -}}
{{- $service := include "remote-write-auth.table" (list $server "service") | fromJson -}}
{{- $hasService := or (kindIs "invalid" $service.enabled) $service.enabled -}}
{{- range $one := $known.settings -}}
{{- $value := get (include "remote-write-auth.table" (prepend (initial $one.keys) $server) | fromJson) (last $one.keys) -}}
{{- if and (or $hasService (not $one.of_service)) (ternary (has $value $one.values) $value (gt (len $one.values) 0)) -}}
{{- $found = append $found (dict "setting" (join "." $one.keys) "statement" $one.statement) -}}
{{- end -}}
{{- end -}}
{{- $ingress := include "remote-write-auth.table" (list $server "ingress") | fromJson -}}
{{- if and $ingress.enabled (or (kindIs "invalid" $ingress.hosts) $ingress.hosts) -}}
{{- $ways := list -}}
{{- $port := $ingress.servicePort | default $service.servicePort | default $known.service_port -}}
{{- if include "remote-write-auth.leads" (dict "server" $server "port" $port) -}}
{{- $ways = append $ways (ternary "ingress.enabled" "ingress.servicePort" (kindIs "invalid" $ingress.servicePort)) -}}
{{- end -}}
{{- $extra := false -}}
{{- range $path := ternary $ingress.extraPaths list (kindIs "slice" $ingress.extraPaths) -}}
{{- $backend := include "remote-write-auth.table" (list $path "backend") | fromJson -}}
{{- $target := include "remote-write-auth.table" (list $backend "service") | fromJson -}}
{{- $named := include "remote-write-auth.table" (list $target "port") | fromJson -}}
{{- $name := $target.name | default $backend.serviceName | default "" -}}
{{- range list $named.number $named.name $backend.servicePort -}}
{{- if include "remote-write-auth.leads" (dict "server" $server "port" . "name" $name) -}}
{{- $extra = true -}}
{{- end -}}
{{- end -}}
{{- end -}}
{{- if $extra -}}
{{- $ways = append $ways "ingress.extraPaths" -}}
{{- end -}}
{{- if $ways -}}
{{- $login := include "remote-write-auth.login" $ingress -}}
{{- if hasPrefix "unseen" $login -}}
{{- $unseen = append $unseen (dict "setting" "ingress.annotations" "statement" (get $known $login)) -}}
{{- else if ne $login "asked" -}}
{{- range $way := $ways -}}
{{- $found = append $found (dict "setting" $way "statement" $known.open_way) -}}
{{- end -}}
{{- end -}}
{{- end -}}
{{- end -}}
{{- range $name, $route := include "remote-write-auth.table" (list $server "route") | fromJson -}}
{{- if and (kindIs "map" $route) (get (ternary $route dict (kindIs "map" $route)) "enabled") -}}
{{- $rules := list -}}
{{- if and (not $route.httpsRedirect) (include "remote-write-auth.leads" (dict "server" $server "port" ($service.servicePort | default $known.service_port))) -}}
{{- $rules = append $rules $route -}}
{{- end -}}
{{- range $rule := ternary $route.additionalRules list (kindIs "slice" $route.additionalRules) -}}
{{- $rule = include "remote-write-auth.table" (list $rule) | fromJson -}}
{{- range $backend := ternary $rule.backendRefs list (kindIs "slice" $rule.backendRefs) -}}
{{- $backend = include "remote-write-auth.table" (list $backend) | fromJson -}}
{{- if include "remote-write-auth.leads" (dict "server" $server "port" $backend.port "name" ($backend.name | default "")) -}}
{{- $rules = append $rules $rule -}}
{{- end -}}
{{- end -}}
{{- end -}}
{{- $open := false -}}
{{- range $rule := $rules -}}
{{- $extended := false -}}
{{- range $filter := ternary $rule.filters list (kindIs "slice" $rule.filters) -}}
{{- $type := (include "remote-write-auth.table" (list $filter) | fromJson).type | toString -}}
{{- $extended = or $extended (not (has $type $known.standard_filters)) -}}
{{- end -}}
{{- $open = or $open (not $extended) -}}
{{- end -}}
{{- if $open -}}
{{- $found = append $found (dict "setting" (printf "route.%s" $name) "statement" $known.open_way) -}}
{{- else if $rules -}}
{{- $unseen = append $unseen (dict "setting" (printf "route.%s" $name) "statement" $known.unseen_filter) -}}
{{- end -}}
{{- end -}}
{{- end -}}
{{- dict "found" $found "unseen" $unseen | toJson -}}
{{- end -}}

{{- /* What the sub-chart reads of the settings: (list SERVER SUBCHART). Of an unknown version, all. */ -}}
{{- define "remote-write-auth.read" -}}
{{- $known := include "remote-write-auth.bypassTable" . | fromJson -}}
{{- $server := first . -}}
{{- $chart := (last .).Chart | default dict -}}
{{- $version := regexFind "^v?[0-9]+[.][0-9]+" (toString $chart.Version) | trimPrefix "v" -}}
{{- if $version -}}
{{- $major := splitList "." $version | first | int -}}
{{- $minor := splitList "." $version | last | int -}}
{{- range $one := ternary $known.since list (ge $major (int $known.oldest_version)) -}}
{{- if or (lt $major (int $one.major)) (and (eq $major (int $one.major)) (lt $minor (int $one.minor))) -}}
{{- $table := $server -}}
{{- range $key := initial $one.keys -}}
{{- $table = ternary (get $table $key) dict (kindIs "map" (get $table $key)) -}}
{{- end -}}
{{- $_ := unset $table (last $one.keys) -}}
{{- end -}}
{{- end -}}
{{- end -}}
{{- toJson $server -}}
{{- end -}}

{{- /* The table that the keys after the first item lead to; an empty one where there is none. */ -}}
{{- define "remote-write-auth.table" -}}
{{- $node := first . -}}
{{- range rest . -}}
{{- $node = ternary (get (ternary $node dict (kindIs "map" $node)) .) dict (kindIs "map" $node) -}}
{{- end -}}
{{- ternary $node dict (kindIs "map" $node) | toJson -}}
{{- end -}}

{{- /* A port as text, a number and a text of it being the same; empty where it is neither, or nothing. */ -}}
{{- define "remote-write-auth.port" -}}
{{- if and . (has (kindOf .) (list "string" "float64")) -}}
{{- toString . | trim -}}
{{- end -}}
{{- end -}}

{{- /* Whether a port of the service leads to Prometheus. (dict "server" S "port" PORT "name" SERVICE) */ -}}
{{- define "remote-write-auth.leads" -}}
{{- $service := include "remote-write-auth.table" (list .server "service") | fromJson -}}
{{- $known := include "remote-write-auth.bypassTable" . | fromJson -}}
{{- $own := include "remote-write-auth.port" $known.prometheus_port -}}
{{- $prometheus := list $own -}}
{{- with include "remote-write-auth.port" .server.portName -}}
{{- $prometheus = append $prometheus . -}}
{{- end -}}
{{- $ports := list -}}
{{- if hasSuffix $known.headless_suffix (ternary .name "" (kindIs "string" .name) | trim) -}}
{{- $set := include "remote-write-auth.table" (list .server "statefulSet") | fromJson -}}
{{- $headless := include "remote-write-auth.table" (list $set "headless") | fromJson -}}
{{- if $set.enabled -}}
{{- $ports = append $ports (list $known.port_name (include "remote-write-auth.port" ($headless.servicePort | default $known.service_port)) $own) -}}
{{- end -}}
{{- else if or (kindIs "invalid" $service.enabled) $service.enabled -}}
{{- $ports = append $ports (list $known.port_name (include "remote-write-auth.port" ($service.servicePort | default $known.service_port)) $own) -}}
{{- range $port := ternary $service.additionalPorts list (kindIs "slice" $service.additionalPorts) -}}
{{- $port = include "remote-write-auth.table" (list $port) | fromJson -}}
{{- $ports = append $ports (list (include "remote-write-auth.port" $port.name) (include "remote-write-auth.port" $port.port) (include "remote-write-auth.port" ($port.targetPort | default $port.port))) -}}
{{- end -}}
{{- end -}}
{{- $asked := include "remote-write-auth.port" .port -}}
{{- $isNamed := false -}}
{{- $leads := false -}}
{{- if $asked -}}
{{- range $port := $ports -}}
{{- if has $asked (list (index $port 0) (index $port 1)) -}}
{{- $isNamed = true -}}
{{- $leads = or $leads (has (index $port 2) $prometheus) -}}
{{- end -}}
{{- end -}}
{{- if not $isNamed -}}
{{- range $port := $ports -}}
{{- $leads = or $leads (and (eq $asked (index $port 2)) (has $asked $prometheus)) -}}
{{- end -}}
{{- end -}}
{{- end -}}
{{- if $leads -}}
true
{{- end -}}
{{- end -}}

{{- /* What the annotations of an Ingress ask for: asked, the name of what is not seen, or nothing where they do not. */ -}}
{{- define "remote-write-auth.login" -}}
{{- $annotations := include "remote-write-auth.table" (list . "annotations") | fromJson -}}
{{- $known := include "remote-write-auth.bypassTable" . | fromJson -}}
{{- $class := "" -}}
{{- range list (get $annotations $known.class_annotation) .ingressClassName -}}
{{- $class = ternary . $class (kindIs "string" .) -}}
{{- end -}}
{{- $isNginx := contains "nginx" $class -}}
{{- $isTraefik := contains "traefik" $class -}}
{{- $nginx := dict -}}
{{- $snippet := false -}}
{{- $others := false -}}
{{- $traefik := false -}}
{{- range $key, $value := $annotations -}}
{{- if and (kindIs "string" $value) (trim (toString $value)) -}}
{{- $isNginxs := hasPrefix $known.nginx_prefix $key -}}
{{- if $isNginxs -}}
{{- $nginx = set $nginx (trimPrefix $known.nginx_prefix $key) (trim $value) -}}
{{- $snippet = or $snippet (hasSuffix "snippet" $key) -}}
{{- end -}}
{{- $traefik = or $traefik (eq $key $known.traefik_middlewares) -}}
{{- $names := eq $key $known.kong_plugins -}}
{{- range $word := $known.login_words -}}
{{- $names = or $names (contains $word $key) -}}
{{- end -}}
{{- $others = or $others (and $names (or $class (not $isNginxs))) -}}
{{- end -}}
{{- end -}}
{{- $addresses := or (get $nginx "whitelist-source-range") (get $nginx "allowlist-source-range") -}}
{{- $type := get $nginx "auth-type" -}}
{{- $byType := and (or (contains "basic" $type) (contains "digest" $type)) (get $nginx "auth-secret") (ne (get $nginx "auth-realm") "off") -}}
{{- $verify := get $nginx "auth-tls-verify-client" -}}
{{- $byCertificate := and (get $nginx "auth-tls-secret") (has $verify (list "" "on")) (ne (get $nginx "ssl-redirect") "false") .tls -}}
{{- $asksNginx := or $isNginx (not $class) -}}
{{- if and $asksNginx $snippet -}}
unseen_snippet
{{- else if and $asksNginx $byCertificate -}}
asked
{{- else if and $asksNginx (eq (get $nginx "satisfy") "any") $addresses -}}
{{- else if and $asksNginx (or $byType (get $nginx "auth-url")) -}}
asked
{{- else if and $traefik (or $isTraefik (not $class)) -}}
unseen_middlewares
{{- else if and $others (not (or $isNginx $isTraefik)) -}}
unseen_annotations
{{- end -}}
{{- end -}}
