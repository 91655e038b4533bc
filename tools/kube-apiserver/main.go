// A Kubernetes API server, from its released modules: tools/peers.sh --kubernetes builds it, with the version that it tells.
package main

import (
	"os"

	"k8s.io/component-base/cli"
	"k8s.io/kubernetes/cmd/kube-apiserver/app"
)

func main() { os.Exit(cli.Run(app.NewAPIServerCommand())) }
