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
	"errors"
	"fmt"
	"io"
	"os"
	"time"

	"github.com/argoproj/argo-cd/gitops-engine/v3/pkg/cache"
	"github.com/argoproj/argo-cd/gitops-engine/v3/pkg/diff"
	"github.com/argoproj/argo-cd/gitops-engine/v3/pkg/sync"
	"github.com/argoproj/argo-cd/gitops-engine/v3/pkg/sync/common"
	"github.com/argoproj/argo-cd/gitops-engine/v3/pkg/utils/kube"
	"github.com/argoproj/argo-cd/gitops-engine/v3/pkg/utils/tracing"
	"github.com/go-logr/logr"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/apis/meta/v1/unstructured"
	"k8s.io/client-go/rest"
	"k8s.io/client-go/tools/clientcmd"
	"k8s.io/klog/v2"
)

// What Argo CD marks its objects with, to know them again.
const owner = "argocd.argoproj.io/tracking-id"

// An application, in Argo CD's words.
type application struct {
	namespace string
	wanted    []*unstructured.Unstructured
	config    *rest.Config
	there     cache.ClusterCache
}

func main() {
	klog.SetLogger(logr.Discard())
	ctx, cancel := context.WithTimeout(context.Background(), 5*time.Minute)
	defer cancel()
	if err := run(ctx, os.Args[1]); err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
}

func run(ctx context.Context, namespace string) error {
	app, err := newApplication(namespace)
	if err != nil {
		return err
	}
	if err := app.compare(ctx); err != nil {
		return err
	}
	return app.sync(ctx)
}

func newApplication(namespace string) (*application, error) {
	wanted, err := objects(namespace)
	if err != nil {
		return nil, err
	}
	config, err := clientcmd.BuildConfigFromFlags("", os.Getenv("KUBECONFIG"))
	if err != nil {
		return nil, err
	}
	config.QPS, config.Burst = 200, 400
	there := cache.NewClusterCache(config, cache.SetNamespaces([]string{namespace}), cache.SetLogr(logr.Discard()),
		cache.SetPopulateResourceInfoHandler(func(object *unstructured.Unstructured, _ bool) (any, bool) {
			mark := object.GetAnnotations()[owner]
			return mark, mark != ""
		}))
	return &application{namespace, wanted, config, there}, there.EnsureSynced()
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

// What is wanted beside what is there, each hook apart.
func (app *application) pairs() (sync.ReconciliationResult, error) {
	ours := func(object *cache.Resource) bool { return object.Info == app.namespace }
	live, err := app.there.GetManagedLiveObjs(app.wanted, ours)
	return sync.Reconcile(app.wanted, live, app.namespace, app.there), err
}

// Says whether what is there is what is wanted; hooks do not count.
func (app *application) compare(ctx context.Context) error {
	pairs, err := app.pairs()
	if err != nil {
		return err
	}
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

// The controller's loop: look, do what can be done now, remember, look again.
func (app *application) sync(ctx context.Context) error {
	var phase common.OperationPhase
	var message string
	var results []common.ResourceSyncResult
	started := metav1.Now()
	for !phase.Completed() {
		pairs, err := app.pairs()
		if err != nil {
			return err
		}
		kubectl := &kube.KubectlCmd{Log: logr.Discard(), Tracer: tracing.NopTracer{}}
		step, cleanup, err := sync.NewSyncContext("1", pairs, app.config, app.config, kubectl, app.namespace,
			sync.WithLogr(logr.Discard()), sync.WithInitialState(phase, message, results, started))
		if err != nil {
			return err
		}
		step.Sync(ctx)
		phase, message, results = step.GetState()
		cleanup()
		select {
		case <-ctx.Done():
			return errors.New("the sync did not end: " + message)
		case <-time.After(time.Second):
		}
	}
	for _, result := range results {
		fmt.Printf("%s %s/%s %s %s %s\n", result.SyncPhase, result.ResourceKey.Kind, result.ResourceKey.Name,
			result.Status, result.HookPhase, result.Message)
	}
	if !phase.Successful() {
		return errors.New(message)
	}
	return nil
}
