import { apiVersionOf } from "../../../../local-azure/kubernetes/kinds/kind";
import { MERGE_PATCH, Lines } from "../test-cluster";
import type { KindUnderTest } from "./kind-under-test";

export function testWatching(subject: KindUnderTest): void {
  const { kind, resource, collection, create, request } = subject;

  test("is watched", async () => {
    const before = await create("watched", { labels: { watch: "" } });
    const watch = new Lines(
      await subject.cluster.fetch(
        "GET",
        `${collection}?watch=true&labelSelector=watch&resourceVersion=${String(before.metadata.resourceVersion)}`,
      ),
    );
    await create("watched-2", { labels: { watch: "" } });
    await create("watched-by-nobody");
    await request("PATCH", `${collection}/watched-2`, {
      contentType: MERGE_PATCH,
      body: { metadata: { annotations: { a: "1" } } },
    });
    // Whatever leaves the selection is deleted for who watches it.
    await request("PATCH", `${collection}/watched-2`, {
      contentType: MERGE_PATCH,
      body: { metadata: { labels: { watch: null } } },
    });
    const seen = [];
    let version = Number(before.metadata.resourceVersion);
    for (let count = 0; count < 3; count++) {
      const { type, object } = await watch.event();
      expect(object).toMatchObject({ kind: kind.kind, apiVersion: apiVersionOf(kind) });
      expect(Number(object.metadata.resourceVersion)).toBeGreaterThan(version);
      version = Number(object.metadata.resourceVersion);
      seen.push(`${type} ${object.metadata.name}`);
    }
    expect(seen).toEqual(["ADDED watched-2", "MODIFIED watched-2", "DELETED watched-2"]);
    await watch.close();
  });

  test("is watched from the present state, ended by a bookmark", async () => {
    await create("initial", { labels: { initial: "" } });
    const watch = new Lines(
      await subject.cluster.fetch(
        "GET",
        `${collection}?watch=true&labelSelector=initial&sendInitialEvents=true&allowWatchBookmarks=true&resourceVersionMatch=NotOlderThan&timeoutSeconds=5`,
      ),
    );
    const added = await watch.event();
    expect(`${added.type} ${added.object.metadata.name}`).toBe("ADDED initial");
    const bookmark = await watch.event();
    expect(bookmark.type).toBe("BOOKMARK");
    expect(bookmark.object.metadata.annotations).toEqual({ "k8s.io/initial-events-end": "true" });
    subject.cluster.clock.advance(5000);
    expect(await watch.next()).toBeUndefined();
  });

  test("is watched from a version, which is a number", async () => {
    const { status, body } = await request("GET", `${collection}?watch=true&resourceVersion=-1`);
    expect(status).toBe(422);
    expect(body.message).toBe(
      `${resource} "" is invalid: resourceVersion: Invalid value: "-1": strconv.ParseUint: parsing "-1": invalid syntax`,
    );
  });
}
