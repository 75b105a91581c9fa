// What cdktf.json loads main.ts with: tsx for this project's files alone. `node --import tsx` takes
// twice the time and memory, since it also examines the 11 MB of JavaScript that the provider
// bindings are, and has source maps read for each of the tokens that cdktf makes.
const { _extensions: extensions } = require("node:module");

const loadJavaScript = extensions[".js"];
require("tsx/cjs");
extensions[".js"] = loadJavaScript;
process.setSourceMapsEnabled(false);
