import { Hono } from "hono";
import { faultSchema, type Faults } from "./faults";

/** The local Azure's own controls, on a path that is not Azure's. */
export function createControls(faults: Faults): Hono {
  const routes = new Hono();
  routes.get("/health", (c) => c.json({ status: "ok" }));
  routes.get("/faults", (c) => c.json({ value: faults.list() }));
  routes.post("/faults", async (c) => {
    const result = faultSchema.safeParse(await c.req.json().catch(() => undefined));
    if (!result.success) {
      const reasons = result.error.issues.map(
        ({ path, message }) => `${path.join(".")}: ${message}`,
      );
      return c.json({ error: { code: "InvalidFault", message: reasons.join("; ") } }, 400);
    }
    faults.add(result.data);
    return c.json(result.data, 201);
  });
  routes.delete("/faults", (c) => {
    faults.clear();
    return c.body(null, 204);
  });
  return routes;
}
