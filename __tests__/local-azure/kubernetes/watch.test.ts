import { failure, Lines, TestCluster } from "./test-cluster";

const CONFIG_MAPS = "/api/v1/namespaces/default/configmaps";

let cluster: TestCluster;
beforeEach(async () => {
  cluster = await TestCluster.start();
});
afterEach(() => cluster.close());

/** k8s.io/apiserver/pkg/storage/cacher, `newErrWatcher`: the refusal comes in the stream. */
test("a watch from before what is remembered is told that its version expired", async () => {
  const { kubernetes } = cluster.planes;
  for (let count = 0; count < 2100; count++) {
    kubernetes.apply(cluster.uid, {
      apiVersion: "v1",
      kind: "ConfigMap",
      metadata: { name: "busy", namespace: "default" },
      data: { count: String(count) },
    });
  }
  const watch = new Lines(
    await cluster.fetch("GET", `${CONFIG_MAPS}?watch=true&resourceVersion=2`),
  );
  expect(await watch.event()).toEqual({
    type: "ERROR",
    object: failure(
      410,
      "Expired",
      expect.stringMatching(/^too old resource version: 2 \(\d+\)$/) as string,
    ),
  });
  expect(await watch.next()).toBeUndefined();
});
