import { configMap } from "./config-map";
import { event, eventsK8sIo } from "./event";
import type { Kind } from "./kind";
import { namespace } from "./namespace";
import { node } from "./node";
import { pod } from "./pod";
import { secret } from "./secret";
import { serviceAccount } from "./service-account";

/** Every kind that a cluster serves: a new one is a file beside this one and a line here. */
export const kinds: readonly Kind[] = [
  configMap,
  event,
  namespace,
  node,
  pod,
  secret,
  serviceAccount,
  eventsK8sIo,
];

export const kindOfResource = (group: string, version: string, plural: string): Kind | undefined =>
  kinds.find((kind) => kind.group === group && kind.version === version && kind.plural === plural);

/** The core group's kind of this name. */
export const kindOfName = (name: string): Kind | undefined =>
  kinds.find((kind) => kind.kind === name);
