import { ClientSecretCredential } from "@azure/identity";
import { eventually } from "../composed-planes";
import { ListeningServer } from "../listening-server";

/** The group that the tests' resources stand in. */
export const GROUP = "MyResourceGroup";

/** How often a poller looks, where the local Azure does not say. */
export const POLLING = { updateIntervalInMs: 10 };

/** A listening local Azure, and what an official SDK's client takes to be its operator's. */
export class SignedIn {
  private constructor(readonly azure: ListeningServer) {}

  /** @param namespaces - The resource providers that the subscription is registered for. */
  static async start(...namespaces: string[]): Promise<SignedIn> {
    const signedIn = new SignedIn(await ListeningServer.start());
    await Promise.all(namespaces.map((namespace) => signedIn.azure.register(namespace)));
    await signedIn.make(signedIn.group, "2025-04-01", { location: "eastus" });
    return signedIn;
  }

  get subscriptionId(): string {
    return this.azure.server.azure.subscriptionId;
  }

  /** The group's id. */
  get group(): string {
    return `${this.azure.subscription}/resourceGroups/${GROUP}`;
  }

  get credential(): ClientSecretCredential {
    const { clientId, clientSecret } = this.azure.server.entra.operator;
    return new ClientSecretCredential(
      this.azure.server.azure.tenantId,
      clientId,
      clientSecret,
      this.#trust({ authorityHost: this.azure.origin, disableInstanceDiscovery: true }),
    );
  }

  /** Where Azure Resource Manager is; the API versions are the SDK's own. */
  get options() {
    return this.#trust({ endpoint: this.azure.origin });
  }

  /** Makes a resource that a test needs but is not about. */
  async make(id: string, apiVersion: string, body: unknown): Promise<Record<string, unknown>> {
    const address = `${id}?api-version=${apiVersion}`;
    await this.azure.arm("PUT", address, body);
    return eventually(async () => {
      const resource = await this.azure.arm("GET", address);
      const { provisioningState = "Succeeded" } = resource.properties as Record<string, unknown>;
      return provisioningState === "Succeeded" && resource;
    });
  }

  close(): Promise<void> {
    return this.azure.close();
  }

  #trust<T>(options: T) {
    return { ...options, tlsOptions: { ca: this.azure.certificateAuthority } };
  }
}

/** All items of all pages. */
export async function all<T>(pages: AsyncIterable<T>): Promise<T[]> {
  const items: T[] = [];
  for await (const item of pages) items.push(item);
  return items;
}
