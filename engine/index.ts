export { environmentLines } from "./environment-lines";
export { prepareEngine, type PreparedEngine, type PrepareEngineOptions } from "./prepare-engine";
