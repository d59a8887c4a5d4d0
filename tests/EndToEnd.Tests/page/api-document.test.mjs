import assert from "node:assert/strict";
import test from "node:test";
import { callsOf, claimsOf, exampleOf, requestOf } from "../../../src/Server/wwwroot/api/document.js";

const described = {
    paths: {
        "/v2/group/{group_id}/add": {
            post: {
                operationId: "AddGroupUsers", tags: ["group"], security: [{ session: [] }],
                parameters: [
                    { name: "group_id", in: "path", schema: { type: "string" } },
                    { name: "user_ids", in: "query", schema: { type: "array", items: { type: "string" } } },
                    { name: "limit", in: "query", schema: { type: "integer" } },
                ],
            },
        },
        "/v2/sign": { post: { operationId: "Sign", security: [{ serverKey: [] }], requestBody: { content: { "application/json": { schema: { $ref: "#/components/schemas/a.B" } } } } } },
    },
    components: { schemas: { "a.B": { type: "object", properties: { id: { type: "string" }, n: { type: "string", format: "int64" }, b: { $ref: "#/components/schemas/a.B" }, l: { type: "array", items: { type: "integer" } } } } } },
};
const [add, sign] = callsOf(described);

test("values go where the description says, lists by their commas, empty ones nowhere", () => {
    const { url, options } = requestOf(add, { group_id: "a/b", user_ids: "x, y", limit: "" }, undefined, { token: "t" });
    assert.equal(url, "/v2/group/a%2Fb/add?user_ids=x&user_ids=y");
    assert.deepEqual(options, { method: "POST", headers: { Authorization: "Bearer t" } });
});

test("the server key is sent as the user of Basic", () => {
    const { options } = requestOf(sign, {}, "{}", { serverKey: "kéy" });
    assert.equal(options.headers.Authorization, "Basic " + Buffer.from("kéy:").toString("base64"));
    assert.equal(options.body, "{}");
});

test("an example ends although messages nest in themselves", () => {
    const example = exampleOf(described, sign.body);
    assert.equal(example.n, "0");
    assert.deepEqual(example.l, [0]);
    assert.deepEqual(example.b.b.b.b, {});
});

test("claims are read, and nonsense has none", () => {
    assert.deepEqual(claimsOf("x." + Buffer.from('{"usn":"é"}').toString("base64url") + ".y"), { usn: "é" });
    assert.equal(claimsOf("nonsense"), null);
    assert.equal(claimsOf(undefined), null);
});
