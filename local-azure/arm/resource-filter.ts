import { AzureError } from "../core/errors";
import type { ArmResource } from "../core/planes";

type Test = (resource: ArmResource) => boolean;

/** A property of the lists of all resources and groups, and how a resource has it. */
const PROPERTIES: Readonly<Record<string, (resource: ArmResource) => string | undefined>> = {
  resourcetype: ({ type }) => type,
  name: ({ name }) => name,
  location: ({ location }) => location,
  kind: ({ kind }) => kind,
  resourcegroup: ({ id }) => /\/resourceGroups\/([^/]+)/i.exec(id)?.[1],
};

const CLAUSE =
  /^(?:(?<property>\w+) (?<operator>eq|ne) '(?<value>(?:[^']|'')*)'|substringof\('(?<part>(?:[^']|'')*)', ?(?<within>\w+)\)|startswith\(tagName, ?'(?<prefix>(?:[^']|'')*)'\))$/i;

/**
 * The `$filter` of the lists of all resources and of the resource groups.
 *
 * Source: azure-rest-api-specs, Microsoft.Resources/resources.json, the parameter `$filter` of `Resources_List` and
 * `ResourceGroups_List`.
 *
 * @throws AzureError 400 for a filter that is not understood: an answer that ignores it would be wrong.
 */
export function resourceFilter(filter: string | null): Test {
  if (filter === null || filter.trim() === "") return () => true;
  const [words, join] = / or /i.test(filter)
    ? [/ or /i, "some" as const]
    : [/ and /i, "every" as const];
  const clauses = filter.split(words).map((clause) => clause.trim().replace(/^\((.*)\)$/, "$1"));
  // A tag's name and value are one condition.
  const tagValue = clauses.map((clause) => /^tagValue eq '(.*)'$/i.exec(clause)?.[1]).find(Boolean);
  const tests = clauses
    .filter((clause) => !/^tagValue eq /i.test(clause))
    .map((clause) => test(clause, tagValue, filter));
  return (resource) => tests[join]((matches) => matches(resource));
}

function test(clause: string, tagValue: string | undefined, filter: string): Test {
  const { property, operator, value, part, within, prefix } = CLAUSE.exec(clause)?.groups ?? {};
  if (prefix !== undefined) {
    const start = unquoted(prefix).toLowerCase();
    return ({ tags = {} }) =>
      Object.keys(tags).some((name) => name.toLowerCase().startsWith(start));
  }
  const wanted = unquoted(value ?? part ?? "").toLowerCase();
  if (property?.toLowerCase() === "tagname" && operator?.toLowerCase() === "eq") {
    return ({ tags = {} }) =>
      Object.entries(tags).some(
        ([name, content]) =>
          name.toLowerCase() === wanted &&
          (tagValue === undefined || content === unquoted(tagValue)),
      );
  }
  const read = PROPERTIES[(property ?? within ?? "").toLowerCase()];
  if (!read) {
    throw new AzureError(
      400,
      "InvalidFilterInQueryString",
      `Invalid $filter '${filter}' specified in the query string.`,
    );
  }
  return (resource) => {
    const found = read(resource)?.toLowerCase();
    if (part !== undefined) return found?.includes(wanted) === true;
    return (found === wanted) === (operator?.toLowerCase() === "eq");
  };
}

function unquoted(text: string): string {
  return text.replaceAll("''", "'");
}
