import { ask, CHAT_ACTION, OpenAiAccount, type ServiceError } from "../openai-account";
import { expectRefusal } from "./refusal";

let account: OpenAiAccount;
beforeEach(async () => {
  account = await new OpenAiAccount().signIn(CHAT_ACTION);
});
afterEach(() => account.planes.close());

describe("what a request can be refused for", () => {
  test("a deployment that does not exist, or not yet", async () => {
    account.deploy("early", "gpt-4.1", "2025-04-14", { provisioningState: "Creating" });
    for (const deployment of ["nothing", "early"]) {
      await expectRefusal(
        account,
        ask(),
        {
          code: "DeploymentNotFound",
          message:
            "The API deployment for this resource does not exist. If you created the deployment within the last 5 minutes, please wait a moment and try again.",
        },
        { deployment },
        404,
      );
    }
  });

  // microsoft/azurechat issue 426, Azure-Samples/azure-search-openai-demo issue 1358.
  test.each(["2023-12-01", "0613", "2099-01-01"])(
    "api-version %s is none: 404, as for a wrong path",
    async (apiVersion) => {
      const expected = { code: "404", message: "Resource not found" };
      await expectRefusal(account, ask(), expected, { apiVersion }, 404);
    },
  );

  // MicrosoftDocs/azure-docs issue 114602.
  test("no api-version: 404", async () => {
    const { status } = await account.request("/openai/deployments/chat/chat/completions", {
      method: "POST",
      body: JSON.stringify(ask()),
    });
    expect(status).toBe(404);
  });

  test("an endpoint, path or method that does not exist: 404", async () => {
    for (const [method, path] of [
      ["GET", "/openai/deployments/chat/chat/completions?api-version=2024-10-21"],
      ["POST", "/openai/deployments/chat/completions?api-version=2024-10-21"],
      ["POST", "/chat/completions"],
    ] as const) {
      const { status, body } = await account.request<ServiceError>(path, { method });
      expect([method, path, status]).toEqual([method, path, 404]);
      expect(body).toEqual({ error: { code: "404", message: "Resource not found" } });
    }
    const elsewhere = await account.planes.app.request(
      `${account.planes.origin}/cognitiveservices/other/openai/deployments/chat/chat/completions?api-version=2024-10-21`,
      { method: "POST", headers: { authorization: `Bearer ${account.token}` } },
    );
    expect(elsewhere.status).toBe(404);
  });
});
