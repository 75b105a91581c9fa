import { kinds } from "../../../../local-azure/kubernetes/kinds";
import { testAccess } from "./access";
import { testChanging } from "./changing";
import { testCreation } from "./creation";
import { testDeletion } from "./deletion";
import { groupKindOf, KindUnderTest } from "./kind-under-test";
import { testNamespace } from "./namespace";
import { testReading } from "./reading";
import { ROWS } from "./rows";
import { testWatching } from "./watching";

/** What every kind of the kinds table does alike; each module beside this one is a chapter of it. */
test("every kind has a row in the contract, and every row a kind", () => {
  expect(Object.keys(ROWS).sort()).toEqual(kinds.map(groupKindOf).sort());
});

describe.each(kinds.map((kind) => [groupKindOf(kind), kind] as const))("%s", (_, kind) => {
  const subject = new KindUnderTest(kind);
  beforeAll(() => subject.start());
  afterAll(() => subject.cluster.close());

  testCreation(subject);
  testReading(subject);
  testWatching(subject);
  testChanging(subject);
  testDeletion(subject);
  if (kind.namespaced) testNamespace(subject);
  testAccess(subject);
});
