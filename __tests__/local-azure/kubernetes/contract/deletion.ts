import { JSON_PATCH, type Json } from "../test-cluster";
import { namesOf, type KindUnderTest } from "./kind-under-test";

export function testDeletion(subject: KindUnderTest): void {
  const { kind, resource, collection, details, create, get, request } = subject;

  test("is deleted, if it is the one that was meant", async () => {
    const { metadata } = await create("deleted");
    const remove = (preconditions: Json) =>
      request("DELETE", `${collection}/deleted`, {
        body: { kind: "DeleteOptions", apiVersion: "v1", preconditions },
      });
    const other = await remove({ uid: "other" });
    expect(other.status).toBe(409);
    expect(other.body.message).toBe(
      `Operation cannot be fulfilled on ${resource} "deleted": Precondition failed: UID in precondition: other, UID in object meta: ${String(metadata.uid)}`,
    );
    expect((await remove({ resourceVersion: "0" })).status).toBe(409);
    const deleted = await remove({ uid: metadata.uid });
    expect(deleted.status).toBe(200);
    if (deleted.body.kind === "Status") {
      expect(deleted.body).toEqual({
        kind: "Status",
        apiVersion: "v1",
        metadata: {},
        status: "Success",
        details: { ...details("deleted"), uid: metadata.uid },
      });
    } else {
      expect(deleted.body).toMatchObject({ kind: kind.kind, metadata: { uid: metadata.uid } });
    }
    expect((await get("deleted")).status).toBe(404);
  });

  test("stays until its last finalizer is gone", async () => {
    await create("held", { finalizers: ["example.com/hold"] });
    const path = `${collection}/held`;
    const marked = await request("DELETE", path);
    expect(marked.body.metadata).toMatchObject({
      deletionTimestamp: expect.any(String) as string,
      finalizers: ["example.com/hold"],
    });
    expect((await get("held")).status).toBe(200);
    await request("PATCH", path, {
      contentType: JSON_PATCH,
      body: [{ op: "remove", path: "/metadata/finalizers" }],
    });
    expect((await get("held")).status).toBe(404);
  });

  test("is deleted by selection, where Kubernetes lets it", async () => {
    await create("crowd-1", { labels: { crowd: "" } });
    await create("crowd-2", { labels: { crowd: "" } });
    const answer = await request("DELETE", `${collection}?labelSelector=crowd`);
    const left = namesOf(await request("GET", `${collection}?labelSelector=crowd`));
    if (kind.verbs.includes("deletecollection")) {
      expect(answer.body).toMatchObject({ kind: `${kind.kind}List` });
      expect(left).toEqual([]);
    } else {
      expect(answer.body).toMatchObject({ code: 405, reason: "MethodNotAllowed" });
      expect(left).toEqual(["crowd-1", "crowd-2"]);
    }
  });
}
