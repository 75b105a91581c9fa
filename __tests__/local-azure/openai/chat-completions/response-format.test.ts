import { ask, CHAT_ACTION, OpenAiAccount } from "../openai-account";
import { REPLY } from "./fixed-reply";

let account: OpenAiAccount;
beforeEach(async () => {
  account = await new OpenAiAccount().signIn(CHAT_ACTION);
});
afterEach(() => account.planes.close());

describe("structured replies", () => {
  test("json_object: an object", async () => {
    const { body } = await account.chat(
      ask("Answer in JSON.", { response_format: { type: "json_object" } }),
    );
    const reply = JSON.parse(body.choices[0]?.message.content ?? "") as { reply: string };
    expect(reply.reply).toContain('was asked: "Answer in JSON."');
  });

  test("json_schema: what the schema allows", async () => {
    const { body } = await account.chat(
      ask(undefined, {
        response_format: {
          type: "json_schema",
          json_schema: {
            name: "event",
            strict: true,
            schema: {
              type: "object",
              properties: {
                title: { type: "string" },
                kind: { enum: ["talk", "walk"] },
                seats: { type: "integer" },
                open: { type: "boolean" },
                guests: { type: "array", items: { $ref: "#/$defs/guest" } },
                host: { $ref: "#/$defs/guest" },
                note: { anyOf: [{ type: "null" }, { type: "string" }] },
              },
              required: ["title", "kind", "seats", "open", "guests", "host", "note"],
              additionalProperties: false,
              $defs: {
                guest: { type: "object", properties: { name: { type: ["string", "null"] } } },
              },
            },
          },
        },
      }),
    );
    expect(JSON.parse(body.choices[0]?.message.content ?? "")).toEqual({
      title: REPLY,
      kind: "talk",
      seats: 0,
      open: false,
      guests: [],
      host: { name: REPLY },
      note: null,
    });
  });
});
