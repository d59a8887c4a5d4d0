import { assert, isJwt } from "../companion.mjs";
import { apple, gameCenter, google, idToken, signedPlayerInfo } from "../issuer.mjs";

const refusal = (code, message) => ({ code, message });

export default {
    async "an e-mail address and a username sign in with a password"(companion) {
        const client = companion.client();
        const email = `${companion.name("mail")}@example.com`.toLowerCase();
        const username = companion.name("mailing");
        const session = await client.authenticateEmail(email, "password123", true, username);
        assert.equal(session.created, true);
        assert.equal((await client.authenticateEmail(email.toUpperCase(), "password123", false)).user_id, session.user_id);
        assert.equal((await client.getAccount(session)).email, email);
        await companion.refused(client.authenticateEmail(email, "password124", false), 401, 16, "Invalid credentials.");
        const named = await companion.send("POST", `/v2/account/authenticate/email?username=${username}`, "key", { password: "password123" });
        assert.equal(named.status, 200, named.text);
    },

    async "recorded answers of e-mail"(companion) {
        const path = "/v2/account/authenticate/email";
        const email = `${companion.name("golden")}@example.com`;
        const { session } = await companion.user("mail");
        await companion.golden("POST", `${path}?create=true&username=${companion.name("em")}`, "key", { email, password: "password123" }, 200, { created: true, token: isJwt, refresh_token: isJwt });
        await companion.golden("POST", path, "key", { email, password: "password124" }, 401, refusal(16, "Invalid credentials."));
        await companion.golden("POST", path, "key", { email: "nope", password: "password123" }, 400, refusal(3, "Invalid email address format."));
        await companion.golden("POST", path, "key", { email, password: "short" }, 400, refusal(3, "Password must be at least 8 characters long."));
        await companion.golden("POST", "/v2/account/link/email", session, { email: `${companion.name("linked")}@example.com`, password: "password123" }, 200, {});
    },

    async "an e-mail address is linked and unlinked"(companion) {
        const { client, session, id } = await companion.user("mail");
        const email = `${companion.name("link")}@example.com`.toLowerCase();
        assert.equal(await client.linkEmail(session, { email, password: "password123" }), true);
        assert.equal((await client.authenticateEmail(email, "password123", false)).user_id, id);
        assert.equal(await client.unlinkEmail(session, { email, password: "password123" }), true);
        await companion.refused(client.authenticateEmail(email, "password123", false), 404, 5, "User account not found.");
    },

    async "every provider signs in, is linked and unlinked"(companion) {
        const client = companion.client();
        const id = prefix => companion.name(prefix);
        const center = playerId => gameCenter(playerId, companion.issuer, companion.certificate);
        const providers = [
            ["google_id", id("g"), google, t => client.authenticateGoogle(t), (s, t) => client.linkGoogle(s, { token: t }), (s, t) => client.unlinkGoogle(s, { token: t })],
            ["apple_id", id("a"), apple, t => client.authenticateApple(t), (s, t) => client.linkApple(s, { token: t }), (s, t) => client.unlinkApple(s, { token: t })],
            ["facebook_id", id("f"), i => `access-${i}`, t => client.authenticateFacebook(t, true, undefined, true), (s, t) => client.linkFacebook(s, { token: t }), (s, t) => client.unlinkFacebook(s, { token: t })],
            ["facebook_instant_game_id", id("i"), i => signedPlayerInfo(i), t => client.authenticateFacebookInstantGame(t), (s, t) => client.linkFacebookInstantGame(s, { signed_player_info: t }), (s, t) => client.unlinkFacebookInstantGame(s, { signed_player_info: t })],
            ["gamecenter_id", id("c"), center, t => client.authenticateGameCenter(t.bundle_id, t.player_id, t.public_key_url, t.salt, t.signature, t.timestamp_seconds), (s, t) => client.linkGameCenter(s, t), (s, t) => client.unlinkGameCenter(s, t)],
            ["steam_id", id("s"), i => `ticket-${i}`, t => client.authenticateSteam(t), (s, t) => client.linkSteam(s, { account: { token: t }, sync: false }), (s, t) => client.unlinkSteam(s, { token: t })],
        ];
        for (const [field, player, show, authenticate, link, unlink] of providers) {
            const session = await authenticate(show(player));
            assert.equal(session.created, true, field);
            assert.equal((await client.getAccount(session)).user[field], player);
            assert.equal((await authenticate(show(player))).user_id, session.user_id, field);
            const other = await companion.user("provider");
            await companion.refused(link(other.session, show(player)), 409, 6);
            const second = companion.name("second");
            assert.equal(await link(other.session, show(second)), true, field);
            assert.equal((await authenticate(show(second))).user_id, other.id, field);
            assert.equal(await unlink(other.session, show(second)), true, field);
            await companion.refused(unlink(session, show(player)), 403, 7);
        }
    },

    async "what proves nothing is refused"(companion) {
        const path = "/v2/account/authenticate/";
        const refused = (route, body, name) => companion.golden("POST", path + route, "key", body, 401, refusal(16, `Could not authenticate ${name} profile.`));
        await refused("facebook", { token: "x" }, "Facebook");
        await refused("google", { token: google("x", { aud: "another-game" }) }, "Google");
        await refused("google", { token: idToken({ iss: "https://accounts.google.com", aud: "google-client", sub: "x" }, { header: { alg: "none", kid: "key-1" } }) }, "Google");
        await refused("apple", { token: google("x") }, "Apple");
        await refused("steam", { token: "x" }, "Steam");
        await refused("facebookinstantgame", { signed_player_info: signedPlayerInfo("x", "another secret") }, "Facebook Instant Game");
        await refused("gamecenter", { ...gameCenter("x", companion.issuer, companion.certificate), player_id: "y" }, "GameCenter");
    },
};
