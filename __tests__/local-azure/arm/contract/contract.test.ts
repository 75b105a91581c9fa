import { RESOURCE_TYPES } from "../../../../local-azure/arm/registry";
import { testAccess, testWriteAccess } from "./access";
import { testExistence } from "./existence";
import { testOperations } from "./operations";
import { CONTRACT_ROWS } from "./rows";
import { TypeUnderTest } from "./type-under-test";
import { testWriting } from "./writing";

/** What every resource type does alike; each module beside this one is a chapter of it. */
it("has a row for every resource type", () => {
  const names = (list: readonly { type: string }[]) => list.map(({ type }) => type).sort();
  expect(names(CONTRACT_ROWS)).toEqual(names(RESOURCE_TYPES));
});

describe.each(CONTRACT_ROWS.map((row) => [row.type, row] as const))("%s", (_, row) => {
  const subject = new TypeUnderTest(row);
  beforeAll(() => subject.prepare());
  beforeEach(() => subject.start());
  afterEach(() => subject.arm.close());

  testAccess(subject);
  testExistence(subject);
  if (!row.put) return;
  testWriting(subject);
  testWriteAccess(subject);
  testOperations(subject);
});
