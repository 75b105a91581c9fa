import { setTimeout as sleep } from "node:timers/promises";
import { inspect } from "node:util";

import { prepareQuestion } from "./chat";
import { explain, report } from "./failure";
import { GaveUp, withPatience } from "./patience";
import { readSettings } from "./settings";

async function run(): Promise<void> {
  const settings = readSettings(process.env);
  console.log(
    `Asking deployment ${settings.deployment} at ${settings.endpoint}: ${settings.question}`,
  );
  let told = "";
  const reply = await withPatience(prepareQuestion(settings), explain, {
    waitMs: settings.waitSeconds * 1000,
    now: () => performance.now(),
    sleep,
    onWait: (failure) => {
      if (failure.what === told) return;
      told = failure.what;
      console.log(
        `Not yet (${failure.link}): ${failure.what} Trying again for up to ${settings.waitSeconds} s.`,
      );
    },
  });
  console.log(reply);
  console.log("Connect to Azure OpenAI service succeeded.");
}

// As process 1 of a container nothing else would act on SIGTERM, and the kubelet would wait 30 s.
for (const signal of ["SIGTERM", "SIGINT"] as const) {
  process.once(signal, () => {
    console.error(`Stopped by ${signal} before the model answered.`);
    process.exit(1);
  });
}

run().then(
  () => process.exit(0),
  (error: unknown) => {
    const failure = error instanceof GaveUp ? error.failure : explain(error);
    console.error(report(failure));
    if (/^(1|true)$/i.test(process.env.AZURE_OPENAI_DEBUG ?? "")) {
      console.error(inspect(error instanceof GaveUp ? error.cause : error, { depth: 6 }));
    }
    process.exit(1);
  },
);
