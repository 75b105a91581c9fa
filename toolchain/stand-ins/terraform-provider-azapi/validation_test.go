package main

import (
	"strings"
	"testing"

	"github.com/hashicorp/terraform-plugin-go/tftypes"
)

const embedded = "embedded schema validation failed: the argument \"body\" is invalid:\n"

// changedLinker is the linker of server_test.go with other properties in its body.
func changedLinker(properties map[string]any) object {
	config := linker()
	config["body"] = implied(map[string]any{"properties": properties})
	return config
}

func with(config object, name string, value tftypes.Value) object {
	config[name] = value
	return config
}

// The summaries and texts are those of the real provider 2.12.0 for the same configurations.
func TestRefusesWhatTheRealProviderRefuses(t *testing.T) {
	none := tftypes.NewValue(tftypes.String, nil)
	for name, test := range map[string]struct {
		config  object
		summary string
		detail  string
	}{
		"an unknown property": {
			changedLinker(map[string]any{"clientTyp": "nodejs"}), "Invalid configuration",
			embedded + "`properties.clientTyp` is not expected here. Do you mean `properties.clientType`? ",
		},
		"a number for one of Azure's words": {
			changedLinker(map[string]any{"clientType": 5.0}), "Invalid configuration",
			embedded + "`properties.clientType`'s value `` is invalid. The supported values are [none, dotnet, java, ",
		},
		"a number for a text": {
			changedLinker(map[string]any{"scope": 5.0}), "Invalid configuration",
			embedded + "`properties.scope` is invalid, expect `string` but got `basetypes.NumberValue`",
		},
		"a text for a list": {
			changedLinker(map[string]any{"authInfo": map[string]any{"authType": "userAssignedIdentity", "roles": "x"}}),
			"Invalid configuration", embedded + "`properties.authInfo.roles` is invalid, expect `array` but got `basetypes.StringValue`",
		},
		"an unknown variant": {
			changedLinker(map[string]any{"authInfo": map[string]any{"authType": "userAssignedIdentit"}}), "Invalid configuration",
			embedded + "`properties.authInfo.authType`'s value `userAssignedIdentit` is invalid. The supported values are " +
				"[accessKey, easyAuthMicrosoftEntraID, secret, servicePrincipalCertificate, servicePrincipalSecret, " +
				"systemAssignedIdentity, userAccount, userAssignedIdentity]. Do you mean `userAssignedIdentity`? ",
		},
		"no variant": {
			changedLinker(map[string]any{"authInfo": map[string]any{"clientId": "x"}}), "Invalid configuration",
			embedded + "`properties.authInfo.authType` is required, but no definition was found",
		},
		"what Azure alone writes": {
			changedLinker(map[string]any{"provisioningState": "Succeeded"}), "Invalid configuration",
			embedded + "`properties.provisioningState` is not expected here, it's read only",
		},
		"a missing property": {
			with(linker(), "body", implied(map[string]any{})), "Invalid configuration",
			embedded + "`properties` is required, but no definition was found",
		},
		"a location where there is none": {
			with(linker(), "location", text("eastus")), "Invalid configuration", embedded + "`location` is not expected here. Do you mean `",
		},
		"an unknown version": {
			with(linker(), "type", text("Microsoft.ServiceLinker/linkers@2024-04-02")), "Invalid configuration",
			"the argument \"type\"'s api-version is invalid.\n The supported versions are [2021-11-01-preview, ",
		},
		"no version": {
			with(linker(), "type", text("Microsoft.ServiceLinker/linkers")), "Invalid Resource Type",
			`expected "type" to be <resource-type>@<api-version>`,
		},
		"no parent": {
			with(linker(), "parent_id", none), "Missing required argument",
			`The argument "parent_id" is required, but no definition was found.`,
		},
		"a parent that is no id": {
			with(linker(), "parent_id", text("nonsense")), "Invalid Resource ID",
			"invalid resource ID: resource id 'nonsense' must start with '/'",
		},
		"text as body": {with(linker(), "body", text("{}")), "Invalid Type", "The value must not be a string."},
		"an expression that is none": {
			with(linker(), "retry", implied(map[string]any{"error_message_regex": []any{"("}})), "Invalid regular expression",
			"error parsing regexp: missing closing ): `(`",
		},
		"no expression": {
			with(linker(), "retry", implied(map[string]any{"error_message_regex": []any{}})), "Invalid Attribute Value",
			"Attribute retry.error_message_regex list must contain at least 1 elements, got: 0",
		},
		"a long interval": {
			with(linker(), "retry", implied(map[string]any{"error_message_regex": []any{"x"}, "interval_seconds": 121.0})),
			"Invalid Attribute Value", "Attribute retry.interval_seconds value must be at most 120, got: 121",
		},
		"a timeout that is none": {
			with(linker(), "timeouts", implied(map[string]any{"create": "abc"})), "Invalid Attribute Value Time Duration",
			`"abc" must be a string containing a sequence of decimal numbers`,
		},
		"an empty lock": {
			with(linker(), "locks", implied([]any{""})), "Invalid Attribute Value Length",
			"Attribute locks[0] string length must be at least 1, got: 0",
		},
		"two locations": {
			with(with(linker(), "location", text("eastus")), "body", implied(map[string]any{"location": "eastus"})),
			"Invalid configuration", `can't specify both the argument "location" and "location" in the argument "body"`,
		},
		"what the stand-in would drop": {
			with(linker(), "sensitive_body", implied(map[string]any{})), "Not implemented", `"sensitive_body" is not implemented by the stand-in`,
		},
	} {
		found := false
		problems := (armResource{}).validate(newServer(), test.config)
		for _, problem := range problems {
			found = found || (problem.Summary == test.summary && strings.Contains(problem.Detail, test.detail))
		}
		if !found {
			t.Errorf("%s: got %v", name, problems)
		}
	}
}

