// provider-aws, with its controllers of Cognito user pools alone: a whole one needs the CRDs of all of AWS and the
// memory for them.
package main

import (
	"log"
	"os"
	"time"

	"github.com/crossplane/crossplane-runtime/pkg/controller"
	"github.com/crossplane/crossplane-runtime/pkg/feature"
	"github.com/crossplane/crossplane-runtime/pkg/logging"
	"github.com/crossplane/crossplane-runtime/pkg/ratelimiter"
	ctrl "sigs.k8s.io/controller-runtime"
	"sigs.k8s.io/controller-runtime/pkg/log/zap"
	"sigs.k8s.io/controller-runtime/pkg/metrics/server"

	"github.com/crossplane-contrib/provider-aws/apis"
	"github.com/crossplane-contrib/provider-aws/pkg/controller/cognitoidentityprovider"
	"github.com/crossplane-contrib/provider-aws/pkg/controller/config"
)

const rate = 20

func main() {
	poll, err := time.ParseDuration(os.Getenv("POLL"))
	check(err)
	logger := zap.New(zap.UseDevMode(true))
	ctrl.SetLogger(logger)
	api, err := ctrl.GetConfig()
	check(err)
	api.QPS, api.Burst = 200, 400
	manager, err := ctrl.NewManager(api, ctrl.Options{Metrics: server.Options{BindAddress: "0"}})
	check(err)
	check(apis.AddToScheme(manager.GetScheme()))
	options := controller.Options{
		Logger:                  logging.NewLogrLogger(logger.WithName("provider-aws")),
		MaxConcurrentReconciles: rate,
		PollInterval:            poll,
		GlobalRateLimiter:       ratelimiter.NewGlobal(rate),
		Features:                &feature.Flags{},
	}
	check(config.Setup(manager, options))
	check(cognitoidentityprovider.Setup(manager, options))
	check(manager.Start(ctrl.SetupSignalHandler()))
}

func check(err error) {
	if err != nil {
		log.Fatal(err)
	}
}
