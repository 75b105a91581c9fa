import type { KindUnderTest } from "./kind-under-test";

export function testNamespace(subject: KindUnderTest): void {
  const { kind, root, collection, make, request } = subject;

  test("lives in a namespace that exists", async () => {
    const { status, body } = await request("POST", `${root}/namespaces/nowhere/${kind.plural}`, {
      body: make("lost"),
    });
    expect(status).toBe(404);
    expect(body).toMatchObject({
      reason: "NotFound",
      message: 'namespaces "nowhere" not found',
      details: { name: "nowhere", kind: "namespaces" },
    });
    const elsewhere = await request("POST", collection, {
      body: make("lost", { namespace: "kube-system" }),
    });
    expect(elsewhere.body).toMatchObject({
      code: 400,
      message:
        "the namespace of the provided object does not match the namespace sent on the request",
    });
    const all = await request("GET", `${root}/${kind.plural}`);
    expect(all.status).toBe(200);
    const everywhere = await request("POST", `${root}/${kind.plural}`, {
      body: make("lost"),
    });
    expect(everywhere.status).toBe(405);
  });

  test("goes with its namespace", async () => {
    await subject.cluster.create("namespaces", { metadata: { name: "doomed" } }, "");
    const path = `${root}/namespaces/doomed/${kind.plural}`;
    await request("POST", path, { body: make("tenant") });
    expect((await request("GET", `${path}/tenant`)).status).toBe(200);
    const { body } = await request("DELETE", "/api/v1/namespaces/doomed");
    expect(body).toMatchObject({ status: { phase: "Terminating" } });
    expect((await request("GET", `${path}/tenant`)).status).toBe(404);
    expect((await request("GET", "/api/v1/namespaces/doomed")).status).toBe(404);
  });
}
