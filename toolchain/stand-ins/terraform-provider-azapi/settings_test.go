package main

import (
	"fmt"
	"slices"
	"testing"

	"github.com/Azure/azure-sdk-for-go/sdk/azcore"
	"github.com/Azure/azure-sdk-for-go/sdk/azcore/cloud"
)

func TestCredentialsAreTriedInTheProvidersOrder(t *testing.T) {
	for name, value := range map[string]string{
		"ARM_TENANT_ID": "11111111-1111-4111-8111-111111111111", "ARM_CLIENT_ID": "22222222-2222-4222-8222-222222222222",
		"ARM_CLIENT_SECRET": "secret", "ARM_USE_OIDC": "true", "ARM_USE_MSI": "true", "ARM_USE_CLI": "",
	} {
		t.Setenv(name, value)
	}
	s := settings{block: object{}, cloud: cloud.AzurePublic}
	chain, err := s.credentials()
	if err != nil {
		t.Fatal(err)
	}
	kinds := []string{}
	for _, credential := range chain {
		kinds = append(kinds, fmt.Sprintf("%T", credential))
	}
	expected := []string{
		"*azidentity.ClientAssertionCredential", "*azidentity.ClientSecretCredential",
		"*azidentity.ManagedIdentityCredential", "*azidentity.AzureCLICredential",
	}
	if !slices.Equal(kinds, expected) {
		t.Errorf("credentials: %v, expected %v", kinds, expected)
	}
}

func TestTheManagedIdentityIsTheOneWithTheClientID(t *testing.T) {
	for _, id := range []string{"22222222-2222-4222-8222-222222222222", ""} {
		t.Setenv("ARM_CLIENT_ID", id)
		t.Setenv("AZURE_CLIENT_ID", "")
		s := settings{block: object{}}
		options := s.managedIdentity(azcore.ClientOptions{})
		if given := options.ID != nil; given != (id != "") || given && options.ID.String() != id {
			t.Errorf("client id %q gave the identity %v", id, options.ID)
		}
	}
}
