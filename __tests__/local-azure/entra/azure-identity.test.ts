import { randomUUID } from "node:crypto";
import { writeFileSync } from "node:fs";
import { request } from "node:https";
import { join } from "node:path";
import {
  ClientAssertionCredential,
  ClientSecretCredential,
  WorkloadIdentityCredential,
} from "@azure/identity";
import { decodeJwt } from "jose";
import { parse } from "yaml";
import { ListeningServer } from "../listening-server";

const SCOPE = "https://cognitiveservices.azure.com/.default";
const ARM_SCOPE = "https://management.azure.com/.default";

let azure: ListeningServer;
beforeAll(async () => {
  azure = await ListeningServer.start();
});
afterAll(() => azure.close());

/** What a client of the local Azure is told by its environment. */
const options = () => ({
  authorityHost: azure.origin,
  disableInstanceDiscovery: true,
  tlsOptions: { ca: azure.certificateAuthority },
});

const tenant = () => azure.server.azure.tenantId;

describe("the real @azure/identity, over TLS", () => {
  test("ClientSecretCredential signs the operator in", async () => {
    const { clientId, clientSecret, objectId } = azure.server.entra.operator;
    const credential = new ClientSecretCredential(tenant(), clientId, clientSecret, options());
    const { token, expiresOnTimestamp } = await credential.getToken(ARM_SCOPE);
    expect(decodeJwt(token)).toMatchObject({
      oid: objectId,
      appid: clientId,
      tid: tenant(),
      aud: "https://management.azure.com",
    });
    const lifetime = expiresOnTimestamp - Date.now();
    expect(lifetime).toBeGreaterThan(3500_000);
    expect(lifetime).toBeLessThanOrEqual(3601_000);
  });

  test("an authority host that ends in a slash makes no difference", async () => {
    const { clientId, clientSecret } = azure.server.entra.operator;
    const credential = new ClientSecretCredential(tenant(), clientId, clientSecret, {
      ...options(),
      authorityHost: `${azure.origin}/`,
    });
    await expect(credential.getToken(ARM_SCOPE)).resolves.toHaveProperty("token");
  });

  test("its error repeats Entra's code and text", async () => {
    const { clientId } = azure.server.entra.operator;
    const credential = new ClientSecretCredential(tenant(), clientId, "wrong", options());
    await expect(credential.getToken(ARM_SCOPE)).rejects.toThrow(
      /invalid_client: .*7000215 .*AADSTS7000215: Invalid client secret provided\./,
    );
  });

  test("a token is refused for a service that does not exist", async () => {
    const { clientId, clientSecret } = azure.server.entra.operator;
    const credential = new ClientSecretCredential(tenant(), clientId, clientSecret, options());
    await expect(credential.getToken("https://nothing.example.com/.default")).rejects.toThrow(
      /AADSTS500011/,
    );
  });
});

describe("a workload of a cluster", () => {
  const NAMESPACE = "default";
  let clientId: string;
  let principalId: string;
  let serviceAccountToken: (account?: string) => Promise<string>;

  beforeAll(async () => {
    const { kubernetes } = azure.server.azure;
    const group = `${azure.subscription}/resourceGroups/MyResourceGroup`;
    const uid = randomUUID();
    await azure.register("Microsoft.ManagedIdentity");
    await kubernetes.createCluster(uid, `${group}/providers/Microsoft.ContainerService/c`);
    await azure.arm("PUT", `${group}?api-version=2023-07-01`, { location: "eastus" });
    const identity = `${group}/providers/Microsoft.ManagedIdentity/userAssignedIdentities/MyIdentity`;
    const made = (await azure.arm("PUT", `${identity}?api-version=2024-11-30`, {
      location: "eastus",
    })) as { properties: { clientId: string; principalId: string } };
    ({ clientId, principalId } = made.properties);
    await azure.arm(
      "PUT",
      `${identity}/federatedIdentityCredentials/openai_conn?api-version=2024-11-30`,
      {
        properties: {
          issuer: kubernetes.issuerUrl(uid),
          subject: `system:serviceaccount:${NAMESPACE}:default`,
          audiences: ["api://AzureADTokenExchange"],
        },
      },
    );
    const post = clusterClient(
      kubernetes.kubeconfig(uid, { cluster: "c", resourceGroup: "MyResourceGroup", admin: false }),
    );
    serviceAccountToken = async (account = "default") => {
      const accounts = `/api/v1/namespaces/${NAMESPACE}/serviceaccounts`;
      if (account !== "default") await post(accounts, { metadata: { name: account } });
      const answer = (await post(`${accounts}/${account}/token`, {
        apiVersion: "authentication.k8s.io/v1",
        kind: "TokenRequest",
        spec: { audiences: ["api://AzureADTokenExchange"] },
      })) as { status: { token: string } };
      return answer.status.token;
    };
  });

  test("WorkloadIdentityCredential reads the projected token and gets one of the identity", async () => {
    const tokenFilePath = join(azure.directory, "azure-identity-token");
    writeFileSync(tokenFilePath, await serviceAccountToken());
    const credential = new WorkloadIdentityCredential({
      ...options(),
      tenantId: tenant(),
      clientId,
      tokenFilePath,
    });
    const { token } = await credential.getToken(SCOPE);
    expect(decodeJwt(token)).toMatchObject({
      oid: principalId,
      appid: clientId,
      aud: "https://cognitiveservices.azure.com",
    });
    await expect(
      azure.server.entra.verifyBearerToken(`Bearer ${token}`, [
        "https://cognitiveservices.azure.com",
      ]),
    ).resolves.toMatchObject({ oid: principalId });
  });

  test("ClientAssertionCredential with the token of another service account is refused", async () => {
    const assertion = await serviceAccountToken("other");
    const credential = new ClientAssertionCredential(
      tenant(),
      clientId,
      () => Promise.resolve(assertion),
      options(),
    );
    await expect(credential.getToken(SCOPE)).rejects.toThrow(
      /AADSTS700213: No matching federated identity record found for presented assertion subject 'system:serviceaccount:default:other'/,
    );
  });
});

interface KubeConfig {
  readonly clusters: [{ cluster: { server: string; "certificate-authority-data": string } }];
  readonly users: [{ user: { "client-certificate-data": string; "client-key-data": string } }];
}

/** Posts to a cluster's API with the client certificate of a kubeconfig. */
function clusterClient(kubeconfig: string) {
  const { clusters, users } = parse(kubeconfig) as KubeConfig;
  const decode = (text: string) => Buffer.from(text, "base64").toString();
  const { cluster } = clusters[0];
  const { user } = users[0];
  return (path: string, body: unknown) =>
    new Promise<unknown>((resolve, reject) => {
      const sent = request(
        `${cluster.server}${path}`,
        {
          method: "POST",
          headers: { "content-type": "application/json" },
          ca: decode(cluster["certificate-authority-data"]),
          cert: decode(user["client-certificate-data"]),
          key: decode(user["client-key-data"]),
        },
        (response) => {
          let text = "";
          response.setEncoding("utf8").on("data", (part: string) => (text += part));
          response.on("end", () => {
            if (response.statusCode === 201) resolve(JSON.parse(text));
            else reject(new Error(`${path}: ${response.statusCode ?? 0} ${text}`));
          });
        },
      );
      sent.on("error", reject);
      sent.end(JSON.stringify(body));
    });
}
