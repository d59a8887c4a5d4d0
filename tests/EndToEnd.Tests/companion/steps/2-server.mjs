import { assert } from "../companion.mjs";

export default {
    async "health needs no key"(companion) {
        await companion.golden("GET", "/healthcheck", undefined, undefined, 200, {});
        assert.equal((await companion.send("GET", "/health/live")).status, 200);
        assert.equal((await companion.send("GET", "/health/ready")).status, 200);
    },

    async "unknown paths and wrong methods are refused as recorded"(companion) {
        await companion.golden("GET", "/v2/nothing", undefined, undefined, 404, { code: 5, message: "Not Found" });
        await companion.golden("DELETE", "/v2/account/authenticate/device", undefined, undefined, 501, { code: 12, message: "Method Not Allowed" });
        await companion.golden("POST", "/v2/account/authenticate/device", "key", "x".repeat(262_145), 400, { code: 3, message: "http: request body too large" });
    },

    async "matches are listed"(companion) {
        const { client, session } = await companion.user();
        const list = await client.listMatches(session, 10);
        assert.ok((list.matches ?? []).every(match => match.match_id.length > 0));
        await companion.refused(client.listMatches(session, 1000), 400, 3);
    },
};
