import { readSettings, SettingsError } from "../../sample-app/src/settings";

const env = {
  AZURE_OPENAI_BASE: "https://myopenaiservice.openai.azure.com/",
  AZURE_OPENAI_CLIENTID: "22222222-2222-4222-8222-222222222222",
  AZURE_OPENAI_DEPLOYMENT: "MyModel",
  AZURE_TENANT_ID: "11111111-1111-4111-8111-111111111111",
  AZURE_FEDERATED_TOKEN_FILE: "/var/run/secrets/azure/tokens/azure-identity-token",
  AZURE_AUTHORITY_HOST: "https://login.microsoftonline.com/",
};

function problems(changed: Record<string, string | undefined>): readonly string[] {
  try {
    readSettings({ ...env, ...changed });
  } catch (error) {
    if (error instanceof SettingsError) return error.problems;
    throw error;
  }
  return [];
}

test("the connection's and the webhook's variables are enough", () => {
  expect(readSettings(env)).toEqual({
    endpoint: "https://myopenaiservice.openai.azure.com",
    clientId: env.AZURE_OPENAI_CLIENTID,
    tenantId: env.AZURE_TENANT_ID,
    tokenFile: env.AZURE_FEDERATED_TOKEN_FILE,
    authorityHost: "https://login.microsoftonline.com",
    deployment: "MyModel",
    apiVersion: "2024-10-21",
    question: expect.stringContaining("workload identity") as string,
    waitSeconds: 120,
  });
});

test("everything that is missing is listed at once, with what sets it", () => {
  const listed = problems({
    AZURE_OPENAI_BASE: undefined,
    AZURE_OPENAI_CLIENTID: " ",
    AZURE_OPENAI_DEPLOYMENT: undefined,
    AZURE_TENANT_ID: undefined,
    AZURE_FEDERATED_TOKEN_FILE: "",
  });
  expect(listed).toEqual([
    expect.stringMatching(/^AZURE_OPENAI_BASE and AZURE_OPENAI_CLIENTID are not set; .*envFrom/),
    expect.stringMatching(/^AZURE_OPENAI_DEPLOYMENT is not set; /),
    expect.stringMatching(
      /^AZURE_TENANT_ID and AZURE_FEDERATED_TOKEN_FILE are not set; .*azure\.workload\.identity\/use: "true"/,
    ),
  ]);
});

// A bearer token travels to both addresses.
test.each(["AZURE_OPENAI_BASE", "AZURE_AUTHORITY_HOST"])("%s has to be https", (name) => {
  expect(problems({ [name]: "http://localhost:8443/" })).toEqual([
    expect.stringContaining(`${name} is "http://localhost:8443/"`),
  ]);
});

test.each(["soon", "-1", "1.5", "3601"])("AZURE_OPENAI_WAIT_SECONDS refuses %s", (given) => {
  expect(problems({ AZURE_OPENAI_WAIT_SECONDS: given })).toEqual([
    `AZURE_OPENAI_WAIT_SECONDS is "${given}"; whole seconds from 0 to 3600 are allowed.`,
  ]);
});

test("a deployment's name cannot change the request's path", () => {
  expect(problems({ AZURE_OPENAI_DEPLOYMENT: "../x?y" })).toHaveLength(1);
});
