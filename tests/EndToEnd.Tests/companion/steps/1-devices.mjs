import { assert, isJwt, isUuid, isWholeSecond } from "../companion.mjs";

const refusal = (code, message) => ({ code, message });

export default {
    async "a device signs in, and its token opens its account"(companion) {
        const { client, session, username, device } = await companion.user("alice");
        assert.equal(session.created, true);
        assert.equal(session.username, username);
        const again = await client.authenticateDevice(device, false);
        assert.equal(again.created, false);
        assert.equal(again.user_id, session.user_id);
        const account = await client.getAccount(again);
        assert.equal(account.user.username, username);
        assert.deepEqual(account.devices.map(d => d.id), [device]);
        assert.equal(account.wallet, "{}");
    },

    async "variables travel in the session's token"(companion) {
        const session = await companion.client().authenticateDevice(companion.name("device-vars"), true, undefined, { k: "v" });
        assert.deepEqual(session.vars, { k: "v" });
    },

    async "recorded answers of sign-ins"(companion) {
        const device = companion.name("device-golden");
        const path = "/v2/account/authenticate/device";
        const username = companion.name("golden");
        await companion.golden("POST", `${path}?create=true&username=${username}`, "key", { id: device, vars: { k: "v" } }, 200, { created: true, token: isJwt, refresh_token: isJwt });
        await companion.golden("POST", path, "key", { id: device }, 200, { token: isJwt, refresh_token: isJwt });
        await companion.golden("POST", `${path}?create=false`, "key", { id: companion.name("device-nobody") }, 404, refusal(5, "User account not found."));
        await companion.golden("POST", path, "key", { id: "short" }, 400, refusal(3, "Device ID invalid, must be 10-128 bytes."));
        await companion.golden("POST", path, "key", {}, 400, refusal(3, "Device ID is required."));
        await companion.golden("POST", path, "key", undefined, 400, refusal(3, "Device ID is required."));
        await companion.golden("POST", `${path}?create=true&username=${username}`, "key", { id: companion.name("device-other") }, 409, refusal(6, "Username is already in use."));
        await companion.golden("POST", path, { token: "x" }, { id: device }, 401, refusal(16, "Server key required"));
        await companion.golden("POST", path, undefined, { id: device }, 401, refusal(16, "Server key required"));
        await companion.golden("POST", path, "wrong key", { id: device }, 401, refusal(16, "Server key invalid"));
        await companion.golden("POST", path, "key", '{"id":', 400, refusal(3, "unexpected EOF"));
        await companion.golden("POST", path, "key", '{"id":5}', 400, refusal(3, "proto: (line 1:7): invalid value for string field id: 5"));
        await companion.golden("POST", path, "key", { id: companion.name("device-unknown"), zzz: 1 }, 200, { created: true, token: isJwt, refresh_token: isJwt });
        await companion.golden("POST", path, "key", { id: device, zzz: 1 }, 200, { token: isJwt, refresh_token: isJwt });
        await companion.golden("POST", `${path}?create=maybe`, "key", { id: device }, 400,
            refusal(3, 'parsing field "create": strconv.ParseBool: parsing "maybe": invalid syntax'));
    },

    async "recorded answers of accounts"(companion) {
        const { session, username, device, id } = await companion.user("golden");
        await companion.golden("GET", "/v2/account", undefined, undefined, 401, refusal(16, "Auth token required"));
        await companion.golden("GET", "/v2/account", { token: "nonsense" }, undefined, 401, refusal(16, "Auth token invalid"));
        await companion.golden("GET", "/v2/account", session, undefined, 200, {
            user: { id: v => isUuid(v) && v === id, username, lang_tag: "en", metadata: "{}", create_time: isWholeSecond, update_time: isWholeSecond },
            wallet: "{}",
            devices: [{ id: device }],
        });
    },
};
