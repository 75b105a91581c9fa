import { PULL, TestRegistry } from "./test-registry";

let registry: TestRegistry;
beforeEach(() => {
  registry = new TestRegistry();
});
afterEach(() => registry.close());

/** The words of containerd, which a kubelet repeats in a pod's events. */
describe("pulling an image", () => {
  beforeEach(() => registry.push({ name: "app:1" }));
  const pull = (name: string, principal?: string) =>
    registry.planes.registry.pullImage(name, principal);

  test("by a kubelet with the role, by anybody when that is on, by digest", () => {
    const name = `${registry.loginServer}/app`;
    expect(() => pull(`${name}:1`)).toThrow(
      /^failed to pull and unpack image "localhost:8443\/myregistry\/app:1": failed to resolve reference .*: failed to authorize: failed to fetch anonymous token: unexpected status from GET request to https:\/\/localhost:8443\/myregistry\/oauth2\/token\?.*: 401 Unauthorized$/,
    );
    registry.grant(PULL);
    const { digest } = pull(`${name}:1`, "someone");
    expect(() => pull(`${name}:1`, "somebody else")).toThrow("401 Unauthorized");
    registry.properties.anonymousPullEnabled = true;
    expect(pull(`${name}@${digest}`).digest).toBe(digest);
  });

  test.each([
    ["localhost:8443/myregistry/app:2", "localhost:8443/myregistry/app:2: not found"],
    ["localhost:8443/nothing/app:1", "localhost:8443/nothing/app:1: not found"],
    ["docker.io/library/nginx", "the local Azure pulls from its own registries only"],
    ["not a name", "invalid reference format"],
  ])("%s", (name, message) => {
    registry.grant(PULL);
    expect(() => pull(name, "someone")).toThrow(message);
  });
});

test("a deleted registry's images are gone", async () => {
  await registry.push({ name: "app:1" });
  await registry.planes.registry.deleteRegistry("MYREGISTRY");
  expect(registry.planes.registry.repositories("MyRegistry")).toEqual([]);
});
