import { AzureError } from "../../core/errors";
import type { ArmResource } from "../../core/planes";
import type { ArmContext } from "../resource-type";
import { clusterUid } from "./cluster-uid";

/** The parts of a cluster's properties that switch workload identity on. */
interface Given {
  readonly oidcIssuerProfile?: { readonly enabled?: boolean | null | undefined } | null | undefined;
  readonly securityProfile?:
    | {
        readonly workloadIdentity?:
          { readonly enabled?: boolean | null | undefined } | null | undefined;
      }
    | null
    | undefined;
}

/** Source: https://learn.microsoft.com/azure/aks/use-oidc-issuer (the issuer cannot be switched off). */
export function oidcIssuerProfile(
  properties: Given,
  existing: ArmResource | undefined,
  uid: string,
  { azure }: ArmContext,
) {
  const before = existing?.properties.oidcIssuerProfile as { enabled?: boolean } | undefined;
  const wanted = properties.oidcIssuerProfile?.enabled ?? before?.enabled ?? false;
  if (before?.enabled === true && !wanted) {
    throw new AzureError(
      400,
      "OIDCIssuerFeatureCannotBeDisabled",
      "The OIDC issuer feature cannot be disabled once it is enabled.",
      { target: "oidcIssuerProfile.enabled" },
    );
  }
  return wanted
    ? { enabled: true, issuerURL: azure.kubernetes.issuerUrl(uid) }
    : { enabled: false };
}

export function securityProfile(properties: Given, existing: ArmResource | undefined) {
  const before = existing?.properties.securityProfile as Record<string, unknown> | undefined;
  const profile = { ...before, ...properties.securityProfile };
  const workloadIdentity = profile.workloadIdentity as { enabled?: boolean } | undefined;
  const issuer =
    properties.oidcIssuerProfile?.enabled ??
    (existing?.properties.oidcIssuerProfile as { enabled?: boolean } | undefined)?.enabled;
  if (workloadIdentity?.enabled === true && issuer !== true) {
    throw new AzureError(
      400,
      "WorkloadIdentityNotAllowedWithoutOIDCIssuer",
      "Workload identity needs the OIDC issuer: oidcIssuerProfile.enabled has to be true.",
      { target: "securityProfile.workloadIdentity.enabled" },
    );
  }
  return profile;
}

export function workloadIdentityEnabled(properties: Record<string, unknown>): boolean {
  const profile = properties.securityProfile as Given["securityProfile"];
  return profile?.workloadIdentity?.enabled === true;
}

/** What Service Connector switches on: the issuer and the workload-identity admission. */
export function enableWorkloadIdentity(cluster: ArmResource, arm: ArmContext): void {
  const uid = clusterUid(cluster.id, arm);
  const current = arm.inventory.get(cluster.id)?.properties ?? {};
  arm.inventory.update(cluster.id, {
    oidcIssuerProfile: { enabled: true, issuerURL: arm.azure.kubernetes.issuerUrl(uid) },
    securityProfile: {
      ...(current.securityProfile as object),
      workloadIdentity: { enabled: true },
    },
  });
  arm.azure.kubernetes.setWorkloadIdentity(uid, true);
}
