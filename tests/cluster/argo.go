// Syncs the objects on standard input into a namespace once, as Argo CD does:
// its own engine decides which are hooks, in which phase and order they come,
// and whether anything differs from what is there.
//
//	argo NAMESPACE <objects.yaml
//
// Prints "in sync" or "out of sync", then a line for each object that the sync
// touched. Exit 1 when the sync failed.
package main

import (
	"context"
	"fmt"
	"io"
	"os"
	"time"

	"github.com/argoproj/argo-cd/gitops-engine/v3/pkg/cache"
	"github.com/argoproj/argo-cd/gitops-engine/v3/pkg/diff"
	"github.com/argoproj/argo-cd/gitops-engine/v3/pkg/engine"
	"github.com/argoproj/argo-cd/gitops-engine/v3/pkg/sync"
	"github.com/argoproj/argo-cd/gitops-engine/v3/pkg/sync/common"
	"github.com/argoproj/argo-cd/gitops-engine/v3/pkg/utils/kube"
	"github.com/go-logr/logr"
	"k8s.io/apimachinery/pkg/apis/meta/v1/unstructured"
	"k8s.io/client-go/tools/clientcmd"
	"k8s.io/klog/v2"
)

// What Argo CD marks its objects with, to know them again.
const owner = "argocd.argoproj.io/tracking-id"

func main() {
	klog.SetLogger(logr.Discard())
	failed, err := run(os.Args[1], 5*time.Minute)
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
	}
	if failed || err != nil {
		os.Exit(1)
	}
}

func run(namespace string, patience time.Duration) (bool, error) {
	ctx, cancel := context.WithTimeout(context.Background(), patience)
	defer cancel()
	wanted, err := objects(namespace)
	if err != nil {
		return true, err
	}
	config, err := clientcmd.BuildConfigFromFlags("", os.Getenv("KUBECONFIG"))
	if err != nil {
		return true, err
	}
	config.QPS, config.Burst = 200, 400
	there := cache.NewClusterCache(config, cache.SetNamespaces([]string{namespace}), cache.SetLogr(logr.Discard()),
		cache.SetPopulateResourceInfoHandler(func(object *unstructured.Unstructured, _ bool) (any, bool) {
			mark := object.GetAnnotations()[owner]
			return mark, mark != ""
		}))
	argo := engine.NewEngine(config, there, engine.WithLogr(logr.Discard()))
	stop, err := argo.Run()
	if err != nil {
		return true, err
	}
	defer stop()
	ours := func(object *cache.Resource) bool { return object.Info == namespace }
	if err := compare(ctx, wanted, there, ours, namespace); err != nil {
		return true, err
	}
	results, err := argo.Sync(ctx, wanted, ours, "1", namespace, sync.WithLogr(logr.Discard()))
	return report(results), err
}

func objects(namespace string) ([]*unstructured.Unstructured, error) {
	text, err := io.ReadAll(os.Stdin)
	if err != nil {
		return nil, err
	}
	found, err := kube.SplitYAML(text)
	for _, object := range found {
		annotations := object.GetAnnotations()
		if annotations == nil {
			annotations = map[string]string{}
		}
		annotations[owner] = namespace
		object.SetAnnotations(annotations)
		if object.GetNamespace() == "" { // all that the chart renders belongs to one
			object.SetNamespace(namespace)
		}
	}
	return found, err
}

// Says whether what is there is what is wanted; hooks do not count.
func compare(ctx context.Context, wanted []*unstructured.Unstructured, there cache.ClusterCache,
	ours func(*cache.Resource) bool, namespace string,
) error {
	live, err := there.GetManagedLiveObjs(wanted, ours)
	if err != nil {
		return err
	}
	pairs := sync.Reconcile(wanted, live, namespace, there)
	differences, err := diff.DiffArray(ctx, pairs.Target, pairs.Live, diff.WithLogr(logr.Discard()))
	if err != nil {
		return err
	}
	if differences.Modified {
		fmt.Println("out of sync")
	} else {
		fmt.Println("in sync")
	}
	return nil
}

func report(results []common.ResourceSyncResult) bool {
	failed := false
	for _, result := range results {
		fmt.Printf("%s %s/%s %s %s %s\n", result.SyncPhase, result.ResourceKey.Kind, result.ResourceKey.Name,
			result.Status, result.HookPhase, result.Message)
		failed = failed || result.Status == common.ResultCodeSyncFailed || result.HookPhase == common.OperationFailed ||
			result.HookPhase == common.OperationError
	}
	return failed
}
