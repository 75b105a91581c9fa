import type { KubernetesObject } from "../../../../local-azure/core/planes";
import { apiVersionOf, type Kind } from "../../../../local-azure/kubernetes/kinds/kind";
import { TestCluster, type Answer, type Json } from "../test-cluster";
import { ROWS, type Row } from "./rows";

/** As Kubernetes writes a kind of a group: k8s.io/apimachinery/pkg/runtime/schema, `GroupKind`. */
export const groupKindOf = ({ group, kind }: Kind) => (group === "" ? kind : `${kind}.${group}`);

export const namesOf = ({ body }: Answer) =>
  (body.items as KubernetesObject[]).map(({ metadata }) => metadata.name);

/** A kind, and a cluster of its own: the two kinds of events show the same objects. */
export class KindUnderTest {
  readonly groupKind: string;
  readonly row: Row;
  /** Where the kind's group is served. */
  readonly root: string;
  /** The resource, as messages name it. */
  readonly resource: string;
  /** Where its objects are; of the default namespace, if it has any. */
  readonly collection: string;
  #cluster: TestCluster | undefined;

  constructor(readonly kind: Kind) {
    this.groupKind = groupKindOf(kind);
    this.row = ROWS[this.groupKind] ?? { fields: {}, columns: [], cells: [] };
    this.root = kind.group === "" ? "/api/v1" : `/apis/${kind.group}/${kind.version}`;
    this.resource = kind.group === "" ? kind.plural : `${kind.plural}.${kind.group}`;
    this.collection = `${this.root}${kind.namespaced ? "/namespaces/default" : ""}/${kind.plural}`;
  }

  async start(): Promise<void> {
    this.#cluster = await TestCluster.start();
  }

  get cluster(): TestCluster {
    if (!this.#cluster) throw new Error("The cluster has not started.");
    return this.#cluster;
  }

  /** The object that a status is about. */
  readonly details = (name: string): Json => ({
    name,
    ...(this.kind.group !== "" && { group: this.kind.group }),
    kind: this.kind.plural,
  });

  readonly make = (name: string, metadata: Json = {}): Json => ({
    apiVersion: apiVersionOf(this.kind),
    kind: this.kind.kind,
    metadata: { name, ...metadata },
    ...this.row.fields,
  });

  readonly request = (...given: Parameters<TestCluster["request"]>): Promise<Answer> =>
    this.cluster.request(...given);

  readonly create = async (name: string, metadata?: Json): Promise<KubernetesObject> => {
    const { status, body, text } = await this.request("POST", this.collection, {
      body: this.make(name, metadata),
    });
    if (status !== 201) throw new Error(`${name} was not created: ${text}`);
    return body as unknown as KubernetesObject;
  };

  readonly get = (name: string): Promise<Answer> =>
    this.request("GET", `${this.collection}/${name}`);
}
