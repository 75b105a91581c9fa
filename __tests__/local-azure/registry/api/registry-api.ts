import { TestRegistry } from "../test-registry";

/** What an answer of the registry holds. */
interface Answer {
  readonly status: number;
  readonly headers: Headers;
  readonly body: Record<string, unknown>;
}

/** A registry whose API is called in-process, by somebody who has signed in to Entra. */
export class RegistryApi extends TestRegistry {
  readonly url = `https://${this.loginServer}`;

  async request(path: string, init?: RequestInit): Promise<Answer> {
    const response = await this.planes.app.request(`${this.url}${path}`, init);
    const { status, headers } = response;
    const text = await response.text();
    return {
      status,
      headers,
      body: (text === "" ? {} : JSON.parse(text)) as Record<string, unknown>,
    };
  }

  post(path: string, form: Record<string, string>): Promise<Answer> {
    return this.request(path, { method: "POST", body: new URLSearchParams(form) });
  }

  entraToken(audience = "https://containerregistry.azure.net"): Promise<string> {
    return this.planes.entra.issueAccessToken({ oid: "someone" }, audience);
  }

  /** A token of the registry for what somebody may do of a scope. */
  async token(scope: string): Promise<string> {
    const exchanged = await this.post("/oauth2/exchange", {
      grant_type: "access_token",
      service: this.loginServer,
      access_token: await this.entraToken(),
    });
    const { body } = await this.post("/oauth2/token", {
      grant_type: "refresh_token",
      service: this.loginServer,
      refresh_token: exchanged.body.refresh_token as string,
      scope,
    });
    return body.access_token as string;
  }
}

export const errorOf = ({ errors }: Answer["body"]) => (errors as { code: string }[])[0]?.code;
