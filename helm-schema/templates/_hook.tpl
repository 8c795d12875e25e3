{{- /*
The check before each install and upgrade: a Job that asks the policy. It protects
where the schema was skipped, and it alone sees what an existing Secret holds.

What the policy reads of the values comes along as an annotation of the pod, and is
no credential (_document.tpl). Not as a Secret: Helm leaves a hook's Secret
behind where the Job after it is not created, as under a quota.

Called as {{ include "remote-write-auth.hook" . }} from a template of the parent.

The Job stays when it refused, so that its sentence can be read; its time to
live ends it. Flux installs with Helm itself. Argo CD maps Helm's annotations
to its own; ours say the same, object by object, and leave the Helm hooks of
other objects as they are.
*/ -}}
{{- define "remote-write-auth.hook" -}}
{{- $settings := include "remote-write-auth.settings" . | fromJson -}}
{{- $off := and (kindIs "map" .Values.prometheus) (kindIs "bool" .Values.prometheus.enabled) (not .Values.prometheus.enabled) -}}
{{- if and $settings.hook.enabled (not $off) }}
apiVersion: batch/v1
kind: Job
metadata:
  name: {{ include "remote-write-auth.checkName" . }}
  namespace: {{ .Release.Namespace }}
  labels: {{- include "remote-write-auth.labels" . | nindent 4 }}
  annotations:
    helm.sh/hook: pre-install,pre-upgrade
    helm.sh/hook-weight: "-5"
    helm.sh/hook-delete-policy: before-hook-creation,hook-succeeded
    helm.sh/hook-output-log-policy: hook-failed
    argocd.argoproj.io/hook: PreSync
    argocd.argoproj.io/hook-delete-policy: BeforeHookCreation,HookSucceeded
    argocd.argoproj.io/sync-wave: "-5"
spec:
  backoffLimit: 0
  ttlSecondsAfterFinished: 600
  # For a pod that cannot even be made: a quota, an admission, no node for it.
  activeDeadlineSeconds: {{ add $settings.deadlineSeconds 15 }}
  template:
    metadata:
      labels: {{- include "remote-write-auth.labels" . | nindent 8 }}
      annotations:
        sidecar.istio.io/inject: "false"
        remote-write-auth/values: {{ include "remote-write-auth.document" . | toJson }}
    spec:
      restartPolicy: Never
      # On the pod, so that a missing image fails with its reason still there to be read.
      activeDeadlineSeconds: {{ $settings.deadlineSeconds }}
      automountServiceAccountToken: false
      enableServiceLinks: false
      {{- include "remote-write-auth.podSecurity" . | nindent 6 }}
      {{- with include "remote-write-auth.placement" . }}
      {{- . | nindent 6 }}
      {{- end }}
      containers:
        - name: check
          image: {{ include "remote-write-auth.image" . | quote }}
          imagePullPolicy: {{ $settings.image.pullPolicy }}
          args:
            - hook
            - /values/values.json
            {{- if include "remote-write-auth.existingSecret" . }}
            - --secret
            - /secret
            {{- end }}
          terminationMessagePolicy: FallbackToLogsOnError
          {{- include "remote-write-auth.containerSecurity" . | nindent 10 }}
          {{- with $settings.resources }}
          resources: {{- toYaml . | nindent 12 }}
          {{- end }}
          volumeMounts:
            - {name: values, mountPath: /values, readOnly: true}
            {{- if include "remote-write-auth.existingSecret" . }}
            - {name: secret, mountPath: /secret, readOnly: true}
            {{- end }}
      volumes:
        - name: values
          downwardAPI:
            items:
              - path: values.json
                fieldRef: {fieldPath: "metadata.annotations['remote-write-auth/values']"}
        {{- with include "remote-write-auth.existingSecret" . }}
        - name: secret
          secret:
            secretName: {{ . | quote }}
            # A Secret that is not there is an empty folder, and a sentence instead of a pod that waits.
            optional: true
        {{- end }}
{{- end }}
{{- end -}}
