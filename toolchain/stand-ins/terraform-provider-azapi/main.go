// Command terraform-provider-azapi is a stand-in for Azure/azapi, for machines that do not reach the
// Terraform registry. It serves the recorded schema of the real provider 2.12.0, implements
// azapi_resource, azapi_resource_action and azapi_client_config, and refuses the rest by name.
//
// What it does not have is the real provider's embedded type definitions: a body is not validated
// before it is sent, and the default output, without `response_export_values`, holds every property
// of the answer that the body does not set, instead of those that are declared read-only.
package main

import (
	"log"

	"github.com/hashicorp/terraform-plugin-go/tfprotov6"
	"github.com/hashicorp/terraform-plugin-go/tfprotov6/tf6server"
)

func main() {
	err := tf6server.Serve("registry.terraform.io/azure/azapi", func() tfprotov6.ProviderServer {
		return newServer()
	})
	if err != nil {
		log.Fatal(err)
	}
}
