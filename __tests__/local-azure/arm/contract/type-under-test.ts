import { ArmClient } from "../arm-client";
import { RESOURCES } from "../tutorial-resources";
import type { ContractRow } from "./rows";

/** A resource type, and for each test a local Azure that has what it needs. */
export class TypeUnderTest {
  readonly path: string;
  readonly list: ContractRow["list"];
  readonly put: ContractRow["put"];
  readonly patch: ContractRow["patch"];
  /** A resource of the type, known to its API or not. */
  readonly somewhere: string;
  readonly needs: readonly string[];
  #start: (() => Promise<ArmClient>) | undefined;
  #arm: ArmClient | undefined;

  constructor(readonly row: ContractRow) {
    const { path = "", list, put, patch, needs } = row;
    this.path = path;
    this.list = list;
    this.put = put;
    this.patch = patch;
    this.somewhere = row.path ?? `${list ?? ""}/any`;
    this.needs = needs ?? RESOURCES[path]?.needs ?? [];
  }

  /** Once, before the tests. */
  async prepare(): Promise<void> {
    this.#start = await ArmClient.prepare(...this.needs);
  }

  /** Before each test. */
  async start(): Promise<void> {
    this.#arm = await this.#start?.();
  }

  get arm(): ArmClient {
    if (!this.#arm) throw new Error("The local Azure has not started.");
    return this.#arm;
  }
}
