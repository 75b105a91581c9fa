package main

import (
	"context"
	"fmt"
	"net/http"
	"net/url"
	"os"
	"strconv"
	"strings"
	"time"

	"github.com/hashicorp/terraform-plugin-sdk/v2/diag"
	"github.com/hashicorp/terraform-plugin-sdk/v2/helper/schema"

	"local/toolchain/schemas"
	"local/toolchain/stand-ins/notice"
)

// environment names the variables that the real provider reads for what its block leaves out.
var environment = map[string]string{
	"host":                   "KUBE_HOST",
	"username":               "KUBE_USER",
	"password":               "KUBE_PASSWORD",
	"insecure":               "KUBE_INSECURE",
	"tls_server_name":        "KUBE_TLS_SERVER_NAME",
	"client_certificate":     "KUBE_CLIENT_CERT_DATA",
	"client_key":             "KUBE_CLIENT_KEY_DATA",
	"cluster_ca_certificate": "KUBE_CLUSTER_CA_CERT_DATA",
	"token":                  "KUBE_TOKEN",
	"proxy_url":              "KUBE_PROXY_URL",
}

// implemented are the resources that the stand-in manages; the rest of the schema is refused.
var implemented = map[string]func(*schema.Resource){
	"kubernetes_config_map_v1":      configMapResource,
	"kubernetes_namespace_v1":       namespaceResource,
	"kubernetes_pod_v1":             podResource,
	"kubernetes_secret_v1":          secretResource,
	"kubernetes_service_account_v1": serviceAccountResource,
}

var implementedData = map[string]func(*schema.Resource){
	"kubernetes_pod_v1":             podData,
	"kubernetes_secret_v1":          secretDataSource,
	"kubernetes_service_account_v1": serviceAccountData,
}

func newProvider() *schema.Provider {
	recorded, err := schemas.Load("kubernetes")
	must(err)
	plans, err := schemas.LoadPlans()
	must(err)
	provider := &schema.Provider{
		Schema:               schemaOf(recorded.Provider.Block, schemas.Plan{}, ""),
		ResourcesMap:         map[string]*schema.Resource{},
		DataSourcesMap:       map[string]*schema.Resource{},
		ConfigureContextFunc: configure,
	}
	for name, entry := range recorded.Resources {
		resource := &schema.Resource{
			SchemaVersion: int(entry.Version),
			Schema:        schemaOf(entry.Block, plans[name], ""),
			Timeouts:      recordedTimeouts(entry, plans[name]),
			Importer:      &schema.ResourceImporter{StateContext: schema.ImportStatePassthroughContext},
		}
		if complete, ok := implemented[name]; ok {
			complete(resource)
		} else {
			refuse(name, resource)
		}
		provider.ResourcesMap[name] = resource
	}
	for name, entry := range recorded.DataSources {
		provider.DataSourcesMap[name] = &schema.Resource{
			SchemaVersion: int(entry.Version),
			Schema:        schemaOf(entry.Block, schemas.Plan{}, ""),
		}
		implementedData[name](provider.DataSourcesMap[name])
	}
	return provider
}

// recordedTimeouts keeps the served schema equal to the recorded one for refused types as well.
func recordedTimeouts(entry schemas.Resource, plan schemas.Plan) *schema.ResourceTimeout {
	if timeouts := timeoutsOf(plan); timeouts != nil {
		return timeouts
	}
	block, ok := entry.Block.BlockTypes["timeouts"]
	if !ok {
		return nil
	}
	timeouts := &schema.ResourceTimeout{}
	for operation, target := range map[string]**time.Duration{
		"create": &timeouts.Create, "update": &timeouts.Update, "delete": &timeouts.Delete,
	} {
		if _, ok := block.Block.Attributes[operation]; ok {
			*target = new(time.Duration)
		}
	}
	return timeouts
}

func refuse(name string, resource *schema.Resource) {
	refusal := fmt.Errorf("%s is not implemented by the stand-in for the kubernetes provider: "+
		"use the real provider (a Terraform registry that answers) for it", name)
	fail := func(context.Context, *schema.ResourceData, any) diag.Diagnostics { return diag.FromErr(refusal) }
	resource.CustomizeDiff = func(context.Context, *schema.ResourceDiff, any) error { return refusal }
	resource.CreateContext, resource.ReadContext = fail, fail
	resource.UpdateContext, resource.DeleteContext = fail, fail
}

func configure(_ context.Context, d *schema.ResourceData) (any, diag.Diagnostics) {
	diagnostics := diag.Diagnostics{}
	if summary, detail := notice.Text("kubernetes", "2.38.0"); summary != "" {
		diagnostics = append(diagnostics, diag.Diagnostic{Severity: diag.Warning, Summary: summary, Detail: detail})
	}
	setting := func(name string) string {
		if value, ok := d.GetOk(name); ok {
			return fmt.Sprint(value)
		}
		return os.Getenv(environment[name])
	}
	for _, name := range []string{"config_path", "config_paths", "exec"} {
		if _, ok := d.GetOk(name); ok {
			return nil, append(diagnostics, diag.Errorf("provider kubernetes: %q is not supported by the stand-in: "+
				"set host, cluster_ca_certificate and client_certificate with client_key, or token", name)...)
		}
	}
	insecure, _ := strconv.ParseBool(setting("insecure"))
	authority, certificate := setting("cluster_ca_certificate"), setting("client_certificate")
	config, err := tlsConfig(authority, certificate, setting("client_key"), setting("tls_server_name"), insecure)
	if err != nil {
		return nil, append(diagnostics, diag.FromErr(err)...)
	}
	transport := http.DefaultTransport.(*http.Transport).Clone()
	transport.TLSClientConfig = config
	if proxy := setting("proxy_url"); proxy != "" {
		address, err := url.Parse(proxy)
		if err != nil {
			return nil, append(diagnostics, diag.Errorf("proxy_url: %s", err)...)
		}
		transport.Proxy = http.ProxyURL(address)
	}
	server := strings.TrimRight(setting("host"), "/")
	switch {
	case server == "":
		// The real provider goes on with client-go's empty configuration, which means this address:
		// so it behaves while the cluster's own address is not known yet.
		server = "http://localhost"
		diagnostics = append(diagnostics, diag.Diagnostic{
			Severity: diag.Warning,
			Summary:  "Provider was supplied an invalid configuration. Further operations likely to fail.",
			Detail:   "invalid configuration: no configuration has been provided, try setting KUBERNETES_MASTER environment variable",
		})
	case !strings.Contains(server, "://"):
		if (authority != "" || certificate != "") && !insecure {
			server = "https://" + server
		} else {
			server = "http://" + server
		}
	}
	return &connection{
		server:            server,
		http:              &http.Client{Transport: transport},
		token:             setting("token"),
		username:          setting("username"),
		password:          setting("password"),
		ignoreLabels:      texts(d.Get("ignore_labels")),
		ignoreAnnotations: texts(d.Get("ignore_annotations")),
	}, diagnostics
}

func texts(value any) []string {
	result := []string{}
	for _, item := range elements(value) {
		result = append(result, fmt.Sprint(item))
	}
	return result
}
