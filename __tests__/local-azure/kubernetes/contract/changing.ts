import type { KubernetesObject } from "../../../../local-azure/core/planes";
import { APPLY, JSON_PATCH, MERGE_PATCH, STRATEGIC_MERGE_PATCH, type Json } from "../test-cluster";
import type { KindUnderTest } from "./kind-under-test";

export function testChanging(subject: KindUnderTest): void {
  const { kind, resource, collection, details, make, create, get, request } = subject;

  test("is replaced, unless somebody else was faster", async () => {
    const created = await create("replaced");
    const changed = (resourceVersion: unknown, label: string) => ({
      ...created,
      metadata: { ...created.metadata, resourceVersion, labels: { label } },
    });
    const path = `${collection}/replaced`;
    const first = await request("PUT", path, {
      body: changed(created.metadata.resourceVersion, "first"),
    });
    expect(first.status).toBe(200);
    expect(first.body.metadata).toMatchObject({
      uid: created.metadata.uid,
      creationTimestamp: created.metadata.creationTimestamp,
      labels: { label: "first" },
    });
    const late = await request("PUT", path, {
      body: changed(created.metadata.resourceVersion, "late"),
    });
    expect(late.status).toBe(409);
    expect(late.body).toMatchObject({
      reason: "Conflict",
      message: `Operation cannot be fulfilled on ${resource} "replaced": the object has been modified; please apply your changes to the latest version and try again`,
      details: details("replaced"),
    });
    // Without a version it is an unconditional update.
    const bold = await request("PUT", path, { body: changed(undefined, "bold") });
    expect(bold.body.metadata).toMatchObject({ labels: { label: "bold" } });
    const misnamed = await request("PUT", path, { body: make("somebody") });
    expect(misnamed.body).toMatchObject({
      code: 400,
      message: "the name of the object (somebody) does not match the name on the URL (replaced)",
    });
  });

  test("keeps its resourceVersion when a write changes nothing", async () => {
    await create("same", { labels: { a: "1" } });
    const patch = () =>
      request("PATCH", `${collection}/same`, {
        contentType: MERGE_PATCH,
        body: { metadata: { labels: { a: "1" } } },
      });
    expect((await patch()).body.metadata).toEqual((await patch()).body.metadata);
  });

  test.each([
    [MERGE_PATCH, { metadata: { labels: { b: "2", a: null } } }],
    [STRATEGIC_MERGE_PATCH, { metadata: { labels: { b: "2", a: null } } }],
    [
      JSON_PATCH,
      [
        { op: "test", path: "/metadata/labels/a", value: "1" },
        { op: "remove", path: "/metadata/labels/a" },
        { op: "add", path: "/metadata/labels/b", value: "2" },
      ],
    ],
  ])("is patched with %s", async (contentType, body) => {
    const name = `patched-${contentType.replace(/[^a-z]/g, "")}`;
    await create(name, { labels: { a: "1", c: "3" } });
    const patched = await request("PATCH", `${collection}/${name}`, { contentType, body });
    expect(patched.status).toBe(200);
    const { labels } = patched.body.metadata as KubernetesObject["metadata"];
    expect(labels).toMatchObject({ b: "2", c: "3" });
    expect(labels).not.toHaveProperty("a");
    const stale = await request("PATCH", `${collection}/${name}`, {
      contentType: MERGE_PATCH,
      body: { metadata: { resourceVersion: "1" } },
    });
    expect(stale.body).toMatchObject({ code: 409, reason: "Conflict" });
  });

  test("is applied: created, then merged", async () => {
    const path = `${collection}/applied?fieldManager=test`;
    const apply = (labels: Json, address = path) =>
      request("PATCH", address, {
        contentType: APPLY,
        body: make("applied", { labels }),
      });
    expect((await apply({ a: "1" })).status).toBe(201);
    const again = await apply({ b: "2" });
    expect(again.status).toBe(200);
    expect(again.body.metadata).toMatchObject({ labels: { b: "2" } });
    const anonymous = await apply({}, `${collection}/applied`);
    expect(anonymous.body).toMatchObject({
      code: 422,
      message:
        'PatchOptions.meta.k8s.io "" is invalid: fieldManager: Required value: is required for apply patch',
    });
  });

  test("refuses a body that it cannot read", async () => {
    await create("unreadable");
    const posted = await request("POST", collection, {
      contentType: "text/plain",
      body: "text",
    });
    expect(posted.status).toBe(415);
    expect(posted.body).toMatchObject({ reason: "UnsupportedMediaType" });
    const patched = await request("PATCH", `${collection}/unreadable`, {
      contentType: "application/json",
      body: {},
    });
    expect(patched.status).toBe(415);
    expect(patched.body.message).toBe(
      "the body of the request was in an unknown format - accepted media types include: application/json-patch+json, application/merge-patch+json, application/strategic-merge-patch+json, application/apply-patch+yaml",
    );
    const broken = await request("POST", collection, { body: "{" });
    expect(broken.body).toMatchObject({ code: 400, reason: "BadRequest" });
  });

  test("is checked, and not changed, in a dry run", async () => {
    const dry = await request("POST", `${collection}?dryRun=All`, { body: make("dry") });
    expect(dry.status).toBe(201);
    expect((await get("dry")).status).toBe(404);
    await create("wet");
    const { body: before } = await get("wet");
    await request("PATCH", `${collection}/wet?dryRun=All`, {
      contentType: MERGE_PATCH,
      body: { metadata: { labels: { dry: "run" } } },
    });
    await request("DELETE", `${collection}/wet?dryRun=All`);
    await request("DELETE", `${collection}/wet`, { body: { dryRun: ["All"] } });
    expect((await get("wet")).body).toEqual(before);
    const invalid = await request("POST", `${collection}?dryRun=Some`, {
      body: make("dry"),
    });
    expect(invalid.body).toMatchObject({ code: 422, reason: "Invalid" });
  });

  if (kind.hasStatus) {
    test("has a status that only its subresource changes", async () => {
      await create("standing");
      const path = `${collection}/standing`;
      const patch = (address: string) =>
        request("PATCH", address, {
          contentType: MERGE_PATCH,
          body: { metadata: { labels: { by: "patch" } }, status: { phase: "Terminating" } },
        });
      const { body: before } = await get("standing");
      expect((await patch(path)).body.status).toEqual(before.status);
      const { body } = await patch(`${path}/status`);
      expect(body.status).toMatchObject({ phase: "Terminating" });
      expect((await request("GET", `${path}/status`)).body).toEqual(body);
      expect(body.spec).toEqual(before.spec);
    });
  }
}
