import type { Pod } from "../pod";

/** Source: https://kubernetes.io/docs/reference/access-authn-authz/admission-controllers/#defaulttolerationseconds */
const TOLERATED = ["node.kubernetes.io/not-ready", "node.kubernetes.io/unreachable"];

export const admitTolerations = ({ spec }: Pod): void => {
  const given = spec.tolerations ?? [];
  const missing = TOLERATED.filter((key) => !given.some((toleration) => toleration.key === key));
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
