import { EntraUnderTest, ORIGIN, TENANT } from "./entra";

let azure: EntraUnderTest;
beforeEach(() => {
  azure = new EntraUnderTest();
});

describe("refusals", () => {
  const refuse = async (
    change: Record<string, string | undefined>,
    expected: { status: number; error: string; code: number; text: string },
    where: { tenant?: string; path?: string } = {},
  ) => {
    const form = Object.fromEntries(
      Object.entries({ ...azure.operatorForm(), ...change }).filter(
        (entry): entry is [string, string] => entry[1] !== undefined,
      ),
    );
    const { status, body } = await azure.token(form, where);
    expect({ status, error: body.error, codes: body.error_codes }).toEqual({
      status: expected.status,
      error: expected.error,
      codes: [expected.code],
    });
    expect(body.error_description).toContain(`AADSTS${expected.code}: `);
    expect(body.error_description).toContain(expected.text);
    expect(body).not.toHaveProperty("access_token");
    return body;
  };

  test("the body has all fields of Entra's errors", async () => {
    const body = await refuse(
      { client_secret: "wrong" },
      { status: 401, error: "invalid_client", code: 7000215, text: "Invalid client secret" },
    );
    // OfficeDev/microsoft-365-agents-toolkit issue 8621 has a whole body.
    expect(body).toEqual({
      error: "invalid_client",
      error_description: expect.stringMatching(
        /^AADSTS7000215: Invalid client secret provided\. Ensure the secret being sent in the request is the client secret value, not the client secret ID, for a secret added to app '[0-9a-f-]{36}'\. Trace ID: [0-9a-f-]{36} Correlation ID: a-correlation-id Timestamp: 2026-01-01 00:00:00Z$/,
      ) as string,
      error_codes: [7000215],
      timestamp: "2026-01-01 00:00:00Z",
      trace_id: expect.stringMatching(/^[0-9a-f-]{36}$/) as string,
      correlation_id: "a-correlation-id",
      error_uri: `${ORIGIN}/error?code=7000215`,
    });
    expect(azure.logged).toEqual([expect.stringContaining("AADSTS7000215")]);
    expect(azure.logged.join("")).not.toContain("wrong");
  });

  test.each(["grant_type", "client_id", "scope"])("no %s: AADSTS900144", async (name) => {
    await refuse(
      { [name]: undefined },
      {
        status: 400,
        error: "invalid_request",
        code: 900144,
        text: `The request body must contain the following parameter: '${name}'.`,
      },
    );
  });

  test("another grant: AADSTS70003", async () => {
    await refuse(
      { grant_type: "password" },
      { status: 400, error: "unsupported_grant_type", code: 70003, text: "'password'" },
    );
  });

  // The wording: stephaneey/azure-apim-extension issue 138.
  test("no secret and no assertion: AADSTS7000216", async () => {
    await refuse(
      { client_secret: undefined },
      {
        status: 401,
        error: "invalid_client",
        code: 7000216,
        text: "is required for the 'client_credentials' grant type",
      },
    );
  });

  test("an application that does not exist: AADSTS700016", async () => {
    const stranger = "55555555-5555-5555-5555-555555555555";
    await refuse(
      { client_id: stranger },
      {
        status: 400,
        error: "unauthorized_client",
        code: 700016,
        text: `Application with identifier '${stranger}' was not found in the directory '${TENANT}'.`,
      },
    );
  });

  test("another tenant: AADSTS90002", async () => {
    const tenant = "99999999-9999-9999-9999-999999999999";
    await refuse(
      {},
      { status: 400, error: "invalid_request", code: 90002, text: `Tenant '${tenant}' not found.` },
      { tenant },
    );
  });

  // MicrosoftDocs/azure-docs issue 24064.
  test.each(["common", "organizations"])("%s names no tenant: AADSTS50059", async (tenant) => {
    await refuse(
      {},
      { status: 400, error: "invalid_request", code: 50059, text: "No tenant-identifying" },
      { tenant },
    );
  });

  test.each([
    "https://management.azure.com",
    "https://management.azure.com/user_impersonation",
    "https://management.azure.com/.default https://graph.microsoft.com/.default",
  ])("scope '%s': AADSTS1002012", async (scope) => {
    await refuse(
      { scope },
      { status: 400, error: "invalid_scope", code: 1002012, text: `for scope ${scope}` },
    );
  });

  test("a resource that does not exist: AADSTS500011", async () => {
    await refuse(
      { scope: "https://nothing.example.com/.default" },
      {
        status: 400,
        error: "invalid_resource",
        code: 500011,
        text: "The resource principal named https://nothing.example.com was not found",
      },
    );
  });
});
