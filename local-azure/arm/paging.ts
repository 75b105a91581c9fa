/** What a list was asked with: its parameters, and its address without them. */
export interface ListAddress {
  readonly query: URLSearchParams;
  readonly address: string;
}

/**
 * One page of a list: as many as `$top` says, and where the others are.
 *
 * Source: https://github.com/Azure/azure-resource-manager-rpc/blob/master/v1.0/resource-api-reference.md (`nextLink`);
 * the parameters `$top` and `$skiptoken` of Microsoft.Resources and Microsoft.ManagedIdentity.
 */
export function page(items: readonly unknown[], { query, address }: ListAddress) {
  const top = Number(query.get("$top"));
  const start = Number(query.get("$skiptoken") ?? 0);
  const end = Number.isInteger(top) && top > 0 ? start + top : items.length;
  const value = items.slice(start, end);
  if (end >= items.length) return { value };
  const next = new URLSearchParams(query);
  next.set("$skiptoken", String(end));
  return { value, nextLink: `${address}?${next.toString()}` };
}
