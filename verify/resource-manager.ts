import {
  createDefaultHttpClient,
  createHttpHeaders,
  createPipelineFromOptions,
  createPipelineRequest,
  type HttpClient,
} from "@azure/core-rest-pipeline";
import type { TokenCredential } from "@azure/identity";

/** A resource as Azure Resource Manager returns it. */
export interface Resource {
  readonly id: string;
  readonly name: string;
  readonly properties: Readonly<Record<string, unknown>>;
}

type Method = "GET" | "POST";

/** One try; Azure's own front door gives up after a minute. */
const TIMEOUT_MS = 60_000;

/**
 * Reads from Azure Resource Manager: the few calls that a verification needs. Through HTTPS_PROXY where it is
 * set, and again where Azure is busy (429, 5xx) or does not answer.
 */
export class ResourceManager {
  readonly #pipeline = createPipelineFromOptions({});
  readonly #endpoint: string;
  readonly #scope: string;

  /**
   * @param environment - `ARM_RESOURCE_MANAGER_ENDPOINT` and `ARM_RESOURCE_MANAGER_AUDIENCE`, as azapi reads
   * them; without them the Azure public cloud.
   * @param client - What sends the requests, replaced in tests.
   */
  constructor(
    private readonly credential: TokenCredential,
    environment: NodeJS.ProcessEnv,
    private readonly client: HttpClient = createDefaultHttpClient(),
  ) {
    const publicCloud = "https://management.azure.com";
    this.#endpoint = (environment.ARM_RESOURCE_MANAGER_ENDPOINT ?? publicCloud).replace(/\/+$/, "");
    const audience = environment.ARM_RESOURCE_MANAGER_AUDIENCE ?? publicCloud;
    this.#scope = `${audience.replace(/\/+$/, "")}/.default`;
  }

  /** @returns The resource, or undefined when it does not exist. */
  async get(id: string, apiVersion: string): Promise<Resource | undefined> {
    return this.#request<Resource>("GET", id, apiVersion);
  }

  /** All pages of a list; empty when its parent does not exist. */
  async list(path: string, apiVersion: string, filter?: string): Promise<Resource[]> {
    interface Page {
      readonly value: Resource[];
      readonly nextLink?: string;
    }
    let page = await this.#request<Page>("GET", path, apiVersion, filter);
    const resources = [...(page?.value ?? [])];
    while (page?.nextLink) {
      page = await this.#send<Page>("GET", page.nextLink);
      resources.push(...(page?.value ?? []));
    }
    return resources;
  }

  async post<T>(path: string, apiVersion: string): Promise<T | undefined> {
    return this.#request<T>("POST", path, apiVersion);
  }

  async #request<T>(
    method: Method,
    path: string,
    apiVersion: string,
    filter?: string,
  ): Promise<T | undefined> {
    const url = new URL(this.#endpoint + path);
    url.searchParams.set("api-version", apiVersion);
    if (filter !== undefined) url.searchParams.set("$filter", filter);
    return this.#send<T>(method, url.href);
  }

  async #send<T>(method: Method, url: string): Promise<T | undefined> {
    const token = await this.credential.getToken(this.#scope);
    if (!token) throw new Error(`No access token for ${this.#scope}.`);
    const headers = createHttpHeaders({ authorization: `Bearer ${token.token}` });
    const request = createPipelineRequest({ url, method, headers, timeout: TIMEOUT_MS });
    const call = `${method} ${new URL(url).pathname}`;
    const { status, bodyAsText } = await this.#pipeline
      .sendRequest(this.client, request)
      .catch((error: unknown) => {
        const { host } = new URL(url);
        const reason = error instanceof Error ? error.message : String(error);
        throw new Error(`${call} got no answer of ${host}: ${reason}`, { cause: error });
      });
    const text = bodyAsText ?? "";
    if (status === 404) return undefined;
    if (status < 200 || status > 299) throw new Error(`${call} was answered ${status}: ${text}`);
    return JSON.parse(text) as T;
  }
}
