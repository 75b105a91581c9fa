/**
 * What a `Range` header of one range asks for.
 *
 * Source: RFC 9110, 14.1.2; Azure Storage takes no range that counts from the end
 * (https://learn.microsoft.com/rest/api/storageservices/specifying-the-range-header-for-blob-service-operations).
 *
 * @returns Nothing for all of it; both ends are included.
 */
export function byteRange(
  header: string | null | undefined,
  length: number,
): { readonly start: number; readonly end: number } | "unsatisfiable" | undefined {
  const [, from, to] = /^bytes=(\d+)-(\d*)$/.exec(header ?? "") ?? [];
  if (from === undefined) return undefined;
  const start = Number(from);
  if (start >= length) return "unsatisfiable";
  return {
    start,
    end: Math.min(to === undefined || to === "" ? Infinity : Number(to), length - 1),
  };
}
