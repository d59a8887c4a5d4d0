import { assert } from "../companion.mjs";

export default {
    async "a connect token opens the UDP port, sealed if asked for"(companion) {
        const { session } = await companion.user();
        const open = await companion.send("POST", "/v2/connect", session, {});
        assert.equal(open.status, 200, open.text);
        assert.ok(open.json.token.length > 100 && open.json.port > 0);
        assert.equal(open.json.client_to_server_key ?? "", "");
        const seal = await companion.send("POST", "/v2/connect", session, { cipher: "CHACHA20_POLY1305" });
        assert.equal(seal.json.cipher, 2);
        assert.equal(Buffer.from(seal.json.client_to_server_key, "base64").length, 32);
        assert.notEqual(seal.json.client_to_server_key, seal.json.server_to_client_key);
    },

    async "a connect token needs a session and a match that is there"(companion) {
        const { session } = await companion.user();
        assert.equal((await companion.send("POST", "/v2/connect", undefined, {})).status, 401);
        assert.equal((await companion.send("POST", "/v2/connect", session, { match_id: "nonsense" })).status, 400);
    },
};
