import { synthesize, type SynthesizedStack } from "./synthesize";

interface Linker {
  readonly body: { readonly properties: Record<string, unknown> };
  readonly [attribute: string]: unknown;
}

function linkerOf(stack: SynthesizedStack): Linker {
  const linker = Object.values(stack.resource.azapi_resource ?? {}).find(
    ({ type }) => type === "Microsoft.ServiceLinker/linkers@2024-04-01",
  );
  if (!linker) throw new Error("no linker");
  return linker as unknown as Linker;
}

describe("the connection", () => {
  it("has the properties of the API definition (Azure/azure-rest-api-specs, servicelinker.json)", () => {
    const { properties } = linkerOf(synthesize()).body;
    expect(properties).toEqual({
      clientType: "nodejs",
      scope: "default",
      targetService: {
        type: "AzureResource",
        id: expect.stringMatching(/^\$\{azurerm_cognitive_account\..*\.id\}$/) as string,
      },
      authInfo: {
        authType: "userAssignedIdentity",
        authMode: "optInAllAuth",
        clientId: "${azurerm_user_assigned_identity.Identity.client_id}",
        subscriptionId: "${data.azurerm_client_config.Client.subscription_id}",
        roles: ["5e0bd9bd-7b93-4f28-af87-19fc36ad61bd"],
        deleteOrUpdateBehavior: "ForcedCleanup",
      },
    });
  });

  it("gives the tutorial's role when asked to", () => {
    const linker = linkerOf(
      synthesize({ connection: { role: "Cognitive Services OpenAI Contributor" } }),
    );
    expect(linker.body.properties.authInfo).toMatchObject({
      roles: ["a001fd3d-188f-4b5d-821b-7da978bf7442"],
    });
  });

  it("sits on the cluster and takes only its state from the answer", () => {
    expect(linkerOf(synthesize())).toMatchObject({
      name: "openai_conn",
      parent_id: expect.stringMatching(/^\$\{azurerm_kubernetes_cluster\..*\.id\}$/) as string,
      response_export_values: { provisioningState: "properties.provisioningState" },
    });
  });

  // Go's regexp has the inline flags that JavaScript's has as a parameter.
  it.each([
    ["409 Conflict: another operation is in progress on the managed cluster", true],
    ["RESPONSE 409: Conflict\nERROR CODE: Conflict\nThe cluster is being updated", true],
    [
      "RESPONSE 409: 409 Conflict\nERROR CODE: MissingSubscriptionRegistration\nThe subscription is not registered to use namespace 'Microsoft.KubernetesConfiguration'",
      false,
    ],
    ["RESPONSE 409: 409 Conflict\nOperation returned an invalid status code: Conflict.", true],
    ["Operation returned an invalid status code 'Conflict'", true],
    ["Conflict: the name is taken", false],
  ])("is tried again on %j: %s", (message, again) => {
    const { retry } = linkerOf(synthesize()) as unknown as {
      retry: { error_message_regex: string[] };
    };
    const patterns = retry.error_message_regex.map(
      (pattern) => new RegExp(pattern.replace("(?is)", ""), "is"),
    );
    expect(patterns.some((pattern) => pattern.test(message))).toBe(again);
  });

  it("is the only maker of what Service Connector makes", () => {
    const types = Object.keys(synthesize().resource);
    for (const type of [
      "azurerm_federated_identity_credential",
      "azurerm_role_assignment",
      "kubernetes_service_account_v1",
      "kubernetes_secret_v1",
    ]) {
      expect(types).not.toContain(type);
    }
  });
});
