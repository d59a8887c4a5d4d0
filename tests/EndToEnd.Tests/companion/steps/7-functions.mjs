import { assert } from "../companion.mjs";

const refusal = (code, message) => ({ error: message, message, code });
const httpKey = "defaulthttpkey";

export default {
    async "a function pays a reward once a day, by REST, socket or gRPC"(companion) {
        const { client, session, id } = await companion.user("collector");
        const paid = await client.rpc(session, "daily_reward", {});
        assert.equal(paid.payload.Coins, 100);
        await companion.refused(client.rpc(session, "daily_reward", {}), 400, 9, "Come back tomorrow.");
        const kept = await client.readStorageObjects(session, { object_ids: [{ collection: "rewards", key: "coins", user_id: id }] });
        assert.equal(kept.objects[0].value.Coins, 100);

        const second = await companion.user("collector");
        const socket = second.client.createSocket(companion.tls);
        await socket.connect(second.session, false);
        const answer = await socket.rpc("daily_reward", "{}");
        assert.equal(JSON.parse(answer.payload).Coins, 100);
        await assert.rejects(socket.rpc("daily_reward"), error => error.code === 7 && error.message === "Come back tomorrow.");
        await assert.rejects(socket.rpc("nothing"), error => error.code === 6 && error.message === "RPC function not found");
        socket.disconnect();

        const third = await companion.user("collector");
        const { error, response } = await companion.call(companion.grpc(), "RpcFunc", { id: "daily_reward" }, third.session);
        assert.equal(error, null);
        assert.equal(JSON.parse(response.payload).Coins, 100);
    },

    async "hooks keep players out, and welcome them"(companion) {
        const { client, session, username, id } = await companion.user("newcomer");
        await companion.refused(
            client.writeStorageObjects(session, [{ collection: "rewards", key: "coins", value: { Coins: 1e6 } }]), 403, 7, "Rewards are not yours to write.");
        const mail = await client.readStorageObjects(session, { object_ids: [{ collection: "mail", key: "welcome", user_id: id }] });
        assert.equal(mail.objects[0].value.text, `Welcome, ${username}!`);
        const socket = client.createSocket(companion.tls);
        await socket.connect(session, false);
        await assert.rejects(socket.createMatch("x".repeat(101)), error => error.code === 7 && error.message.includes("at most 100 letters"));
        assert.ok((await socket.createMatch(" arena ")).match_id);
        socket.disconnect();
    },

    async "servers call functions by key"(companion) {
        const client = companion.client();
        await companion.refused(client.rpcHttpKey(httpKey, "daily_reward", {}), 401, 16, "Sign in to be given coins.");
        await companion.refused(client.rpcHttpKey("x", "daily_reward"), 401, 16, "HTTP key invalid");
        await companion.golden("GET", "/v2/rpc/daily_reward", undefined, undefined, 401, refusal(16, "Auth token or HTTP key required"));
        const { session } = await companion.user("caller");
        await companion.golden("POST", "/v2/rpc/nope", session, '""', 404, refusal(5, "RPC function not found"));
        await companion.golden("POST", "/v2/rpc/daily_reward", session, { a: 1 }, 400,
            refusal(3, "json: cannot unmarshal object into Go value of type string"));
        const unwrapped = await companion.send("POST", "/v2/rpc/daily_reward?unwrap", session, { a: 1 });
        assert.equal(unwrapped.status, 200);
        assert.equal(unwrapped.json.Coins, 100);
    },
};
