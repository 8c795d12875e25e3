{{- /*
The check before each install and upgrade: a Job that asks the policy. It also
works where the schema was skipped, and it alone sees what an existing Secret holds.

What the policy reads of the values is an annotation of the pod, and holds no
credential (_document.tpl). It is not a Secret, since Helm does not remove a hook's
Secret when the Job that follows it is not created, as under a quota.

Called as {{ include "remote-write-auth.hook" . }} from a template of the parent.

The Job stays after a refusal, so that its message can be read, until its time to
live has passed. Flux installs with Helm itself. Argo CD maps Helm's annotations
to its own; ours say the same for this object, and the Helm hooks of other
objects stay hooks.
*/ -}}
{{- define "remote-write-auth.hook" -}}
{{- $settings := include "remote-write-auth.settings" . | fromJson -}}
{{- if and $settings.hook.enabled (include "remote-write-auth.isDeployed" .) }}
apiVersion: batch/v1
kind: Job
metadata:
  name: {{ include "remote-write-auth.checkName" . }}
  namespace: {{ include "remote-write-auth.namespace" . }}
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
  # For a pod that is never created or placed: a quota, an admission webhook, no node for it.
  activeDeadlineSeconds: {{ add $settings.deadlineSeconds 15 }}
  template:
    metadata:
      labels: {{- include "remote-write-auth.labels" . | nindent 8 }}
      annotations:
        sidecar.istio.io/inject: "false"
        remote-write-auth/values: {{ include "remote-write-auth.document" . | toJson }}
    spec:
      restartPolicy: Never
      # On the pod, so that after a missing image the pod and its events can still be read.
      activeDeadlineSeconds: {{ $settings.deadlineSeconds }}
      automountServiceAccountToken: false
      enableServiceLinks: false
      {{- include "remote-write-auth.podSecurity" . | nindent 6 }}
      {{- with include "remote-write-auth.placement" . }}
      {{- . | nindent 6 }}
      {{- end }}
      containers:
        - name: check
          image: {{ include "remote-write-auth.imageOf" (include "remote-write-auth.ownImage" . | fromJson) | quote }}
          imagePullPolicy: {{ (include "remote-write-auth.ownImage" . | fromJson).pullPolicy }}
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
            # A missing Secret is an empty folder, and a message instead of a pod that waits.
            optional: true
        {{- end }}
{{- end }}
{{- end -}}
