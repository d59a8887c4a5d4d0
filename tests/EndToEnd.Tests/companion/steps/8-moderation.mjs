import { assert } from "../companion.mjs";

const refusal = (code, message) => ({ code, message });

export default {
    async "a banned player is out at once and back when the ban is lifted"(companion) {
        const { client, session, device, id } = await companion.user("cheater");
        const socket = client.createSocket(companion.tls);
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

    async "an account goes out as a file and comes back"(companion) {
        const { client, session, device, id } = await companion.user("mover");
        await client.writeStorageObjects(session, [{ collection: "saves", key: "large", value: { text: "x".repeat(200_000) } }]);
        await client.writeStorageObjects(session, [{ collection: "saves", key: "larger", value: { text: "x".repeat(200_000) } }]);
        const { json } = await companion.golden("GET", `/v2/admin/user/${id}/export`, "admin", undefined, 200, { json: text => JSON.parse(text).user_id === id });
        await client.deleteStorageObjects(session, { object_ids: [{ collection: "saves", key: "large" }] });
        // More than a player may send; operators may.
        await companion.golden("POST", "/v2/admin/import", "admin", { json }, 200, {});
        const kept = await client.readStorageObjects(session, { object_ids: [{ collection: "saves", key: "large", user_id: id }] });
        assert.equal(kept.objects[0].value.text.length, 200_000);
        assert.equal((await client.authenticateDevice(device, false)).user_id, id);
        await companion.golden("POST", "/v2/admin/import", "key", { json }, 400, refusal(3, "http: request body too large"));
    },

    async "players call no admin method"(companion) {
        const { session, id } = await companion.user("curious");
        await companion.golden("POST", `/v2/admin/user/${id}/ban`, session, undefined, 401, refusal(16, "Admin key required"));
        await companion.golden("POST", `/v2/admin/user/${id}/ban`, "key", undefined, 401, refusal(16, "Admin key invalid"));
    },
};
