/** The parts of an image's name. */
export interface ImageReference {
  /** `localhost:<port>`; empty where the name has no host. */
  readonly host: string;
  /** Everything between host and tag: `<registry>/<repository>` for an image of the local Azure. */
  readonly path: string;
  readonly tag: string;
  readonly digest?: string;
}

const COMPONENT = "[a-z0-9]+(?:(?:\\.|_|__|-+)[a-z0-9]+)*";
const PATH = new RegExp(`^${COMPONENT}(?:/${COMPONENT})*$`);
const HOST = /^[a-zA-Z0-9](?:[a-zA-Z0-9.-]*[a-zA-Z0-9])?(?::\d+)?$/;
const TAG = /^\w[\w.-]{0,127}$/;
const DIGEST = /^sha256:[0-9a-f]{64}$/;

/**
 * Source: github.com/distribution/reference, the grammar in reference.go.
 *
 * @throws Error when the name is not one of an image.
 */
export const parseImageReference = (name: string): ImageReference => {
  const [unpinned = "", digest] = name.split("@");
  const slash = unpinned.indexOf("/");
  const first = slash < 0 ? "" : unpinned.slice(0, slash);
  const hasHost = first.includes(".") || first.includes(":") || first === "localhost";
  const rest = hasHost ? unpinned.slice(slash + 1) : unpinned;
  const colon = rest.lastIndexOf(":");
  const path = colon < 0 ? rest : rest.slice(0, colon);
  const tag = colon < 0 ? "latest" : rest.slice(colon + 1);
  const isHostValid = !hasHost || HOST.test(first);
  if (
    !isHostValid ||
    !PATH.test(path) ||
    !TAG.test(tag) ||
    (digest !== undefined && !DIGEST.test(digest))
  ) {
    throw new Error(`invalid reference format: ${JSON.stringify(name)} is not an image's name`);
  }
  return { host: hasHost ? first : "", path, tag, digest };
};