func TestAcceptsTheStacksBodies(t *testing.T) {
	key := object{
		"type": text("Microsoft.Compute/sshPublicKeys@2024-11-01"), "name": text("key"), "parent_id": text(group),
		"location": text("eastus"), "body": implied(map[string]any{"properties": map[string]any{}}),
	}
	unknown := tftypes.NewValue(tftypes.String, tftypes.UnknownValue)
	connection := linker()
	connection["parent_id"] = unknown
	connection["body"] = implied(map[string]any{"properties": map[string]any{
		"clientType": "something new", "scope": "default",
		"targetService": map[string]any{"type": "AzureResource", "id": group},
		"authInfo": map[string]any{
			"authType": "userAssignedIdentity", "authMode": "optInAllAuth", "clientId": "c", "subscriptionId": "s",
			"roles": []any{"r"}, "deleteOrUpdateBehavior": "ForcedCleanup",
		},
	}})
	for _, config := range []object{key, connection, with(linker(), "schema_validation_enabled", tftypes.NewValue(tftypes.Bool, true))} {
		if problems := (armResource{}).validate(newServer(), config); len(problems) > 0 {
			t.Errorf("%s: %s", config.text("type"), problems[0].Detail)
		}
	}
	wrong := changedLinker(map[string]any{"clientTyp": "nodejs"})
	wrong["schema_validation_enabled"] = tftypes.NewValue(tftypes.Bool, false)
	if problems := (armResource{}).validate(newServer(), wrong); len(problems) > 0 {
		t.Errorf("validated although it is switched off: %s", problems[0].Detail)
	}
}

func TestActionRefusesWhatTheRealProviderRefuses(t *testing.T) {
	config := object{
		"type": text("Microsoft.Compute/sshPublicKeys@2024-11-01"), "resource_id": text("x"),
		"method": text("PSOT"), "when": text("now"), "body": text("{}"),
	}
	details := map[string]bool{}
	for _, problem := range (action{}).validate(newServer(), config) {
		details[problem.Detail] = true
	}
	for _, want := range []string{
		"invalid resource ID: resource id 'x' must start with '/'",
		`Attribute when value must be one of: ["apply" "destroy"], got: "now"`,
		`Attribute method value must be one of: ["POST" "PATCH" "PUT" "DELETE" "GET" "HEAD"], got: "PSOT"`,
	} {
		if !details[want] {
			t.Errorf("%q is missing in %v", want, details)
		}
	}
}
