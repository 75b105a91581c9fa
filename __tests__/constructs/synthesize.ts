import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { type App, Testing } from "cdktf";
import { loadEnvironments } from "../../config/load";
import { TutorialStack } from "../../constructs/tutorial-stack";

/** A day on which the default model is not retired; tests do not ask the clock. */
export const today = new Date("2026-11-24");

/** What a stack is written as: blocks by kind, type and name. */
export interface SynthesizedStack {
  readonly provider: Record<string, Record<string, unknown>[]>;
  readonly resource: Record<string, Record<string, Record<string, unknown>>>;
  readonly data: Record<string, Record<string, unknown>>;
  readonly output: Record<string, { readonly value: string }>;
  readonly terraform: Record<string, unknown>;
}

const outdir = mkdtempSync(join(tmpdir(), "synthesize-"));

afterAll(() => {
  rmSync(outdir, { recursive: true });
});

/** An app whose output folder goes with the tests; cdktf's own would stay. */
export function testingApp(): App {
  return Testing.app({ outdir });
}

/** The text of one environment's stack. */
export function synthesizeText(settings: object = {}, name = "dev"): string {
  const [environment] = loadEnvironments({ environments: { [name]: settings }, today });
  if (!environment) throw new Error("no environment");
  const stack = new TutorialStack(testingApp(), environment.name, environment);
  return Testing.synth(stack);
}

export function synthesize(settings: object = {}, name = "dev"): SynthesizedStack {
  return JSON.parse(synthesizeText(settings, name)) as SynthesizedStack;
}

/** The only block of a type. */
export function only(stack: SynthesizedStack, type: string): Record<string, unknown> {
  const blocks = Object.values(stack.resource[type] ?? {});
  if (blocks.length !== 1 || !blocks[0]) throw new Error(`${blocks.length} blocks of ${type}`);
  return blocks[0];
}
