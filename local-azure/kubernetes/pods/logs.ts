import { join } from "node:path";
import { ContainerLog } from "./container-log";

/** The logs of a cluster's containers: `<directory>/<pod uid>/logs/<container>/<run>.log`, as on a node. */
export class Logs {
  readonly #directory: string;
  readonly #open = new Map<string, ContainerLog>();

  constructor(directory: string) {
    this.#directory = directory;
  }

  file(podUid: string, container: string, run: number): string {
    return join(this.#directory, podUid, "logs", container, `${run}.log`);
  }

  /** The log of a run that this process has started. */
  get(podUid: string, container: string, run: number): ContainerLog | undefined {
    return this.#open.get(this.file(podUid, container, run));
  }

  open(podUid: string, container: string, run: number): ContainerLog {
    const file = this.file(podUid, container, run);
    const log = new ContainerLog(file);
    this.#open.set(file, log);
    return log;
  }

  /** Forgets the logs of a pod; the files are the caller's matter. */
  forget(podUid: string): void {
    const prefix = join(this.#directory, podUid);
    for (const [file, log] of this.#open) {
      if (!file.startsWith(prefix)) continue;
      log.end();
      this.#open.delete(file);
    }
  }
}
