import { settledChain, type Waiting } from "../../verify/settled-chain";
import type { Facts } from "../../verify/facts";
import { working } from "./working-facts";

const asking: Facts = { ...working, pod: { ...working.pod, phase: "Running", log: "Asking\n" } };

/** Answers one of the facts after the other, the last one again and again; time passes in `sleep` only. */
async function settle(seconds: number, ...answers: Facts[]) {
  let time = 0;
  let reads = 0;
  const told: (string | undefined)[] = [];
  const waiting: Waiting = {
    seconds,
    now: () => time,
    sleep: (milliseconds) => Promise.resolve((time += milliseconds)),
    onWait: ({ pod }) => told.push(pod.phase),
  };
  const read = () => Promise.resolve(answers[Math.min(reads++, answers.length - 1)] ?? working);
  const { checks } = await settledChain(read, waiting);
  return { reads, told, holds: checks.every(({ holds }) => holds), waited: time / 1000 };
}

test("a chain that holds is not waited for", async () => {
  expect(await settle(600, working)).toEqual({ reads: 1, told: [], holds: true, waited: 0 });
});

test("a pod that still tries is read again until it has the reply, and that is said once", async () => {
  const pending: Facts = { ...asking, pod: { ...asking.pod, phase: "Pending", log: "" } };
  expect(await settle(600, pending, asking, asking, working)).toEqual({
    reads: 4,
    told: ["Pending"],
    holds: true,
    waited: 6,
  });
});

test("the time is kept, and none means one look", async () => {
  expect(await settle(10, asking)).toMatchObject({ holds: false, waited: 10 });
  expect(await settle(0, asking)).toEqual({ reads: 1, told: [], holds: false, waited: 0 });
});

test.each<[string, Partial<Facts>]>([
  ["another link is broken", { permissions: [] }],
  ["the pod has failed", { pod: { ...asking.pod, phase: "Failed" } }],
  ["there is no pod", { pod: { name: "p", labels: {}, log: "" } }],
])("nothing is waited for when %s", async (_, change) => {
  expect(await settle(600, { ...asking, ...change })).toMatchObject({ holds: false, waited: 0 });
});
