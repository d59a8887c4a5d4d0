import { assert, isUuid, isWholeSecond } from "../companion.mjs";

const refusal = (code, message) => ({ code, message });
const nobody = "00000000-0000-4000-8000-000000000000";
const users = async (player, group, state) => ((await player.client.listGroupUsers(player.session, group, state)).group_users ?? []).map(u => [u.user.id, u.state]);

export default {
    async "a closed group is created, asked, led, changed and deleted"(companion) {
        const [alice, bob, carol] = await Promise.all(["alice", "bob", "carol"].map(name => companion.user(name)));
        const name = companion.name("guild");
        const { socket, received } = await companion.notified(alice);
        const group = await alice.client.createGroup(alice.session, { name, description: "d", lang_tag: "en", open: false, max_count: 3 });
        assert.deepEqual([group.name, group.open, group.edge_count, group.creator_id], [name, false, 1, alice.id]);
        assert.equal(await bob.client.joinGroup(bob.session, group.id), true);
        const [asked] = await received(1);
        assert.deepEqual([asked.code, asked.content.username, asked.sender_id], [-5, bob.username, bob.id]);
        socket.disconnect(false);
        assert.deepEqual(await users(alice, group.id), [[alice.id, 0], [bob.id, 3]]);
        assert.equal(await alice.client.addGroupUsers(alice.session, group.id, [bob.id]), true);
        const { notifications } = await bob.client.listNotifications(bob.session, 10);
        assert.deepEqual(notifications.map(n => [n.code, n.content.group_id]), [[-4, group.id]]);
        await alice.client.promoteGroupUsers(alice.session, group.id, [bob.id]);
        await bob.client.addGroupUsers(bob.session, group.id, [carol.id]);
        assert.deepEqual(await users(carol, group.id), [[alice.id, 0], [bob.id, 1], [carol.id, 2]]);
        await companion.refused(carol.client.kickGroupUsers(carol.session, group.id, [bob.id]), 404, 5, "Group not found or permission denied.");
        await alice.client.demoteGroupUsers(alice.session, group.id, [bob.id]);
        assert.equal(await alice.client.banGroupUsers(alice.session, group.id, [carol.id]), true);
        assert.deepEqual(await users(alice, group.id), [[alice.id, 0], [bob.id, 2]]);
        assert.deepEqual(await users(alice, group.id, 4), [[carol.id, 4]]);
        assert.equal(await alice.client.updateGroup(alice.session, group.id, { description: "new", open: true }), true);
        await carol.client.joinGroup(carol.session, group.id);
        assert.equal((await users(alice, group.id)).length, 2);
        await alice.client.kickGroupUsers(alice.session, group.id, [carol.id]);
        await carol.client.joinGroup(carol.session, group.id);
        assert.equal(await carol.client.leaveGroup(carol.session, group.id), true);
        const mine = await bob.client.listUserGroups(bob.session, bob.id);
        assert.deepEqual(mine.user_groups.map(g => [g.group.id, g.group.description, g.group.edge_count, g.state]), [[group.id, "new", 2, 2]]);
        assert.equal(await alice.client.deleteGroup(alice.session, group.id), true);
        assert.deepEqual((await bob.client.listUserGroups(bob.session, bob.id)).user_groups ?? [], []);
    },

    async "groups are found by the beginning of their names, page by page"(companion) {
        const { client, session } = await companion.user();
        const prefix = companion.name("Find");
        for (const end of ["a", "b", "c"]) {
            await client.createGroup(session, { name: `${prefix}_${end}`, open: true });
        }
        const found = [];
        let cursor;
        do {
            const page = await client.listGroups(session, `${prefix.toLowerCase()}%`, cursor, 2);
            found.push(...page.groups.map(g => g.name));
            cursor = page.cursor;
        } while (cursor);
        assert.deepEqual(found, ["a", "b", "c"].map(end => `${prefix}_${end}`));
    },

    async "recorded answers of groups"(companion) {
        const alice = await companion.user("alice");
        const bob = await companion.user("bob");
        const golden = (player, method, path, body, status, expected) => companion.golden(method, path, player.session, body, status, expected);
        const name = companion.name("guild");
        const shown = { id: isUuid, creator_id: alice.id, name, description: "d", lang_tag: "en", metadata: "{}", open: false, edge_count: 1, max_count: 3, create_time: isWholeSecond, update_time: isWholeSecond };
        const user = ({ id, username }) => ({ id, username, lang_tag: "en", metadata: "{}", create_time: isWholeSecond, update_time: isWholeSecond });
        const { id } = await golden(alice, "POST", "/v2/group", { name, description: "d", lang_tag: "en", open: false, max_count: 3 }, 200, shown);
        await golden(bob, "POST", "/v2/group", { name }, 409, refusal(6, "Group name is in use."));
        await golden(bob, "POST", `/v2/group/${id}/join`, undefined, 200, {});
        await golden(bob, "GET", `/v2/group/${id}/user?limit=10`, undefined, 200, { group_users: [{ user: user(alice), state: 0 }, { user: user(bob), state: 3 }] });
        await golden(alice, "POST", `/v2/group/${id}/add?user_ids=${bob.id}`, undefined, 200, {});
        await golden(alice, "POST", `/v2/group/${id}/promote?user_ids=${bob.id}`, undefined, 200, {});
        await golden(bob, "GET", `/v2/group?name=${name}%25&limit=1`, undefined, 200, { groups: [{ ...shown, edge_count: 2 }] });
        await golden(bob, "GET", "/v2/group?name=g%25&open=true", undefined, 400, refusal(3, "name filter cannot be combined with any other filter"));
        await golden(alice, "GET", `/v2/user/${bob.id}/group?limit=10`, undefined, 200, { user_groups: [{ group: { ...shown, edge_count: 2 }, state: 1 }] });
        await golden(alice, "PUT", `/v2/group/${id}`, { description: "new", open: true }, 200, {});
        await golden(alice, "POST", "/v2/group/abc/join", undefined, 400, refusal(3, "Group ID must be a valid ID."));
        await golden(alice, "POST", `/v2/group/${nobody}/join`, undefined, 404, refusal(5, "Group not found."));
        await golden(alice, "POST", `/v2/group/${id}/leave`, undefined, 400, refusal(3, "Cannot leave group when you are the last superadmin."));
        await golden(alice, "POST", `/v2/group/${id}/kick?user_ids=${bob.id}`, undefined, 200, {});
        await golden(bob, "DELETE", `/v2/group/${id}`, undefined, 400, refusal(3, "Group not found or you're not allowed to delete."));
        await golden(bob, "GET", `/v2/notification?limit=1`, undefined, 200, {
            notifications: [{ id: isUuid, subject: `You've been added to group ${name}`, content: v => JSON.parse(v).group_id === id && JSON.parse(v).name === name, code: -4, sender_id: alice.id, create_time: isWholeSecond, persistent: true }],
            cacheable_cursor: v => v.length > 0,
        });
    },
};
