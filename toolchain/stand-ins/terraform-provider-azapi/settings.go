package main

import (
	"cmp"
	"context"
	"encoding/base64"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"maps"
	"math"
	"net/http"
	"net/url"
	"os"
	"strings"

	"github.com/Azure/azure-sdk-for-go/sdk/azcore"
	"github.com/Azure/azure-sdk-for-go/sdk/azcore/arm"
	armruntime "github.com/Azure/azure-sdk-for-go/sdk/azcore/arm/runtime"
	"github.com/Azure/azure-sdk-for-go/sdk/azcore/cloud"
	"github.com/Azure/azure-sdk-for-go/sdk/azcore/policy"
	"github.com/Azure/azure-sdk-for-go/sdk/azcore/runtime"
	"github.com/Azure/azure-sdk-for-go/sdk/azidentity"
	"github.com/hashicorp/terraform-plugin-go/tfprotov6"
	"github.com/hashicorp/terraform-plugin-go/tftypes"

	"local/toolchain/stand-ins/notice"
)

// settings are the provider block completed by the environment.
type settings struct {
	block object
	cloud cloud.Configuration
	// credential is set by connect.
	credential azcore.TokenCredential
}

func noticed() []*tfprotov6.Diagnostic {
	summary, detail := notice.Text("azapi", "2.12.0")
	if summary == "" {
		return nil
	}
	return []*tfprotov6.Diagnostic{{
		Severity: tfprotov6.DiagnosticSeverityWarning, Summary: summary, Detail: detail,
	}}
}

// text is an attribute of the provider block, or the first of the environment variables that is set.
func (s settings) text(name string, variables ...string) string {
	if value := s.block.text(name); value != "" {
		return value
	}
	for _, variable := range variables {
		if value := os.Getenv(variable); value != "" {
			return value
		}
	}
	return ""
}

func (s settings) flag(name, variable string, otherwise bool) bool {
	if !s.block.isNull(name) {
		return s.block.flag(name)
	}
	if value := os.Getenv(variable); value != "" {
		return strings.EqualFold(value, "true")
	}
	return otherwise
}

func (s settings) subscription() string { return s.text("subscription_id", "ARM_SUBSCRIPTION_ID") }
func (s settings) tenant() string       { return s.text("tenant_id", "ARM_TENANT_ID") }

func (s settings) clientID() string {
	return cmp.Or(s.text("client_id", "ARM_CLIENT_ID", "AZURE_CLIENT_ID"),
		contents(s.text("client_id_file_path", "ARM_CLIENT_ID_FILE_PATH")))
}

// connect chooses the cloud and a credential; the first request asks for a token.
func (s *settings) connect() (*client, error) {
	if err := s.chooseCloud(); err != nil {
		return nil, err
	}
	if err := s.chooseCredential(); err != nil {
		return nil, err
	}
	pipeline, err := armruntime.NewPipeline("azapi-stand-in", "v2.12.0", s.credential, runtime.PipelineOptions{}, &arm.ClientOptions{
		ClientOptions: policy.ClientOptions{
			Cloud: s.cloud,
			// The timeout of the operation ends it.
			Retry: policy.RetryOptions{MaxRetries: math.MaxInt16},
		},
		DisableRPRegistration: s.flag("skip_provider_registration", "ARM_SKIP_PROVIDER_REGISTRATION", false),
	})
	if err != nil {
		return nil, err
	}
	return &client{endpoint: s.cloud.Services[cloud.ResourceManager].Endpoint, pipeline: pipeline}, nil
}

func (s *settings) chooseCloud() error {
	environment := strings.ToLower(cmp.Or(s.text("environment", "ARM_ENVIRONMENT"), "public"))
	configuration, ok := map[string]cloud.Configuration{
		"public": cloud.AzurePublic, "usgovernment": cloud.AzureGovernment, "china": cloud.AzureChina,
		"custom": {},
	}[environment]
	if !ok {
		return fmt.Errorf("environment: one of public, usgovernment, china and custom is expected, %q was given", environment)
	}
	endpoint := object{}
	blocks := []tftypes.Value{}
	if value, ok := s.block["endpoint"]; ok && !value.IsNull() && value.As(&blocks) == nil && len(blocks) > 0 {
		endpoint, _ = objectOf(blocks[0])
	} else {
		for name, variable := range map[string]string{
			"active_directory_authority_host": "ARM_ACTIVE_DIRECTORY_AUTHORITY_HOST",
			"resource_manager_endpoint":       "ARM_RESOURCE_MANAGER_ENDPOINT",
			"resource_manager_audience":       "ARM_RESOURCE_MANAGER_AUDIENCE",
		} {
			endpoint.setText(name, os.Getenv(variable))
		}
	}
	if environment == "custom" {
		for _, name := range []string{"active_directory_authority_host", "resource_manager_endpoint", "resource_manager_audience"} {
			if endpoint.text(name) == "" {
				return fmt.Errorf("endpoint: %q is required when environment is custom", name)
			}
		}
	}
	s.cloud = configuration
	s.cloud.Services = maps.Clone(configuration.Services) // azcore's own map is shared
	if s.cloud.Services == nil {
		s.cloud.Services = map[cloud.ServiceName]cloud.ServiceConfiguration{}
	}
	manager := s.cloud.Services[cloud.ResourceManager]
	manager.Endpoint = cmp.Or(endpoint.text("resource_manager_endpoint"), manager.Endpoint)
	manager.Audience = cmp.Or(endpoint.text("resource_manager_audience"), manager.Audience)
	s.cloud.Services[cloud.ResourceManager] = manager
	s.cloud.ActiveDirectoryAuthorityHost = cmp.Or(endpoint.text("active_directory_authority_host"), s.cloud.ActiveDirectoryAuthorityHost)
	return nil
}

