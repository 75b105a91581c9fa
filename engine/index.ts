export { environmentLines } from "./environment-lines";
export { prepareEngine, type PreparedEngine, type PrepareEngineOptions } from "./prepare-engine";
export { OLDEST_TERRAFORM, VERSIONS } from "./versions";
