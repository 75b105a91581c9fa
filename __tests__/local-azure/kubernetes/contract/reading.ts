import { apiVersionOf } from "../../../../local-azure/kubernetes/kinds/kind";
import { failure, Json } from "../test-cluster";
import { namesOf, type KindUnderTest } from "./kind-under-test";

export function testReading(subject: KindUnderTest): void {
  const { kind, row, root, resource, collection, details, create, request } = subject;

  test("is found by discovery", async () => {
    const { body } = await request("GET", root);
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

  test("is not found where there is none", async () => {
    for (const method of ["GET", "DELETE"]) {
      const { status, body } = await request(method, `${collection}/nobody`);
      expect(status).toBe(404);
      expect(body).toEqual(
        failure(404, "NotFound", `${resource} "nobody" not found`, details("nobody")),
      );
    }
  });

  test("is listed by label and by name", async () => {
    await create("listed-1", { labels: { list: "yes", tier: "web" } });
    await create("listed-2", { labels: { list: "yes" } });
    const list = (query: string) => request("GET", `${collection}?${query}`);
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
      request("GET", `${collection}?labelSelector=page&limit=2${more}`);
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
    const { body } = await request("GET", query, accept("Table"));
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
    const metadata = await request("GET", query, accept("PartialObjectMetadataList"));
    expect(metadata.body).toMatchObject({ kind: "PartialObjectMetadataList" });
    expect(Object.keys((metadata.body.items as Json[])[0] ?? {}).sort()).toEqual([
      "apiVersion",
      "kind",
      "metadata",
    ]);
  });
}
