import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { create } from "tar";
import { eventually } from "../composed-planes";
import { SignedIn } from "./signed-in";

/**
 * What `az acr build` and `az acr repository` send, request by request.
 *
 * Source: Azure/azure-cli, command_modules/acr: _archive_utils.py, _stream_utils.py, _docker_utils.py.
 */
describe("the Azure CLI at a registry", () => {
  let signedIn: SignedIn;
  let registry: string;
  let archive: Buffer;

  beforeAll(async () => {
    signedIn = await SignedIn.start("Microsoft.ContainerRegistry");
    registry = `${signedIn.group}/providers/Microsoft.ContainerRegistry/registries/myregistry`;
    await signedIn.make(registry, "2025-11-01", { location: "eastus", sku: { name: "Standard" } });
    const directory = mkdtempSync(join(tmpdir(), "context-"));
    writeFileSync(join(directory, "hello.txt"), "hello");
    writeFileSync(join(directory, "Dockerfile"), "FROM scratch\nCOPY hello.txt /hello.txt\n");
    const file = join(directory, "context.tar.gz");
    await create({ file, cwd: directory, gzip: true }, ["hello.txt", "Dockerfile"]);
    archive = readFileSync(file);
    rmSync(directory, { recursive: true });
  });
  afterAll(() => signedIn.close());

  const tasks = "api-version=2025-03-01-preview";
  const post = (path: string, body: unknown = {}) => signedIn.azure.arm("POST", path, body);
  const fetch = (url: string, init?: RequestInit) =>
    signedIn.azure.server.fetch(new Request(url, init));
  const uploadUrl = async () =>
    (await post(`${registry}/listBuildSourceUploadUrl?${tasks}`)) as {
      uploadUrl: string;
      relativePath: string;
    };

  /** @returns The run's log, followed as the CLI does. */
  const build = async (sourceLocation: string, image: string) => {
    const { properties } = await post(`${registry}/scheduleRun?${tasks}`, {
      type: "DockerBuildRequest",
      imageNames: [image],
      isPushEnabled: true,
      sourceLocation,
      dockerFilePath: "Dockerfile",
      platform: { os: "Linux" },
    });
    const { runId } = properties as { runId: string };
    const { logLink } = await post(`${registry}/runs/${runId}/listLogSasUrl?${tasks}`);
    const end = await eventually(async () => {
      const head = await fetch(String(logLink), { method: "HEAD" });
      return head.headers.has("x-ms-meta-complete") && head;
    });
    const size = Number(end.headers.get("content-length"));
    const parts = [];
    for (let start = 0; start < size; start += 100) {
      const range = `bytes=${start}-${start + 99}`;
      const part = await fetch(String(logLink), { headers: { "x-ms-range": range } });
      expect(part.status).toBe(206);
      parts.push(await part.text());
    }
    return { log: parts.join(""), status: end.headers.get("x-ms-meta-complete") };
  };

  test("a context is uploaded whole, and built", async () => {
    const { uploadUrl: url, relativePath } = await uploadUrl();
    const headers = { "x-ms-blob-type": "BlockBlob" };
    expect((await fetch(url, { method: "PUT", headers, body: archive })).status).toBe(201);
    const { log, status } = await build(relativePath, "app:whole");
    expect(status).toBe("successful");
    expect(log).toContain("COPY hello.txt /hello.txt");
  });

  test("a context is uploaded in blocks, and built", async () => {
    const { uploadUrl: url, relativePath } = await uploadUrl();
    const half = Math.floor(archive.length / 2);
    // Sent in the other order: the list says which comes first.
    for (const [id, block] of [
      ["Mg==", archive.subarray(half)],
      ["MQ==", archive.subarray(0, half)],
    ] as const) {
      const address = `${url}&comp=block&blockid=${encodeURIComponent(id)}`;
      expect((await fetch(address, { method: "PUT", body: block })).status).toBe(201);
    }
    const list = "<BlockList><Latest>MQ==</Latest><Latest>Mg==</Latest></BlockList>";
    const listed = await fetch(`${url}&comp=blocklist`, { method: "PUT", body: list });
    expect(listed.status).toBe(201);
    expect((await build(relativePath, "app:blocks")).status).toBe("successful");
  });

  test("an upload needs its link's signature, and a build what was uploaded", async () => {
    const { uploadUrl: url, relativePath } = await uploadUrl();
    const forged = new URL(url);
    forged.searchParams.set("sig", "forged");
    const refused = await fetch(forged.href, { method: "PUT", body: archive });
    expect([refused.status, refused.headers.get("x-ms-error-code")]).toEqual([
      403,
      "AuthenticationFailed",
    ]);
    const { status, log } = await build(relativePath, "app:none");
    expect(status).toBe("failed");
    expect(log).toContain(relativePath);
  });

  test("the repositories are listed with a token from the host's root", async () => {
    const login = `${signedIn.azure.origin}/myregistry`;
    const challenge = await fetch(`${login}/v2/`);
    expect(challenge.status).toBe(401);
    const service = /service="([^"]+)"/.exec(challenge.headers.get("www-authenticate") ?? "")?.[1];
    const { token } = await signedIn.credential.getToken(
      "https://containerregistry.azure.net/.default",
    );
    const exchange = async (path: string, form: Record<string, string>) => {
      const body = new URLSearchParams({ service: service ?? "", ...form });
      const response = await fetch(`${signedIn.azure.origin}${path}`, { method: "POST", body });
      return (await response.json()) as { refresh_token: string; access_token: string };
    };
    const refresh = await exchange("/oauth2/exchange", {
      grant_type: "access_token",
      access_token: token,
    });
    const access = await exchange("/oauth2/token", {
      grant_type: "refresh_token",
      refresh_token: refresh.refresh_token,
      scope: "registry:catalog:*",
    });
    const catalog = await fetch(`${login}/acr/v1/_catalog`, {
      headers: { authorization: `Bearer ${access.access_token}` },
    });
    expect(await catalog.json()).toEqual({ repositories: ["app"] });
  });
});
