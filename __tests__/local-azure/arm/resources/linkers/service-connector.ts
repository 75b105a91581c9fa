import { SUBSCRIPTION, type Answer, ArmClient, type Body } from "../../arm-client";
import { ACCOUNT, CLUSTER, IDENTITY, LINKER, id } from "../../tutorial-resources";

export const OPENAI_CONTRIBUTOR = "a001fd3d-188f-4b5d-821b-7da978bf7442";
export const OTHER_IDENTITY = IDENTITY.replace("MyIdentity", "OtherIdentity");
export const ROLE_ASSIGNMENTS = `${ACCOUNT}/providers/Microsoft.Authorization/roleAssignments`;
export const EXTENSIONS = `${CLUSTER}/providers/Microsoft.KubernetesConfiguration/extensions`;

/** In what a connection differs from the tutorial's. */
export interface Changes {
  readonly identity?: string;
  readonly authInfo?: object;
  readonly properties?: object;
}

/** Asks for connections, and looks at what Service Connector makes for them. */
export class ServiceConnector {
  constructor(private readonly arm: ArmClient) {}

  async clientIdOf(identity: string): Promise<string> {
    return String((await this.arm.get(identity)).body.properties.clientId);
  }

  async bodyOf({ identity = IDENTITY, authInfo, properties }: Changes = {}) {
    return {
      properties: {
        clientType: "python",
        targetService: { type: "AzureResource", id: id(ACCOUNT) },
        authInfo: {
          authType: "userAssignedIdentity",
          clientId: await this.clientIdOf(identity),
          subscriptionId: SUBSCRIPTION,
          ...authInfo,
        },
        scope: "default",
        ...properties,
      },
    };
  }

  async ask(changes?: Changes, path = LINKER): Promise<Answer> {
    return this.arm.ask("PUT", path, { body: await this.bodyOf(changes) });
  }

  async put(changes?: Changes, path = LINKER): Promise<Body> {
    return this.arm.put(path, await this.bodyOf(changes));
  }

  async issuer(): Promise<string> {
    const { properties } = (await this.arm.get(CLUSTER)).body;
    return (properties.oidcIssuerProfile as { issuerURL: string }).issuerURL;
  }

  async inCluster(kind: string, name: string, namespace?: string) {
    const uid = (await this.issuer()).split("/").at(-2) ?? "";
    return this.arm.server.azure.kubernetes.get(uid, {
      kind,
      name,
      ...(namespace !== undefined && { namespace }),
    });
  }

  async secretData(name = "sc-openaiconn-secret") {
    const data = (await this.inCluster("Secret", name, "default"))?.data as
      Record<string, string> | undefined;
    return (
      data &&
      Object.fromEntries(
        Object.entries(data).map(([key, value]) => [key, Buffer.from(value, "base64").toString()]),
      )
    );
  }

  async credentials(identity = IDENTITY): Promise<Body[]> {
    return (await this.arm.get(`${identity}/federatedIdentityCredentials`)).body.value;
  }

  /** The roles that an identity has on the account. */
  async roles(identity = IDENTITY) {
    const { principalId } = (await this.arm.get(identity)).body.properties;
    const { value } = (await this.arm.get(ROLE_ASSIGNMENTS)).body;
    return value
      .filter(({ properties }) => properties.principalId === principalId)
      .map(({ properties }) => String(properties.roleDefinitionId).split("/").at(-1));
  }
}

/** Gives each test a Service Connector, and a subscription with what the tutorial has before the connection. */
export function beforeEachTest(use: (connector: ServiceConnector, arm: ArmClient) => void): void {
  let start: () => Promise<ArmClient>;
  let arm: ArmClient;
  beforeAll(async () => {
    start = await ArmClient.prepare(CLUSTER, ACCOUNT, IDENTITY);
  });
  beforeEach(async () => {
    arm = await start();
    use(new ServiceConnector(arm), arm);
  });
  afterEach(() => arm.close());
}
