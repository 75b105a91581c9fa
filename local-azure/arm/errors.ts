import { AzureError } from "../core/errors";

/** Azure Resource Manager's own errors, which are the same for every resource type. */

export const invalidRequestContent = (reason: string) =>
  new AzureError(
    400,
    "InvalidRequestContent",
    `The request content was invalid and could not be deserialized: '${reason}'.`,
  );

/** Source: Azure/Azure-Landing-Zones issue 2644. */
export const contentTooLarge = () =>
  new AzureError(
    413,
    "RequestContentTooLarge",
    "The request content size exceeds the maximum size of 4 MB.",
  );

/** Source: Azure/azure-cli issues 10143 and 13056. */
export const unsupportedMediaType = (mediaType: string | null) =>
  new AzureError(
    415,
    "UnsupportedMediaType",
    `The content media type '${mediaType?.split(";")[0] ?? "<null>"}' is not supported. Only 'application/json' is supported.`,
  );

export const missingApiVersion = () =>
  new AzureError(
    400,
    "MissingApiVersionParameter",
    "The api-version query parameter (?api-version=) is required for all requests.",
  );

export const invalidApiVersion = (version: string, supported: readonly string[]) =>
  new AzureError(
    400,
    "InvalidApiVersionParameter",
    `The api-version '${version}' is invalid. The supported versions are '${supported.join(",")}'.`,
  );

export const unsupportedApiVersion = (
  type: string,
  version: string,
  supported: readonly string[],
  location: string,
) =>
  new AzureError(
    400,
    "NoRegisteredProviderFound",
    `No registered resource provider found for location '${location}' and API version '${version}' for type ` +
      `'${type.slice(type.indexOf("/") + 1)}'. The supported api-versions are '${supported.join(", ")}'.`,
  );

export const invalidResourceType = (namespace: string, type: string, version: string) =>
  new AzureError(
    404,
    "InvalidResourceType",
    `The resource type '${type}' could not be found in the namespace '${namespace}' for api version '${version}'.`,
  );

export const invalidResourceNamespace = (namespace: string) =>
  new AzureError(
    404,
    "InvalidResourceNamespace",
    `The resource namespace '${namespace}' is invalid.`,
  );

export const invalidSubscriptionId = (subscriptionId: string) =>
  new AzureError(
    400,
    "InvalidSubscriptionId",
    `The provided subscription identifier '${subscriptionId}' is malformed or invalid.`,
  );

export const subscriptionNotFound = (subscriptionId: string) =>
  new AzureError(
    404,
    "SubscriptionNotFound",
    `The subscription '${subscriptionId}' could not be found.`,
  );

export const resourceGroupNotFound = (name: string) =>
  new AzureError(404, "ResourceGroupNotFound", `Resource group '${name}' could not be found.`);

export const resourceGroupBeingDeleted = (name: string) =>
  new AzureError(
    409,
    "ResourceGroupBeingDeleted",
    `The resource group '${name}' is in deprovisioning state and cannot perform this operation.`,
  );

export const resourceNotFound = (resource: string, resourceGroup: string | undefined) =>
  new AzureError(
    404,
    "ResourceNotFound",
    resourceGroup === undefined
      ? `The Resource '${resource}' was not found.`
      : `The Resource '${resource}' under resource group '${resourceGroup}' was not found. For more details ` +
          "please go to https://aka.ms/ARMResourceNotFoundFix",
  );

export const parentResourceNotFound = (parent: string) =>
  new AzureError(
    404,
    "ParentResourceNotFound",
    `Can not perform requested operation on nested resource. Parent resource '${parent}' not found.`,
  );

export const missingRegistration = (namespace: string) => {
  const message =
    `The subscription is not registered to use namespace '${namespace}'. See ` +
    "https://aka.ms/rps-not-found for how to register subscriptions.";
  return new AzureError(409, "MissingSubscriptionRegistration", message, {
    details: [{ code: "MissingSubscriptionRegistration", target: namespace, message }],
  });
};

export const authorizationFailed = (
  principal: { appid: string; oid: string },
  action: string,
  scope: string,
) =>
  new AzureError(
    403,
    "AuthorizationFailed",
    `The client '${principal.appid}' with object id '${principal.oid}' does not have authorization to perform ` +
      `action '${action}' over scope '${scope}' or the scope is invalid. If access was recently granted, ` +
      "please refresh your credentials.",
  );

export const methodNotAllowed = (method: string) =>
  new AzureError(
    405,
    "HttpMethodNotAllowed",
    `The requested resource does not support http method '${method}'.`,
  );

export const locationRequired = () =>
  new AzureError(400, "LocationRequired", "The location property is required for this definition.");

export const locationNotAvailable = (
  location: string,
  type: string,
  available: readonly string[],
) =>
  new AzureError(
    400,
    "LocationNotAvailableForResourceType",
    `The provided location '${location}' is not available for resource type '${type}'. List of available ` +
      `regions for the resource type is '${available.join(",")}'.`,
  );

export const locationMismatch = (
  name: string,
  existing: string,
  resourceGroup: string,
  wanted: string,
) =>
  new AzureError(
    409,
    "InvalidResourceLocation",
    `The resource '${name}' already exists in location '${existing}' in resource group '${resourceGroup}'. A ` +
      `resource with the same name cannot be created in location '${wanted}'. Please select a new resource name.`,
  );

export const anotherOperationInProgress = (id: string) =>
  new AzureError(
    409,
    "AnotherOperationInProgress",
    `Another operation on this or dependent resource is in progress: '${id}'. To retrieve status of the ` +
      "operation use uri of its Azure-AsyncOperation header.",
  );

export const invalidResourceName = (name: string, rule: string) =>
  new AzureError(
    400,
    "InvalidResourceName",
    `The resource name '${name}' is invalid. It can have ${rule}.`,
  );
