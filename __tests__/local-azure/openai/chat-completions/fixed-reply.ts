/** What the content filter says of harmless text. */
export const SAFE = {
  hate: { filtered: false, severity: "safe" },
  self_harm: { filtered: false, severity: "safe" },
  sexual: { filtered: false, severity: "safe" },
  violence: { filtered: false, severity: "safe" },
};

/** What the deployment `chat` replies to the question that `ask` asks by default. */
export const REPLY =
  'This reply comes from the local Azure, not from a model. Deployment "chat" (gpt-4.1, version 2025-04-14) was asked: "Are you there?"';
