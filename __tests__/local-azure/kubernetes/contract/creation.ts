import { failure } from "../test-cluster";
import type { KubernetesObject } from "../../../../local-azure/core/planes";
import { apiVersionOf } from "../../../../local-azure/kubernetes/kinds/kind";
import type { KindUnderTest } from "./kind-under-test";

export function testCreation(subject: KindUnderTest): void {
  const { kind, groupKind, resource, collection, details, make, create, get, request } = subject;

  test("is created, with what the server adds, and read as it was created", async () => {
    const created = await create("created", { uid: "chosen", creationTimestamp: null });
    expect(created).toMatchObject({
      apiVersion: apiVersionOf(kind),
      kind: kind.kind,
      metadata: {
        name: "created",
        creationTimestamp: subject.cluster.clock.now().toISOString().replace(".000Z", "Z"),
      },
    });
    expect(created.metadata.namespace).toBe(kind.namespaced ? "default" : undefined);
    expect(created.metadata.uid).toMatch(/^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/);
    expect(Number(created.metadata.resourceVersion)).toBeGreaterThan(0);
    const { status, body } = await get("created");
    expect(status).toBe(200);
    expect(body.metadata).toMatchObject({ name: "created", uid: created.metadata.uid });
  });

  test("is not created twice", async () => {
    await create("twice");
    const { status, body } = await request("POST", collection, { body: make("twice") });
    expect(status).toBe(409);
    expect(body).toEqual(
      failure(409, "AlreadyExists", `${resource} "twice" already exists`, details("twice")),
    );
  });

  test("gets a name from generateName", async () => {
    const body = { ...make(""), metadata: { generateName: "made-" } };
    const names = [];
    for (const answer of [
      await request("POST", collection, { body }),
      await request("POST", collection, { body }),
    ]) {
      const { name, generateName } = answer.body.metadata as KubernetesObject["metadata"];
      // k8s.io/apimachinery/pkg/util/rand: no vowels, no 0, 1 and 3.
      expect(name).toMatch(/^made-[bcdfghjklmnpqrstvwxz2456789]{5}$/);
      expect(generateName).toBe("made-");
      names.push(name);
    }
    expect(names[0]).not.toBe(names[1]);
  });

  test("has a name, and one that is valid", async () => {
    const nameless = await request("POST", collection, {
      body: { ...make(""), metadata: {} },
    });
    expect(nameless.status).toBe(422);
    expect(nameless.body).toMatchObject({
      status: "Failure",
      reason: "Invalid",
      message: `${groupKind} "" is invalid: metadata.name: Required value: name or generateName is required`,
      details: {
        kind: kind.kind,
        causes: [
          {
            reason: "FieldValueRequired",
            message: "Required value: name or generateName is required",
            field: "metadata.name",
          },
        ],
      },
    });
    const misnamed = await request("POST", collection, { body: make("Not_Valid") });
    expect(misnamed.status).toBe(422);
    expect(misnamed.body.message).toMatch(
      new RegExp(
        `^${groupKind.replaceAll(".", "\\.")} "Not_Valid" is invalid: metadata\\.name: Invalid value: "Not_Valid": a lowercase RFC 1123 (label|subdomain) must consist of`,
      ),
    );
  });

  test("has valid labels and annotations", async () => {
    const { status, body } = await request("POST", collection, {
      body: make("labelled", { labels: { "a b": "x", ok: "-" }, annotations: { "c/d/e": "" } }),
    });
    expect(status).toBe(422);
    const { causes } = body.details as { causes: { field: string }[] };
    expect(causes.map(({ field }) => field)).toEqual([
      "metadata.labels",
      "metadata.labels",
      "metadata.annotations",
    ]);
  });

  test("refuses another type, and a resourceVersion, in a new object", async () => {
    const other = await request("POST", collection, {
      body: { ...make("other"), apiVersion: "v2" },
    });
    expect(other.status).toBe(400);
    expect(other.body).toMatchObject({
      reason: "BadRequest",
      message: `the API version in the data (v2) does not match the expected API version (${apiVersionOf(kind)})`,
    });
    // Not an API error in k8s.io/apiserver/pkg/storage/errors.go, so it has no reason of its own.
    const old = await request("POST", collection, {
      body: make("old", { resourceVersion: "1" }),
    });
    expect(old.status).toBe(500);
    expect(old.body.message).toBe("resourceVersion should not be set on objects to be created");
    expect(old.body.reason).toBeUndefined();
  });
}
