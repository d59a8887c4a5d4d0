import { assert, isUuid, isWholeSecond } from "../companion.mjs";
import { friends as known } from "../issuer.mjs";

const refusal = (code, message) => ({ code, message });
const shown = ({ id, username }) => ({ id, username, lang_tag: "en", metadata: "{}", create_time: isWholeSecond, update_time: isWholeSecond });
const states = async player => ((await player.client.listFriends(player.session)).friends ?? []).map(f => f.state);

export default {
    async "players invite, accept, list, block and part"(companion) {
        const alice = await companion.user("alice");
        const bob = await companion.user("bob");
        assert.equal(await alice.client.addFriends(alice.session, [bob.id]), true);
        assert.deepEqual(await states(alice), [1]);
        assert.deepEqual(await states(bob), [2]);
        await bob.client.addFriends(bob.session, [], [alice.username]);
        const { friends } = await alice.client.listFriends(alice.session, 0, 10);
        assert.deepEqual(friends.map(f => [f.user.username, f.state]), [[bob.username, 0]]);
        assert.equal((await alice.client.getAccount(alice.session)).user.edge_count, 1);
        assert.equal(await bob.client.blockFriends(bob.session, [alice.id]), true);
        assert.deepEqual(await states(alice), []);
        assert.deepEqual(await states(bob), [3]);
        await alice.client.addFriends(alice.session, [bob.id]);
        assert.deepEqual(await states(alice), []);
        assert.equal(await bob.client.deleteFriends(bob.session, [alice.id]), true);
        assert.deepEqual(await states(bob), []);
        await companion.refused(alice.client.addFriends(alice.session, [alice.id]), 400, 3, "Cannot add self as friend.");
    },

    async "friends of friends are found, page by page"(companion) {
        const [alice, bob, carol, dave] = await Promise.all(["alice", "bob", "carol", "dave"].map(name => companion.user(name)));
        for (const [one, two] of [[alice, bob], [bob, carol], [bob, dave]]) {
            await one.client.addFriends(one.session, [two.id]);
            await two.client.addFriends(two.session, [one.id]);
        }
        const found = [];
        let cursor;
        do {
            const page = await alice.client.listFriendsOfFriends(alice.session, 1, cursor);
            found.push(...page.friends_of_friends);
            cursor = page.cursor;
        } while (cursor);
        assert.deepEqual(found.map(f => [f.referrer, f.user.id]).sort(), [[bob.id, carol.id], [bob.id, dave.id]].sort());
    },

    async "a player is told on an open socket, and finds it later in the list"(companion) {
        const alice = await companion.user("alice");
        const bob = await companion.user("bob");
        const { socket, received } = await companion.notified(bob);
        await alice.client.addFriends(alice.session, [bob.id]);
        const pushed = await received(1);
        assert.deepEqual([pushed[0].code, pushed[0].subject, pushed[0].content, pushed[0].sender_id], [-2, `${alice.username} wants to add you as a friend`, { username: alice.username }, alice.id]);
        socket.disconnect(false);
        await bob.client.addFriends(bob.session, [alice.id]);
        await alice.client.deleteFriends(alice.session, [bob.id]);
        const first = await bob.client.listNotifications(bob.session, 1);
        assert.deepEqual(first.notifications.map(n => [n.id, n.code]), [[pushed[0].id, -2]]);
        const second = await bob.client.listNotifications(bob.session, 100, first.cacheable_cursor);
        assert.deepEqual(second.notifications.map(n => n.code), [-9]);
        const none = await bob.client.listNotifications(bob.session, 100, second.cacheable_cursor);
        assert.deepEqual([none.notifications, none.cacheable_cursor], [[], second.cacheable_cursor]);
        assert.equal(await bob.client.deleteNotifications(bob.session, [pushed[0].id]), true);
        assert.deepEqual((await bob.client.listNotifications(bob.session, 100)).notifications.map(n => n.code), [-9]);
        assert.deepEqual((await alice.client.listNotifications(alice.session, 100)).notifications.map(n => n.code), [-3]);
    },

    async "friends at Facebook and Steam become friends, who are told of it"(companion) {
        for (const [provider, token, link, importFriends] of [
            [
                "facebook", id => `access-${id}`,
                (player, shown) => player.client.linkFacebook(player.session, { token: shown }),
                (player, shown) => player.client.importFacebookFriends(player.session, { token: shown }),
            ],
            [
                "steam", id => `ticket-${id}`,
                (player, shown) => player.client.linkSteam(player.session, { account: { token: shown }, sync: false }),
                (player, shown) => player.client.importSteamFriends(player.session, { token: shown }, false),
            ],
        ]) {
            const [alice, bob] = [await companion.user("alice"), await companion.user("bob")];
            const [mine, theirs] = [companion.name("a"), companion.name("b")];
            await link(bob, token(theirs));
            known.set(mine, [theirs, companion.name("nobody")]);
            await companion.golden("POST", `/v2/friend/${provider}?reset=true`, alice.session, { token: token(mine) }, 200, {});
            // Once more, which changes nothing.
            assert.equal(await importFriends(alice, token(mine)), true);
            const { friends } = await alice.client.listFriends(alice.session);
            assert.deepEqual(friends.map(f => [f.user.id, f.state]), [[bob.id, 0]]);
            // The client leaves metadata out.
            await companion.golden("GET", "/v2/friend?limit=10", alice.session, undefined, 200,
                { friends: [{ user: u => u.id === bob.id, state: 0, update_time: isWholeSecond, metadata: v => JSON.parse(v).provider === provider }] });
            assert.deepEqual((await bob.client.listNotifications(bob.session, 10)).notifications.map(n => [n.code, n.subject]), [[-6, "Your friend has just joined the game"]]);
            const name = provider === "facebook" ? "Facebook" : "Steam";
            await companion.golden("POST", `/v2/friend/${provider}`, alice.session, { token: "x" }, 401, refusal(16, `Could not authenticate ${name} profile.`));
            await companion.golden("POST", `/v2/friend/${provider}`, alice.session, {}, 400, refusal(3, `${name} token is required.`));
        }
    },

    async "recorded answers of friends and notifications"(companion) {
        const alice = await companion.user("alice");
        const bob = await companion.user("bob");
        const golden = (player, method, path, status, expected) => companion.golden(method, path, player.session, undefined, status, expected);
        await golden(alice, "POST", `/v2/friend?ids=${bob.id}&metadata=%7B%22via%22%3A%22x%22%7D`, 200, {});
        const sent = { user: shown(bob), state: 1, update_time: isWholeSecond, metadata: v => JSON.parse(v).via === "x" };
        await golden(alice, "GET", "/v2/friend?limit=10", 200, { friends: [sent] });
        await golden(bob, "GET", "/v2/friend?limit=10", 200, { friends: [{ user: shown(alice), state: 2, update_time: isWholeSecond, metadata: "{}" }] });
        await golden(bob, "POST", `/v2/friend?ids=${alice.id}`, 200, {});
        await golden(alice, "GET", "/v2/friend?limit=10&state=0", 200, { friends: [{ ...sent, state: 0 }] });
        await golden(alice, "POST", `/v2/friend?ids=${alice.id}`, 400, refusal(3, "Cannot add self as friend."));
        await golden(alice, "POST", "/v2/friend", 200, {});
        await golden(alice, "GET", "/v2/friend?state=9", 400, refusal(3, "Invalid state - state must be between 0 and 3."));
        const told = { id: isUuid, subject: `${alice.username} wants to add you as a friend`, content: v => JSON.parse(v).username === alice.username, code: -2, sender_id: alice.id, create_time: isWholeSecond, persistent: true };
        const { cacheable_cursor } = await golden(bob, "GET", "/v2/notification?limit=2", 200, { notifications: [told], cacheable_cursor: v => v.length > 0 });
        await golden(bob, "GET", `/v2/notification?limit=100&cacheable_cursor=${cacheable_cursor}`, 200, { cacheable_cursor });
        await golden(bob, "DELETE", "/v2/notification?ids=4f76298b-69fe-4f3b-9f74-797955e9865b", 200, {});
        await golden(bob, "POST", `/v2/friend/block?ids=${alice.id}`, 200, {});
        await golden(bob, "DELETE", `/v2/friend?ids=${alice.id}`, 200, {});
    },
};
