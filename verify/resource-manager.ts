import type { TokenCredential } from "@azure/identity";

/** A resource as Azure Resource Manager returns it. */
export interface Resource {
  readonly id: string;
  readonly name: string;
  readonly properties: Readonly<Record<string, unknown>>;
}

/** Reads from Azure Resource Manager: the few calls that a verification needs. */
export class ResourceManager {
  readonly #endpoint: string;
  readonly #scope: string;

  /**
   * @param environment - `ARM_RESOURCE_MANAGER_ENDPOINT` and `ARM_RESOURCE_MANAGER_AUDIENCE`, as azapi reads
   * them; without them the Azure public cloud.
   */
  constructor(
    private readonly credential: TokenCredential,
    environment: NodeJS.ProcessEnv,
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
      page = await this.#fetch<Page>("GET", page.nextLink);
      resources.push(...(page?.value ?? []));
    }
    return resources;
  }

  async post<T>(path: string, apiVersion: string): Promise<T | undefined> {
    return this.#request<T>("POST", path, apiVersion);
  }

  async #request<T>(
    method: string,
    path: string,
    apiVersion: string,
    filter?: string,
  ): Promise<T | undefined> {
    const url = new URL(this.#endpoint + path);
    url.searchParams.set("api-version", apiVersion);
    if (filter !== undefined) url.searchParams.set("$filter", filter);
    return this.#fetch<T>(method, url.href);
  }

  async #fetch<T>(method: string, url: string): Promise<T | undefined> {
    const token = await this.credential.getToken(this.#scope);
    if (!token) throw new Error(`No access token for ${this.#scope}.`);
    const response = await fetch(url, {
      method,
      headers: { Authorization: `Bearer ${token.token}` },
    });
    if (response.status === 404) return undefined;
    if (!response.ok) {
      throw new Error(
        `${method} ${new URL(url).pathname} was answered ${response.status}: ${await response.text()}`,
      );
    }
    return (await response.json()) as T;
  }
}
