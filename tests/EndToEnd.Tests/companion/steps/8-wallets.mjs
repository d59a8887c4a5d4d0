import { assert, isUuid } from "../companion.mjs";

export default {
    async "operators fill wallets, and their owners see it"(companion) {
        const alice = await companion.user("alice");
        const bob = await companion.user("bob");
        const wallet = async player => JSON.parse((await player.client.getAccount(player.session)).wallet);
        const update = (...updates) => companion.send("POST", "/v2/admin/wallet", "admin", { updates });
        const id = crypto.randomUUID();
        const given = await update({ user_id: alice.id, changeset: { gold: "10", gems: "3" }, metadata: '{"why":"quest"}', id });
        assert.deepEqual(given.json.wallets, [{ user_id: alice.id, balances: { gems: "3", gold: "10" } }], given.text);
        assert.deepEqual(await wallet(alice), { gems: 3, gold: 10 });
        const again = await update({ user_id: alice.id, changeset: { gold: "10", gems: "3" }, id });
        assert.deepEqual([again.status, again.json.code], [409, 6]);
        const tooMuch = await update({ user_id: bob.id, changeset: { gold: "11" } }, { user_id: alice.id, changeset: { gold: "-11" } });
        assert.deepEqual([tooMuch.status, tooMuch.json], [400, { code: 9, message: `Not enough gold in the wallet of ${alice.id}.` }]);
        assert.equal((await update({ user_id: bob.id, changeset: { gold: "4" } }, { user_id: alice.id, changeset: { gold: "-4" } })).status, 200);
        assert.deepEqual([await wallet(alice), await wallet(bob)], [{ gems: 3, gold: 6 }, { gold: 4 }]);
        const first = (await companion.send("GET", `/v2/admin/user/${alice.id}/ledger?limit=1`, "admin")).json;
        const second = (await companion.send("GET", `/v2/admin/user/${alice.id}/ledger?limit=1&cursor=${first.cursor}`, "admin")).json;
        assert.deepEqual([first.entries[0].changeset, second.entries[0].changeset, second.entries[0].id, second.cursor], [{ gold: "-4" }, { gems: "3", gold: "10" }, id, undefined]);
        assert.equal((await companion.send("POST", "/v2/admin/wallet", alice.session, { updates: [] })).status, 401);
    },

    async "operators tell players something"(companion) {
        const alice = await companion.user("alice");
        const bob = await companion.user("bob");
        const { socket, received } = await companion.notified(alice);
        const send = body => companion.golden("POST", "/v2/admin/notification", "admin", body, 200, {});
        await send({ user_ids: [alice.id, bob.id], subject: "You've unlocked level 100!", content: '{"reward_coins":1000}', code: 1 });
        await send({ user_ids: [alice.id], subject: "now", code: 2, persistent: false });
        await send({ to_all: true, subject: "maintenance", code: 3 });
        const pushed = await received(3);
        assert.deepEqual(pushed.map(n => [n.subject, n.content, n.code, n.persistent ?? false, isUuid(n.id)]), [
            ["You've unlocked level 100!", { reward_coins: 1000 }, 1, true, true],
            ["now", {}, 2, false, true],
            ["maintenance", {}, 3, true, true],
        ]);
        socket.disconnect(false);
        assert.deepEqual((await bob.client.listNotifications(bob.session, 10)).notifications.map(n => n.subject), ["You've unlocked level 100!", "maintenance"]);
    },
};
