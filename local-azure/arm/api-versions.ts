import versions from "./api-versions.json";

/**
 * The API versions that Azure has for a resource type, oldest first.
 *
 * Source: the folders of Azure/azure-rest-api-specs, as Azure/bicep-types-az lists them by type.
 *
 * @param since - The version in which a child type appeared that shares its parent's versions.
 */
export function apiVersions(type: keyof typeof versions, since = ""): readonly string[] {
  return versions[type].filter((version) => version >= since);
}
