import { ARM, EntraUnderTest, ORIGIN, TENANT } from "./entra";

let azure: EntraUnderTest;
beforeEach(() => {
  azure = new EntraUnderTest();
});

/** The codes are Azure Resource Manager's: https://learn.microsoft.com/azure/azure-resource-manager/troubleshooting/common-deployment-errors */
describe("bearer tokens elsewhere", () => {
  const token = async () => (await azure.token(azure.operatorForm())).body.access_token;
  const refused = async (authorization: string | undefined, code: string, audiences = [ARM]) => {
    await expect(azure.entra.verifyBearerToken(authorization, audiences)).rejects.toMatchObject({
      status: 401,
      code,
    });
  };

  test("an audience counts with and without the slash at its end", async () => {
    const claims = await azure.entra.verifyBearerToken(`Bearer ${await token()}`, [`${ARM}/`]);
    expect(claims).toMatchObject({ aud: ARM, tid: TENANT, appid: azure.entra.operator.clientId });
  });

  test("none, or none in the right form", async () => {
    await refused(undefined, "AuthenticationFailed");
    await refused("Basic abc", "AuthenticationFailedInvalidHeader");
    await refused("Bearer abc", "InvalidAuthenticationToken");
  });

  test("another audience", async () => {
    await refused(`Bearer ${await token()}`, "InvalidAuthenticationTokenAudience", [
      "https://cognitiveservices.azure.com",
    ]);
  });

  test("a changed claim", async () => {
    const [header, payload = "", signature] = (await token()).split(".");
    const claims = {
      ...(JSON.parse(Buffer.from(payload, "base64url").toString()) as object),
      oid: "x",
    };
    const changed = Buffer.from(JSON.stringify(claims)).toString("base64url");
    await refused(`Bearer ${header}.${changed}.${signature}`, "InvalidAuthenticationToken");
  });

  test("no signature at all (alg none)", async () => {
    const payload = (await token()).split(".")[1];
    const header = Buffer.from('{"alg":"none","typ":"JWT"}').toString("base64url");
    await refused(`Bearer ${header}.${payload}.`, "InvalidAuthenticationToken");
  });

  test("valid until its expiry, and not a second longer", async () => {
    const authorization = `Bearer ${await token()}`;
    azure.clock.advance(3_599_000);
    await expect(azure.entra.verifyBearerToken(authorization, [ARM])).resolves.toBeDefined();
    azure.clock.advance(1000);
    await refused(authorization, "ExpiredAuthenticationToken");
  });

  test("the challenge says where to sign in", async () => {
    const failure = await azure.entra.verifyBearerToken(undefined, [ARM]).catch((e: unknown) => e);
    const response = (failure as { toResponse(): Response }).toResponse();
    expect(response.headers.get("www-authenticate")).toContain(
      `Bearer authorization_uri="${ORIGIN}/${TENANT}"`,
    );
  });
});
