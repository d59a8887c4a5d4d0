import { assert, isJwt, isUuid, isWholeSecond } from "../companion.mjs";

const refusal = (code, message) => ({ code, message });

export default {
    async "an account changes and others see it"(companion) {
        const { client, session, id } = await companion.user("changing");
        const username = companion.name("changed");
        assert.equal(await client.updateAccount(session, { username, display_name: "Alice", avatar_url: "http://x/y", lang_tag: "de", location: "Paris", timezone: "UTC" }), true);
        const other = await companion.user("watching");
        const { users } = await other.client.getUsers(other.session, [id], [other.username]);
        assert.deepEqual(users.map(u => u.id).sort(), [id, other.id].sort());
        const shown = users.find(u => u.id === id);
        assert.deepEqual(
            [shown.username, shown.display_name, shown.avatar_url, shown.lang_tag, shown.location, shown.timezone, shown.online ?? false],
            [username, "Alice", "http://x/y", "de", "Paris", "UTC", false]);
        await companion.refused(client.updateAccount(session, { username: other.username }), 400, 3, "Username is already in use.");
    },

    async "a custom id signs in, is linked and unlinked"(companion) {
        const client = companion.client();
        const first = await client.authenticateCustom(companion.name("custom"), true, companion.name("by_custom"));
        assert.equal(first.created, true);
        const { session, device, id } = await companion.user("linking");
        const custom = companion.name("linked");
        assert.equal(await client.linkCustom(session, { id: custom }), true);
        assert.equal((await client.authenticateCustom(custom, false)).user_id, id);
        assert.equal((await client.getAccount(session)).custom_id, custom);
        const second = companion.name("second-device");
        assert.equal(await client.linkDevice(session, { id: second }), true);
        assert.equal(await client.unlinkDevice(session, { id: device }), true);
        assert.equal(await client.unlinkDevice(session, { id: second }), true);
        await companion.refused(client.unlinkCustom(session, { id: custom }), 403, 7);
        assert.equal(await client.linkDevice(session, { id: device }), true);
        assert.equal(await client.unlinkCustom(session, { id: custom }), true);
        await companion.refused(client.authenticateCustom(custom, false), 404, 5, "User account not found.");
    },

    async "recorded answers of accounts and links"(companion) {
        const { session, username } = await companion.user("recorded");
        const taken = await companion.user("taken");
        await companion.golden("PUT", "/v2/account", session, { display_name: "Alice", lang_tag: "en", timezone: "UTC", location: "Paris" }, 200, {});
        await companion.golden("PUT", "/v2/account", session, { displayName: "Alice2", avatarUrl: "http://x/y" }, 200, {});
        await companion.golden("PUT", "/v2/account", session, {}, 400, refusal(3, "No fields to update."));
        await companion.golden("PUT", "/v2/account", session, { username: taken.username }, 400, refusal(3, "Username is already in use."));
        await companion.golden("GET", `/v2/user?ids=${taken.id}&usernames=${taken.username}`, session, undefined, 200, {
            users: [{ id: v => isUuid(v) && v === taken.id, username: taken.username, lang_tag: "en", metadata: "{}", create_time: isWholeSecond, update_time: isWholeSecond }],
        });
        await companion.golden("GET", "/v2/user?ids=abc", session, undefined, 400, refusal(3, "ID 'abc' is not a valid system ID."));
        await companion.golden("POST", "/v2/account/link/device", session, { id: taken.device }, 409, refusal(6, "Device ID already in use."));
        await companion.golden("POST", "/v2/account/unlink/device", taken.session, { id: taken.device }, 403,
            refusal(7, "Cannot unlink last account identifier. Check profile exists and is not last link."));
        await companion.golden("POST", "/v2/account/authenticate/custom?create=true", "key", { id: companion.name("custom") }, 200,
            { created: true, token: isJwt, refresh_token: isJwt });
        await companion.golden("POST", `/v2/account/authenticate/custom?create=true&username=${username}`, "key", { id: companion.name("custom") }, 409,
            refusal(6, "Username is already in use."));
    },
};
