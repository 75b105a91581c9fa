import type OpenAI from "openai";
import { composePlanes, type ComposedPlanes } from "../composed-planes";
import { ManualClock } from "../manual-clock";

export const CHAT_ACTION =
  "Microsoft.CognitiveServices/accounts/OpenAI/deployments/chat/completions/action";
export const API_VERSION = "2024-10-21";
const ACCOUNT_ID =
  "/subscriptions/s/resourceGroups/g/providers/Microsoft.CognitiveServices/accounts/MyAccount";

/** An answer, and its body in both forms. */
export interface Answer<T = Record<string, unknown>> {
  readonly status: number;
  readonly headers: Headers;
  readonly text: string;
  readonly body: T;
}

export interface ServiceError {
  readonly error: {
    readonly code: string | null;
    readonly message: string;
    readonly param?: string | null;
    readonly type?: string;
  };
}

/** An Azure OpenAI account with one deployment, `chat`, of gpt-4.1, and somebody who may ask it. */
export class OpenAiAccount {
  readonly clock = new ManualClock();
  readonly planes: ComposedPlanes = composePlanes({ clock: this.clock });
  readonly endpoint = `${this.planes.origin}/cognitiveservices/my-subdomain`;
  readonly id = ACCOUNT_ID;
  readonly properties: Record<string, unknown> = {
    customSubDomainName: "my-subdomain",
    disableLocalAuth: true,
    publicNetworkAccess: "Enabled",
  };
  token = "";

  constructor() {
    this.planes.arm.resources.push({
      id: ACCOUNT_ID,
      name: "MyAccount",
      type: "Microsoft.CognitiveServices/accounts",
      location: "eastus",
      properties: this.properties,
    });
    this.deploy("chat", "gpt-4.1", "2025-04-14");
  }

  /** Signs somebody in, with a role that permits these data actions. */
  async signIn(...actions: string[]): Promise<this> {
    for (const action of actions) {
      this.planes.arm.grants.push({ principalId: "someone", action, scope: ACCOUNT_ID });
    }
    this.token = await this.tokenFor("https://cognitiveservices.azure.com");
    return this;
  }

  tokenFor(audience: string): Promise<string> {
    return this.planes.entra.issueAccessToken({ oid: "someone" }, audience);
  }

  deploy(
    name: string,
    model: string,
    version: string,
    { capacity = 10, provisioningState = "Succeeded" } = {},
  ): void {
    this.planes.arm.resources.push({
      id: `${ACCOUNT_ID}/deployments/${name}`,
      name,
      type: "Microsoft.CognitiveServices/accounts/deployments",
      sku: { name: "Standard", capacity },
      properties: { model: { format: "OpenAI", name: model, version }, provisioningState },
    });
  }

  async request<T = Record<string, unknown>>(
    path: string,
    { headers, env, ...init }: RequestInit & { env?: object } = {},
  ): Promise<Answer<T>> {
    const response = await this.planes.app.request(
      `${this.endpoint}${path}`,
      {
        ...init,
        headers: headers ?? { authorization: `Bearer ${this.token}` },
      },
      env,
    );
    const text = await response.text();
    const isJson = response.headers.get("content-type")?.startsWith("application/json");
    return {
      status: response.status,
      headers: response.headers,
      text,
      body: (isJson === true ? JSON.parse(text) : undefined) as T,
    };
  }

  chat<T = OpenAI.ChatCompletion>(
    body: object | string,
    {
      deployment = "chat",
      apiVersion = API_VERSION,
      ...init
    }: RequestInit & { deployment?: string; apiVersion?: string; env?: object } = {},
  ): Promise<Answer<T>> {
    return this.request<T>(
      `/openai/deployments/${deployment}/chat/completions?api-version=${apiVersion}`,
      { method: "POST", body: typeof body === "string" ? body : JSON.stringify(body), ...init },
    );
  }

  /** For clients that take one: no port is opened. */
  readonly fetch = async (input: string | URL | Request, init?: RequestInit): Promise<Response> =>
    this.planes.app.request(input instanceof Request ? input : String(input), init);
}

/** One question. */
export const ask = (question = "Are you there?", more: object = {}) => ({
  messages: [{ role: "user", content: question }],
  ...more,
});
