import type { KubernetesObject } from "../../../local-azure/core/planes";
import { kinds } from "../../../local-azure/kubernetes/kinds";
import { apiVersionOf, type Kind } from "../../../local-azure/kubernetes/kinds/kind";
import {
  APPLY,
  JSON_PATCH,
  Lines,
  MERGE_PATCH,
  STRATEGIC_MERGE_PATCH,
  TestCluster,
  type Json,
} from "./test-cluster";

/** What every kind of the kinds table needs to pass the contract. */
interface Row {
  /** An object's fields beside its type and metadata. */
  readonly fields: Json;
  /** The columns of `kubectl get -o wide`, in their order. */
  readonly columns: readonly string[];
  /** What `kubectl get` shows in those that it shows without `-o wide`, from the second on. */
  readonly cells: readonly unknown[];
}

const EVENT_COLUMNS =
  "Last Seen, Type, Reason, Object, Subobject, Source, Message, First Seen, Count, Name";

const rows: Readonly<Record<string, Row>> = {
  ConfigMap: { fields: { data: { a: "1" } }, columns: ["Name", "Data", "Age"], cells: [1, "0s"] },
  Event: {
    fields: {
      involvedObject: { kind: "Pod", name: "web", namespace: "default" },
      reason: "Pulled",
      message: "done",
      type: "Normal",
      firstTimestamp: "2025-12-31T23:59:00Z",
      lastTimestamp: "2025-12-31T23:59:30Z",
      count: 2,
    },
    columns: EVENT_COLUMNS.split(", "),
    cells: ["Normal", "Pulled", "pod/web", "done"],
  },
  "Event.events.k8s.io": {
    fields: {
      regarding: { kind: "Pod", name: "web", namespace: "default" },
      reason: "Pulled",
      note: "done",
      type: "Normal",
      deprecatedLastTimestamp: "2025-12-31T23:59:30Z",
    },
    columns: EVENT_COLUMNS.split(", "),
    cells: ["Normal", "Pulled", "pod/web", "done"],
  },
  Namespace: { fields: {}, columns: ["Name", "Status", "Age"], cells: ["Active", "0s"] },
  Node: {
    fields: {
      status: {
        conditions: [{ type: "Ready", status: "True" }],
        nodeInfo: { kubeletVersion: "v1.33.5" },
      },
    },
    columns:
      "Name, Status, Roles, Age, Version, Internal-IP, External-IP, OS-Image, Kernel-Version, Container-Runtime".split(
        ", ",
      ),
    cells: ["Ready", "<none>", "0s", "v1.33.5"],
  },
  // On a node that is not there: nobody runs it, so that the contract sees it as it was written.
  Pod: {
    fields: {
      spec: { containers: [{ name: "web", image: "web:1" }], nodeSelector: { no: "such-node" } },
    },
    columns: "Name, Ready, Status, Restarts, Age, IP, Node, Nominated Node, Readiness Gates".split(
      ", ",
    ),
    cells: ["0/1", "Pending", "0", "0s"],
  },
  Secret: {
    fields: { data: { a: "MQ==" } },
    columns: ["Name", "Type", "Data", "Age"],
    cells: ["Opaque", 1, "0s"],
  },
  ServiceAccount: { fields: {}, columns: ["Name", "Secrets", "Age"], cells: [0, "0s"] },
};

const nameOf = ({ group, kind }: Kind) => (group === "" ? kind : `${kind}.${group}`);

test("every kind has a row in the contract, and every row a kind", () => {
  expect(Object.keys(rows).sort()).toEqual(kinds.map(nameOf).sort());
});

