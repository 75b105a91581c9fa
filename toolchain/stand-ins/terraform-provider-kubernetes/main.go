// Command terraform-provider-kubernetes is a stand-in for hashicorp/kubernetes, for machines that
// do not reach the Terraform registry. It serves the recorded schema of the real provider 2.38.0,
// implements the core types that a pod with its configuration needs, and refuses the others.
package main

import "github.com/hashicorp/terraform-plugin-sdk/v2/plugin"

func main() {
	plugin.Serve(&plugin.ServeOpts{
		ProviderFunc: newProvider,
		ProviderAddr: "registry.terraform.io/hashicorp/kubernetes",
	})
}
