import { AzureError } from "../core/errors";
import { isRecord } from "./body";

const MOST = 50;
const LONGEST_NAME = 512;
const LONGEST_VALUE = 256;

const RESERVED = /[<>%&\\?/\p{Cc}]/u;

/** Names that Azure's own tags begin with may have any character. */
const HIDDEN = /^(?:hidden|link)/i;

/**
 * The limits of tags, which Azure Resource Manager holds for every resource that has a location.
 *
 * Source: https://learn.microsoft.com/azure/azure-resource-manager/management/tag-resources#limitations; the texts:
 * Azure/azure-powershell, src/Migrate (which checks the same beforehand).
 *
 * @throws AzureError 400.
 */
export function checkTags(tags: unknown, longestName = LONGEST_NAME): void {
  // What tags are at all is checked with the rest of the body.
  if (!isRecord(tags)) return;
  const names = Object.keys(tags);
  if (names.length > MOST) {
    throw refused(
      "InvalidTags",
      `Too many tags specified. Requested tag count - '${names.length}'. Maximum number of tags allowed - '${MOST}'.`,
    );
  }
  if (names.some((name) => name.trim() === "")) {
    throw refused(
      "InvalidTagName",
      "The tag name must be non-null, non-empty and non-whitespace only. Please provide an actual value.",
    );
  }
  const reserved = names.filter((name) => RESERVED.test(name) && !HIDDEN.test(name));
  if (reserved.length > 0) {
    throw refused(
      "InvalidTagNameCharacters",
      `The tag names '${reserved.join(", ")}' have reserved characters '<,>,%,&,\\,?,/' or control characters.`,
    );
  }
  refuseLong("InvalidTagName", "name", names, longestName);
  refuseLong("InvalidTagValueLength", "value", Object.values(tags).map(String), LONGEST_VALUE);
}

function refuseLong(code: string, what: string, texts: readonly string[], longest: number): void {
  const long = texts.filter(({ length }) => length > longest);
  if (long.length === 0) return;
  throw refused(
    code,
    `Tag ${what === "name" ? "key" : what} too large. Following tag ${what} '${long.join(", ")}' exceeded the ` +
      `maximum length. Maximum allowed length for tag ${what} - '${longest}' characters.`,
  );
}

function refused(code: string, message: string): AzureError {
  return new AzureError(400, code, message);
}
