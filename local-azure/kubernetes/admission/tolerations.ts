import type { Pod } from "../pod";

const TOLERATED = ["node.kubernetes.io/not-ready", "node.kubernetes.io/unreachable"];

/**
 * Lets a pod stay five minutes on a node that fails, unless it says otherwise.
 *
 * Source: https://kubernetes.io/docs/reference/access-authn-authz/admission-controllers/#defaulttolerationseconds and
 * k8s.io/kubernetes/plugin/pkg/admission/defaulttolerationseconds/admission.go: an empty key or effect means all.
 */
export const admitTolerations = ({ spec }: Pod): void => {
  const given = spec.tolerations ?? [];
  const missing = TOLERATED.filter(
    (wanted) =>
      !given.some(
        ({ key = "", effect = "" }) =>
          ["", wanted].includes(key) && ["", "NoExecute"].includes(effect),
      ),
  );
  spec.tolerations = [
    ...given,
    ...missing.map((key) => ({
      key,
      operator: "Exists",
      effect: "NoExecute",
      tolerationSeconds: 300,
    })),
  ];
};
