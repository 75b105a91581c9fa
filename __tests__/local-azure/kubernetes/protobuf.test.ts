import { TestCluster } from "./test-cluster";

const CONFIG_MAPS = "/api/v1/namespaces/default/configmaps";
const PODS = "/api/v1/namespaces/default/pods";
const PROTOBUF = "application/vnd.kubernetes.protobuf";

let cluster: TestCluster;
beforeEach(async () => {
  cluster = await TestCluster.start();
});
afterEach(() => cluster.close());

/** As `kubectl create configmap|secret|...` sends it: recorded from kubectl 1.32. */
describe("protobuf", () => {
  const field = (number: number, ...content: Buffer[]): Buffer => {
    const bytes = Buffer.concat(content);
    return Buffer.concat([Buffer.from([(number << 3) | 2, bytes.length]), bytes]);
  };
  const text = (number: number, value: string) => field(number, Buffer.from(value));
  const envelope = (kind: string, raw: Buffer) =>
    Buffer.concat([
      Buffer.from("k8s\0"),
      field(1, text(1, "v1"), text(2, kind)),
      field(2, raw),
      text(3, ""),
      text(4, ""),
    ]);

  test("a namespace, byte for byte as kubectl writes it", async () => {
    const body = Buffer.from(
      "6b3873000a0f0a02763112094e616d657370616365121c0a140a047465616d12001a002200" +
        "2a003200380042001200" +
        "1a020a001a002200",
      "hex",
    );
    const created = await cluster.request("POST", "/api/v1/namespaces", {
      contentType: PROTOBUF,
      body,
    });
    expect(created.status).toBe(201);
    expect(created.body.metadata).toMatchObject({ name: "team" });
  });

  test("maps, bytes and booleans", async () => {
    const raw = Buffer.concat([
      field(1, text(1, "s"), field(11, text(1, "label"), text(2, "x"))),
      field(2, text(1, "key"), text(2, "value")),
      field(2, text(1, "empty"), text(2, "")),
      text(3, "Opaque"),
      Buffer.from([(5 << 3) | 0, 1]),
    ]);
    const { body } = await cluster.request("POST", "/api/v1/namespaces/default/secrets", {
      contentType: PROTOBUF,
      body: envelope("Secret", raw),
    });
    expect(body).toMatchObject({
      metadata: { name: "s", labels: { label: "x" } },
      data: { key: "dmFsdWU=", empty: "" },
      type: "Opaque",
      immutable: true,
    });
  });

  test("what is not of this form, or of a kind that is read as JSON only, is refused", async () => {
    const post = (body: Uint8Array, path = CONFIG_MAPS) =>
      cluster.request("POST", path, { contentType: PROTOBUF, body });
    expect((await post(Buffer.from("{}"))).status).toBe(400);
    expect((await post(envelope("Pod", Buffer.alloc(0)), PODS)).status).toBe(415);
  });
});
