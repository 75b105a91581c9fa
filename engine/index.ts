export { environmentLines } from "./environment-lines";
export { prepareEngine, type PreparedEngine, type PrepareEngineOptions } from "./prepare-engine";
export { registryAnswers } from "./registry";
export { type Engine, EngineError, runEngine } from "./run-engine";