func (s *settings) chooseCredential() error {
	chain, err := s.credentials()
	if err != nil {
		return err
	}
	credential, err := azidentity.NewChainedTokenCredential(chain, nil)
	s.credential = credential
	return err
}

// credentials are tried in the real provider's order: OpenID Connect, a client secret, a managed identity
// and the Azure CLI (Azure/terraform-provider-azapi, internal/provider/provider.go, buildChainedTokenCredential).
func (s *settings) credentials() ([]azcore.TokenCredential, error) {
	options := azcore.ClientOptions{Cloud: s.cloud}
	noDiscovery := s.flag("disable_instance_discovery", "ARM_DISABLE_INSTANCE_DISCOVERY", false)
	secret := cmp.Or(s.text("client_secret", "ARM_CLIENT_SECRET"),
		contents(s.text("client_secret_file_path", "ARM_CLIENT_SECRET_FILE_PATH")))
	chain := []azcore.TokenCredential{}
	add := func(credential azcore.TokenCredential, err error) error {
		if err == nil {
			chain = append(chain, credential)
		}
		return err
	}
	if s.flag("use_oidc", "ARM_USE_OIDC", false) || s.flag("use_aks_workload_identity", "ARM_USE_AKS_WORKLOAD_IDENTITY", false) {
		if err := add(azidentity.NewClientAssertionCredential(s.tenant(), s.clientID(), s.assertion, &azidentity.ClientAssertionCredentialOptions{
			ClientOptions: options, DisableInstanceDiscovery: noDiscovery,
		})); err != nil {
			return nil, err
		}
	}
	if secret != "" {
		if err := add(azidentity.NewClientSecretCredential(s.tenant(), s.clientID(), secret, &azidentity.ClientSecretCredentialOptions{
			ClientOptions: options, DisableInstanceDiscovery: noDiscovery,
		})); err != nil {
			return nil, err
		}
	}
	if s.flag("use_msi", "ARM_USE_MSI", false) {
		if err := add(azidentity.NewManagedIdentityCredential(s.managedIdentity(options))); err != nil {
			return nil, err
		}
	}
	if s.flag("use_cli", "ARM_USE_CLI", true) {
		if err := add(azidentity.NewAzureCLICredential(&azidentity.AzureCLICredentialOptions{TenantID: s.tenant()})); err != nil {
			return nil, err
		}
	}
	return chain, nil
}

// managedIdentity is the user-assigned one with the client id, or the machine's own.
func (s *settings) managedIdentity(options azcore.ClientOptions) *azidentity.ManagedIdentityCredentialOptions {
	identity := &azidentity.ManagedIdentityCredentialOptions{ClientOptions: options}
	if id := s.clientID(); id != "" {
		identity.ID = azidentity.ClientID(id)
	}
	return identity
}

// assertion is the token of OpenID Connect: given, in a file, or from GitHub's own endpoint.
func (s *settings) assertion(ctx context.Context) (string, error) {
	if token := s.text("oidc_token", "ARM_OIDC_TOKEN"); token != "" {
		return token, nil
	}
	if path := s.text("oidc_token_file_path", "ARM_OIDC_TOKEN_FILE_PATH", "AZURE_FEDERATED_TOKEN_FILE"); path != "" {
		data, err := os.ReadFile(path)
		return strings.TrimSpace(string(data)), err
	}
	address := s.text("oidc_request_url", "ARM_OIDC_REQUEST_URL", "ACTIONS_ID_TOKEN_REQUEST_URL")
	bearer := s.text("oidc_request_token", "ARM_OIDC_REQUEST_TOKEN", "ACTIONS_ID_TOKEN_REQUEST_TOKEN")
	if address == "" || bearer == "" {
		return "", errors.New("use_oidc is set, but there is neither a token nor a place to get one from")
	}
	target, err := url.Parse(address)
	if err != nil {
		return "", fmt.Errorf("oidc_request_url: %w", err)
	}
	query := target.Query()
	query.Set("audience", "api://AzureADTokenExchange")
	target.RawQuery = query.Encode()
	request, err := http.NewRequestWithContext(ctx, http.MethodGet, target.String(), nil)
	if err != nil {
		return "", err
	}
	request.Header.Set("Authorization", "Bearer "+bearer)
	response, err := http.DefaultClient.Do(request)
	if err != nil {
		return "", err
	}
	defer response.Body.Close()
	data, err := io.ReadAll(response.Body)
	if err != nil {
		return "", err
	}
	var answer struct {
		Value string `json:"value"`
	}
	if err := json.Unmarshal(data, &answer); err != nil || answer.Value == "" {
		return "", fmt.Errorf("oidc_request_url answered %s without a token", response.Status)
	}
	return answer.Value, nil
}

// objectID is the claim `oid` of the token that Resource Manager gets.
func (s *settings) objectID(ctx context.Context) (string, error) {
	token, err := s.credential.GetToken(ctx, policy.TokenRequestOptions{
		Scopes: []string{s.cloud.Services[cloud.ResourceManager].Audience + "/.default"},
	})
	if err != nil {
		return "", err
	}
	parts := strings.Split(token.Token, ".")
	if len(parts) != 3 {
		return "", errors.New("the access token is not a JWT")
	}
	data, err := base64.RawURLEncoding.DecodeString(parts[1])
	if err != nil {
		return "", err
	}
	var claims struct {
		ObjectID string `json:"oid"`
	}
	err = json.Unmarshal(data, &claims)
	return claims.ObjectID, err
}

func contents(path string) string {
	if path == "" {
		return ""
	}
	data, _ := os.ReadFile(path)
	return strings.TrimSpace(string(data))
}
