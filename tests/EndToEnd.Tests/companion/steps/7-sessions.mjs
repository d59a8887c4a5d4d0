import { assert, isJwt } from "../companion.mjs";

export default {
    async "a session is refreshed and goes on"(companion) {
        const { client, session, id } = await companion.user("refreshing");
        const renewed = await client.sessionRefresh(session, { k: "v" });
        assert.equal(renewed.user_id, id);
        assert.deepEqual(renewed.vars, { k: "v" });
        assert.equal((await client.getAccount(renewed)).user.id, id);
        await companion.golden("POST", "/v2/account/session/refresh", "key", { token: renewed.refresh_token }, 200, { token: isJwt, refresh_token: isJwt });
        await companion.golden("POST", "/v2/account/session/refresh", "key", { token: "nonsense" }, 401, { code: 16, message: "Refresh token invalid or expired." });
    },

    async "a session that is signed out is over for REST, gRPC and sockets"(companion) {
        const { client, session, device } = await companion.user("leaving");
        const socket = await companion.socket(session);
        assert.equal(await client.sessionLogout(session, session.token, session.refresh_token), true);
        await companion.refused(client.getAccount(session), 401, 16, "Auth token invalid");
        await companion.refused(client.sessionRefresh(session), 401, 16, "Refresh token invalid or expired.");
        const stub = companion.grpc();
        assert.equal((await companion.call(stub, "GetAccount", {}, session)).error.details, "Auth token invalid");
        stub.forEach(s => s.close());
        assert.equal(await socket.closed, "session ended");
        await assert.rejects(companion.socket(session));
        await client.getAccount(await client.authenticateDevice(device, false));
    },

    async "who is connected is seen online"(companion) {
        const seen = await companion.user("seen");
        const online = async () => (await seen.client.getUsers(seen.session, [seen.id])).users[0].online ?? false;
        assert.equal(await online(), false);
        const socket = await companion.socket(seen.session);
        assert.equal(await online(), true);
        await seen.client.sessionLogout(seen.session, "", "");
        assert.equal(await socket.closed, "session ended");
    },

    async "an account is deleted with all it has"(companion) {
        const { client, session, device, username } = await companion.user("deleted");
        await client.writeStorageObjects(session, [{ collection: "saves", key: "slot1", value: { a: 1 } }]);
        assert.equal(await client.deleteAccount(session), true);
        await companion.refused(client.getAccount(session), 401, 16, "Auth token invalid");
        await companion.refused(client.authenticateDevice(device, false), 404, 5, "User account not found.");
        assert.equal((await client.authenticateDevice(device, true, username)).created, true);
    },
};