describe.each(kinds.map((kind) => [nameOf(kind), kind] as const))("%s", (rowName, kind) => {
  // A cluster for each: the two kinds of events show the same objects.
  let cluster: TestCluster;
  beforeAll(async () => {
    cluster = await TestCluster.start();
  });
  afterAll(() => cluster.close());

  const row = rows[rowName] ?? { fields: {}, columns: [], cells: [] };
  const root = kind.group === "" ? "/api/v1" : `/apis/${kind.group}/${kind.version}`;
  const resource = kind.group === "" ? kind.plural : `${kind.plural}.${kind.group}`;
  const collection = `${root}${kind.namespaced ? "/namespaces/default" : ""}/${kind.plural}`;
  const details = (name: string) => ({
    name,
    ...(kind.group !== "" && { group: kind.group }),
    kind: kind.plural,
  });
  const make = (name: string, metadata: Json = {}): Json => ({
    apiVersion: apiVersionOf(kind),
    kind: kind.kind,
    metadata: { name, ...metadata },
    ...row.fields,
  });
  const create = async (name: string, metadata?: Json): Promise<KubernetesObject> => {
    const { status, body, text } = await cluster.request("POST", collection, {
      body: make(name, metadata),
    });
    if (status !== 201) throw new Error(`${name} was not created: ${text}`);
    return body as unknown as KubernetesObject;
  };
  const get = (name: string) => cluster.request("GET", `${collection}/${name}`);
  const namesOf = ({ body }: { body: Json }) =>
    (body.items as KubernetesObject[]).map(({ metadata }) => metadata.name);

  test("is found by discovery", async () => {
    const { body } = await cluster.request("GET", root);
    expect(body).toMatchObject({
      kind: "APIResourceList",
      groupVersion: apiVersionOf(kind),
    });
    expect(body.resources).toContainEqual({
      name: kind.plural,
      singularName: kind.singular,
      namespaced: kind.namespaced,
      kind: kind.kind,
      verbs: kind.verbs,
      ...(kind.shortNames.length > 0 && { shortNames: kind.shortNames }),
      ...(kind.categories && { categories: kind.categories }),
    });
    for (const { name, kind: subresourceKind, verbs } of kind.subresources ?? []) {
      expect(body.resources).toContainEqual(
        expect.objectContaining({
          name: `${kind.plural}/${name}`,
          singularName: "",
          kind: subresourceKind,
          verbs,
        }),
      );
    }
  });

  test("is created, with what the server adds, and read as it was created", async () => {
    const created = await create("created", { uid: "chosen", creationTimestamp: null });
    expect(created).toMatchObject({
      apiVersion: apiVersionOf(kind),
      kind: kind.kind,
      metadata: {
        name: "created",
        creationTimestamp: cluster.clock.now().toISOString().replace(".000Z", "Z"),
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
    const { status, body } = await cluster.request("POST", collection, { body: make("twice") });
    expect(status).toBe(409);
    expect(body).toEqual({
      kind: "Status",
      apiVersion: "v1",
      metadata: {},
      status: "Failure",
      message: `${resource} "twice" already exists`,
      reason: "AlreadyExists",
      details: details("twice"),
      code: 409,
    });
  });

  test("is not found where there is none", async () => {
    for (const method of ["GET", "DELETE"]) {
      const { status, body } = await cluster.request(method, `${collection}/nobody`);
      expect(status).toBe(404);
      expect(body).toEqual({
        kind: "Status",
        apiVersion: "v1",
        metadata: {},
        status: "Failure",
        message: `${resource} "nobody" not found`,
        reason: "NotFound",
        details: details("nobody"),
        code: 404,
      });
    }
  });

  test("gets a name from generateName", async () => {
    const body = { ...make(""), metadata: { generateName: "made-" } };
    const names = [];
    for (const answer of [
      await cluster.request("POST", collection, { body }),
      await cluster.request("POST", collection, { body }),
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
    const nameless = await cluster.request("POST", collection, {
      body: { ...make(""), metadata: {} },
    });
    expect(nameless.status).toBe(422);
    expect(nameless.body).toMatchObject({
      status: "Failure",
      reason: "Invalid",
      message: `${rowName} "" is invalid: metadata.name: Required value: name or generateName is required`,
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
    const misnamed = await cluster.request("POST", collection, { body: make("Not_Valid") });
    expect(misnamed.status).toBe(422);
    expect(misnamed.body.message).toMatch(
      new RegExp(
        `^${rowName.replaceAll(".", "\\.")} "Not_Valid" is invalid: metadata\\.name: Invalid value: "Not_Valid": a lowercase RFC 1123 (label|subdomain) must consist of`,
      ),
    );
  });

  test("has valid labels and annotations", async () => {
    const { status, body } = await cluster.request("POST", collection, {
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
    const other = await cluster.request("POST", collection, {
      body: { ...make("other"), apiVersion: "v2" },
    });
    expect(other.status).toBe(400);
    expect(other.body).toMatchObject({
      reason: "BadRequest",
      message: `the API version in the data (v2) does not match the expected API version (${apiVersionOf(kind)})`,
    });
    // Not an API error in k8s.io/apiserver/pkg/storage/errors.go, so it has no reason of its own.
    const old = await cluster.request("POST", collection, {
      body: make("old", { resourceVersion: "1" }),
    });
    expect(old.status).toBe(500);
    expect(old.body.message).toBe("resourceVersion should not be set on objects to be created");
    expect(old.body.reason).toBeUndefined();
  });

  test("is replaced, unless somebody else was faster", async () => {
    const created = await create("replaced");
    const changed = (resourceVersion: unknown, label: string) => ({
      ...created,
      metadata: { ...created.metadata, resourceVersion, labels: { label } },
    });
    const path = `${collection}/replaced`;
    const first = await cluster.request("PUT", path, {
      body: changed(created.metadata.resourceVersion, "first"),
    });
    expect(first.status).toBe(200);
    expect(first.body.metadata).toMatchObject({
      uid: created.metadata.uid,
      creationTimestamp: created.metadata.creationTimestamp,
      labels: { label: "first" },
    });
    const late = await cluster.request("PUT", path, {
      body: changed(created.metadata.resourceVersion, "late"),
    });
    expect(late.status).toBe(409);
    expect(late.body).toMatchObject({
      reason: "Conflict",
      message: `Operation cannot be fulfilled on ${resource} "replaced": the object has been modified; please apply your changes to the latest version and try again`,
      details: details("replaced"),
    });
    // Without a version it is an unconditional update.
    const bold = await cluster.request("PUT", path, { body: changed(undefined, "bold") });
    expect(bold.body.metadata).toMatchObject({ labels: { label: "bold" } });
    const misnamed = await cluster.request("PUT", path, { body: make("somebody") });
    expect(misnamed.body).toMatchObject({
      code: 400,
      message: "the name of the object (somebody) does not match the name on the URL (replaced)",
    });
  });

  test("keeps its resourceVersion when a write changes nothing", async () => {
    await create("same", { labels: { a: "1" } });
    const patch = () =>
      cluster.request("PATCH", `${collection}/same`, {
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
    const patched = await cluster.request("PATCH", `${collection}/${name}`, { contentType, body });
    expect(patched.status).toBe(200);
    const { labels } = patched.body.metadata as KubernetesObject["metadata"];
    expect(labels).toMatchObject({ b: "2", c: "3" });
    expect(labels).not.toHaveProperty("a");
    const stale = await cluster.request("PATCH", `${collection}/${name}`, {
      contentType: MERGE_PATCH,
      body: { metadata: { resourceVersion: "1" } },
    });
    expect(stale.body).toMatchObject({ code: 409, reason: "Conflict" });
  });

  test("is applied: created, then merged", async () => {
    const path = `${collection}/applied?fieldManager=test`;
    const apply = (labels: Json, address = path) =>
      cluster.request("PATCH", address, {
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
    const posted = await cluster.request("POST", collection, {
      contentType: "text/plain",
      body: "text",
    });
    expect(posted.status).toBe(415);
    expect(posted.body).toMatchObject({ reason: "UnsupportedMediaType" });
    const patched = await cluster.request("PATCH", `${collection}/unreadable`, {
      contentType: "application/json",
      body: {},
    });
    expect(patched.status).toBe(415);
    expect(patched.body.message).toBe(
      "the body of the request was in an unknown format - accepted media types include: application/json-patch+json, application/merge-patch+json, application/strategic-merge-patch+json, application/apply-patch+yaml",
    );
    const broken = await cluster.request("POST", collection, { body: "{" });
    expect(broken.body).toMatchObject({ code: 400, reason: "BadRequest" });
  });

  test("is listed by label and by name", async () => {
    await create("listed-1", { labels: { list: "yes", tier: "web" } });
    await create("listed-2", { labels: { list: "yes" } });
    const list = (query: string) => cluster.request("GET", `${collection}?${query}`);
    const labelled = await list("labelSelector=list%3Dyes");
    expect(labelled.body).toMatchObject({
      kind: `${kind.kind}List`,
      apiVersion: apiVersionOf(kind),
    });
    expect(namesOf(labelled)).toEqual(["listed-1", "listed-2"]);
    // The items of a list carry no type: k8s.io/apimachinery/pkg/runtime/serializer/json of a typed list.
    expect((labelled.body.items as Json[])[0]).not.toHaveProperty("kind");
    expect(namesOf(await list("labelSelector=list%3Dyes,!tier"))).toEqual(["listed-2"]);
    expect(namesOf(await list("fieldSelector=metadata.name%3Dlisted-2"))).toEqual(["listed-2"]);
    const unknown = await list("fieldSelector=spec.colour%3Dred");
    expect(unknown.body).toMatchObject({ code: 400, reason: "BadRequest" });
  });

  test("is listed in pages", async () => {
    for (const name of ["page-1", "page-2", "page-3"]) await create(name, { labels: { page: "" } });
    const list = (more: string) =>
      cluster.request("GET", `${collection}?labelSelector=page&limit=2${more}`);
    const first = await list("");
    const { continue: token, remainingItemCount } = first.body.metadata as Json;
    expect(namesOf(first)).toEqual(["page-1", "page-2"]);
    expect(remainingItemCount).toBe(1);
    const second = await list(`&continue=${String(token)}`);
    expect(namesOf(second)).toEqual(["page-3"]);
    expect(second.body.metadata).not.toHaveProperty("continue");
  });

  test("is shown as a table, and as metadata alone", async () => {
    await create("shown", { labels: { shown: "" } });
    const accept = (as: string) => ({
      headers: { Accept: `application/json;as=${as};v=v1;g=meta.k8s.io,application/json` },
    });
    const query = `${collection}?labelSelector=shown`;
    const { body } = await cluster.request("GET", query, accept("Table"));
    expect(body).toMatchObject({ kind: "Table", apiVersion: "meta.k8s.io/v1" });
    const columns = body.columnDefinitions as { name: string; priority: number }[];
    expect(columns.map(({ name }) => name)).toEqual(row.columns);
    const [shown] = body.rows as { cells: unknown[]; object: Json }[];
    const narrow = shown?.cells.filter((_, index) => columns[index]?.priority === 0);
    expect(narrow?.slice(1)).toEqual(row.cells);
    expect(shown?.object).toMatchObject({
      kind: "PartialObjectMetadata",
      apiVersion: "meta.k8s.io/v1",
      metadata: { name: "shown" },
    });
    const metadata = await cluster.request("GET", query, accept("PartialObjectMetadataList"));
    expect(metadata.body).toMatchObject({ kind: "PartialObjectMetadataList" });
    expect(Object.keys((metadata.body.items as Json[])[0] ?? {}).sort()).toEqual([
      "apiVersion",
      "kind",
      "metadata",
    ]);
  });

  test("is watched", async () => {
    const before = await create("watched", { labels: { watch: "" } });
    const watch = new Lines(
      await cluster.fetch(
        "GET",
        `${collection}?watch=true&labelSelector=watch&resourceVersion=${String(before.metadata.resourceVersion)}`,
      ),
    );
    await create("watched-2", { labels: { watch: "" } });
    await create("watched-by-nobody");
    await cluster.request("PATCH", `${collection}/watched-2`, {
      contentType: MERGE_PATCH,
      body: { metadata: { annotations: { a: "1" } } },
    });
    // Whatever leaves the selection is deleted for who watches it.
    await cluster.request("PATCH", `${collection}/watched-2`, {
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
      await cluster.fetch(
        "GET",
        `${collection}?watch=true&labelSelector=initial&sendInitialEvents=true&allowWatchBookmarks=true&resourceVersionMatch=NotOlderThan&timeoutSeconds=5`,
      ),
    );
    const added = await watch.event();
    expect(`${added.type} ${added.object.metadata.name}`).toBe("ADDED initial");
    const bookmark = await watch.event();
    expect(bookmark.type).toBe("BOOKMARK");
    expect(bookmark.object.metadata.annotations).toEqual({ "k8s.io/initial-events-end": "true" });
    cluster.clock.advance(5000);
    expect(await watch.next()).toBeUndefined();
  });

  test("is watched from a version, which is a number", async () => {
    const { status, body } = await cluster.request(
      "GET",
      `${collection}?watch=true&resourceVersion=-1`,
    );
    expect(status).toBe(422);
    expect(body.message).toBe(
      `${resource} "" is invalid: resourceVersion: Invalid value: "-1": strconv.ParseUint: parsing "-1": invalid syntax`,
    );
  });

  test("is checked, and not changed, in a dry run", async () => {
    const dry = await cluster.request("POST", `${collection}?dryRun=All`, { body: make("dry") });
    expect(dry.status).toBe(201);
    expect((await get("dry")).status).toBe(404);
    await create("wet");
    const { body: before } = await get("wet");
    await cluster.request("PATCH", `${collection}/wet?dryRun=All`, {
      contentType: MERGE_PATCH,
      body: { metadata: { labels: { dry: "run" } } },
    });
    await cluster.request("DELETE", `${collection}/wet?dryRun=All`);
    await cluster.request("DELETE", `${collection}/wet`, { body: { dryRun: ["All"] } });
    expect((await get("wet")).body).toEqual(before);
    const invalid = await cluster.request("POST", `${collection}?dryRun=Some`, {
      body: make("dry"),
    });
    expect(invalid.body).toMatchObject({ code: 422, reason: "Invalid" });
  });

  test("is deleted, if it is the one that was meant", async () => {
    const { metadata } = await create("deleted");
    const remove = (preconditions: Json) =>
      cluster.request("DELETE", `${collection}/deleted`, {
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
    const marked = await cluster.request("DELETE", path);
    expect(marked.body.metadata).toMatchObject({
      deletionTimestamp: expect.any(String) as string,
      finalizers: ["example.com/hold"],
    });
    expect((await get("held")).status).toBe(200);
    await cluster.request("PATCH", path, {
      contentType: JSON_PATCH,
      body: [{ op: "remove", path: "/metadata/finalizers" }],
    });
    expect((await get("held")).status).toBe(404);
  });

  test("is deleted by selection, where Kubernetes lets it", async () => {
    await create("crowd-1", { labels: { crowd: "" } });
    await create("crowd-2", { labels: { crowd: "" } });
    const answer = await cluster.request("DELETE", `${collection}?labelSelector=crowd`);
    const left = namesOf(await cluster.request("GET", `${collection}?labelSelector=crowd`));
    if (kind.verbs.includes("deletecollection")) {
      expect(answer.body).toMatchObject({ kind: `${kind.kind}List` });
      expect(left).toEqual([]);
    } else {
      expect(answer.body).toMatchObject({ code: 405, reason: "MethodNotAllowed" });
      expect(left).toEqual(["crowd-1", "crowd-2"]);
    }
  });

  if (kind.namespaced) {
    test("lives in a namespace that exists", async () => {
      const { status, body } = await cluster.request(
        "POST",
        `${root}/namespaces/nowhere/${kind.plural}`,
        { body: make("lost") },
      );
      expect(status).toBe(404);
      expect(body).toMatchObject({
        reason: "NotFound",
        message: 'namespaces "nowhere" not found',
        details: { name: "nowhere", kind: "namespaces" },
      });
      const elsewhere = await cluster.request("POST", collection, {
        body: make("lost", { namespace: "kube-system" }),
      });
      expect(elsewhere.body).toMatchObject({
        code: 400,
        message:
          "the namespace of the provided object does not match the namespace sent on the request",
      });
      const all = await cluster.request("GET", `${root}/${kind.plural}`);
      expect(all.status).toBe(200);
      const everywhere = await cluster.request("POST", `${root}/${kind.plural}`, {
        body: make("lost"),
      });
      expect(everywhere.status).toBe(405);
    });

    test("goes with its namespace", async () => {
      await cluster.create("namespaces", { metadata: { name: "doomed" } }, "");
      const path = `${root}/namespaces/doomed/${kind.plural}`;
      await cluster.request("POST", path, { body: make("tenant") });
      expect((await cluster.request("GET", `${path}/tenant`)).status).toBe(200);
      const { body } = await cluster.request("DELETE", "/api/v1/namespaces/doomed");
      expect(body).toMatchObject({ status: { phase: "Terminating" } });
      expect((await cluster.request("GET", `${path}/tenant`)).status).toBe(404);
      expect((await cluster.request("GET", "/api/v1/namespaces/doomed")).status).toBe(404);
    });
  }

  if (kind.hasStatus) {
    test("has a status that only its subresource changes", async () => {
      await create("standing");
      const path = `${collection}/standing`;
      const patch = (address: string) =>
        cluster.request("PATCH", address, {
          contentType: MERGE_PATCH,
          body: { metadata: { labels: { by: "patch" } }, status: { phase: "Terminating" } },
        });
      const { body: before } = await get("standing");
      expect((await patch(path)).body.status).toEqual(before.status);
      const { body } = await patch(`${path}/status`);
      expect(body.status).toMatchObject({ phase: "Terminating" });
      expect((await cluster.request("GET", `${path}/status`)).body).toEqual(body);
      expect(body.spec).toEqual(before.spec);
    });
  }

  test("needs a user, and one who may", async () => {
    const anonymous = await cluster.request("GET", collection, { token: null });
    expect(anonymous.status).toBe(401);
    expect(anonymous.body).toEqual({
      kind: "Status",
      apiVersion: "v1",
      metadata: {},
      status: "Failure",
      message: "Unauthorized",
      reason: "Unauthorized",
      code: 401,
    });
    const { body } = await cluster.request(
      "POST",
      "/api/v1/namespaces/default/serviceaccounts/default/token",
      { body: {} },
    );
    const { token } = body.status as { token: string };
    const denied = await cluster.request("GET", `${collection}/one`, { token });
    expect(denied.status).toBe(403);
    expect(denied.body).toMatchObject({
      reason: "Forbidden",
      message: `${resource} "one" is forbidden: User "system:serviceaccount:default:default" cannot get resource "${kind.plural}" in API group "${kind.group}" ${kind.namespaced ? 'in the namespace "default"' : "at the cluster scope"}`,
      details: details("one"),
    });
  });
});
