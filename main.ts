import { App } from "cdktf";
import { loadEnvironments } from "./config/load";
import { optionsFromProcess } from "./config/process-options";
import { ConfigurationError } from "./config/problems";
import { SourceError } from "./constructs/source-folder";
import { TutorialStack } from "./constructs/tutorial-stack";

// Each token that cdktf makes takes a stack trace; reading source maps for it takes a quarter of the whole time.
process.setSourceMapsEnabled(false);
try {
  // Checked before anything is written: a wrong setting leaves an earlier cdktf.out as it is.
  const environments = loadEnvironments({
    ...optionsFromProcess(process.env),
    // Only for models' retirement dates; what is synthesized does not depend on it.
    today: new Date(),
  });
  // Stack traces in the metadata would name this machine's folders. Validations would run
  // `terraform version`, and synthesis needs no engine.
  const app = new App({ stackTraces: false, skipValidation: true });
  for (const { name, settings, warnings } of environments) {
    new TutorialStack(app, name, { settings, warnings });
  }
  app.synth();
} catch (error) {
  const isExpected = error instanceof ConfigurationError || error instanceof SourceError;
  console.error(isExpected ? error.message : error);
  process.exitCode = 1;
}
