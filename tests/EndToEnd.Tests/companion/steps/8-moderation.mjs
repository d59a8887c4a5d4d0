import { assert } from "../companion.mjs";

const refusal = (code, message) => ({ code, message });

export default {
    async "a banned player is out at once and back when the ban is lifted"(companion) {
        const { client, session, device, id } = await companion.user("cheater");
        const socket = client.createSocket();
        await socket.connect(session, false);
        const closed = new Promise(resolve => socket.ondisconnect = resolve);
        await companion.golden("POST", `/v2/admin/user/${id}/ban`, "admin", undefined, 200, {});
        await closed;
        await companion.refused(client.getAccount(session), 401, 16, "Auth token invalid");
        await companion.refused(client.authenticateDevice(device, false), 403, 7, "User account banned.");
        await companion.golden("POST", `/v2/admin/user/${id}/unban`, "admin", undefined, 200, {});
        const again = await client.authenticateDevice(device, false);
        assert.equal((await client.getAccount(again)).user.id, id);
    },

    async "a shadow-banned player notices nothing"(companion) {
        const { client, session, id } = await companion.user("boaster");
        await companion.golden("POST", `/v2/admin/user/${id}/shadowban`, "admin", undefined, 200, {});
        assert.equal((await client.getAccount(session)).user.id, id);
        await companion.golden("POST", `/v2/admin/user/${id}/unshadowban`, "admin", undefined, 200, {});
    },

    async "players call no admin method"(companion) {
        const { session, id } = await companion.user("curious");
        await companion.golden("POST", `/v2/admin/user/${id}/ban`, session, undefined, 401, refusal(16, "Admin key required"));
        await companion.golden("POST", `/v2/admin/user/${id}/ban`, "key", undefined, 401, refusal(16, "Admin key invalid"));
    },
};
