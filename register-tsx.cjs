// What everything here is started with: tsx for this project's files alone. `node --import tsx` takes
// twice the time and memory, since it also examines the 11 MB of JavaScript that the provider
// bindings are; the `tsx` program puts a process between a signal and who it is for.
const { _extensions: extensions } = require("node:module");

const loadJavaScript = extensions[".js"];
require("tsx/cjs");
extensions[".js"] = loadJavaScript;
