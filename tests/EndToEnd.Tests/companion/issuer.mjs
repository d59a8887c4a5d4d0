// Every identity provider in one, on a port of this machine: signs tokens as Google, Apple and Facebook do, and answers as the Graph API
// and Steam's Web API do. The server under test is told to ask here.
import { createHmac, createSign, generateKeyPairSync, randomBytes } from "node:crypto";
import { createServer } from "node:http";

export const appSecret = "secret-of-the-app";

/** The ids of a player's friends at Facebook or Steam, by the player's id there. */
export const friends = new Map();

const keyId = `key-${randomBytes(4).toString("hex")}`;
const { publicKey, privateKey } = generateKeyPairSync("rsa", { modulusLength: 2048 });
const base64url = value => Buffer.from(typeof value === "string" ? value : JSON.stringify(value)).toString("base64url");
const seconds = () => Math.floor(Date.now() / 1000);

/** An ID token with these claims, good for a minute. */
export function idToken(claims, { header = { alg: "RS256", kid: keyId, typ: "JWT" }, key = privateKey } = {}) {
    const signed = `${base64url(header)}.${base64url({ iat: seconds(), exp: seconds() + 60, ...claims })}`;
    return `${signed}.${createSign("RSA-SHA256").update(signed).sign(key).toString("base64url")}`;
}

export const google = (sub, more = {}) => idToken({ iss: "https://accounts.google.com", aud: "google-client", sub, ...more });
export const apple = sub => idToken({ iss: "https://appleid.apple.com", aud: "com.example.game", sub });

/** What an Instant Game's getSignedPlayerInfoAsync gives. */
export function signedPlayerInfo(playerId, secret = appSecret) {
    const payload = base64url({ algorithm: "HMAC-SHA256", issued_at: seconds(), player_id: playerId, request_payload: "" });
    return `${createHmac("sha256", secret).update(payload).digest("base64url")}.${payload}`;
}

/** What Game Center signs; its certificate is served by the issuer. */
export function gameCenter(playerId, root, certificate) {
    const timestamp = Date.now();
    const time = Buffer.alloc(8);
    time.writeBigInt64BE(BigInt(timestamp));
    const salt = Buffer.from([1, 2, 3, 4]);
    const signed = Buffer.concat([Buffer.from(playerId), Buffer.from("com.example.game"), time, salt]);
    return {
        player_id: playerId, bundle_id: "com.example.game", timestamp_seconds: String(timestamp), salt: salt.toString("base64"),
        signature: createSign("RSA-SHA256").update(signed).sign(certificate.key).toString("base64"), public_key_url: `${root}/gc.cer`,
    };
}

/** Listens; players' access tokens and tickets are "access-ID" and "ticket-ID". */
export function listen(address, certificate) {
    const [host, port] = address.split(":");
    const server = createServer((request, response) => {
        const url = new URL(request.url, `http://${address}`);
        const answer = answers(url, certificate);
        response.statusCode = answer === undefined ? 400 : 200;
        response.end(Buffer.isBuffer(answer) || answer === undefined ? answer : JSON.stringify(answer));
    });
    server.listen(Number(port), host);
    server.unref();
    return server;
}

function answers(url, certificate) {
    const token = url.searchParams.get("access_token") ?? "";
    switch (url.pathname) {
        case "/keys":
            return { keys: [{ ...publicKey.export({ format: "jwk" }), use: "sig", alg: "RS256", kid: keyId }] };
        case "/gc.cer":
            return certificate?.der;
        case "/graph/debug_token": {
            const [, id] = /^access-(.+)$/.exec(url.searchParams.get("input_token")) ?? [];
            return { data: { app_id: "1234", is_valid: id !== undefined && token === `1234|${appSecret}`, user_id: id, expires_at: 0 } };
        }
        case "/graph/me": {
            const proof = createHmac("sha256", appSecret).update(token).digest("hex");
            return url.searchParams.get("appsecret_proof") === proof ? { id: token.slice("access-".length), name: "Fay" } : undefined;
        }
        case "/graph/me/friends":
            return { data: (friends.get(token.slice("access-".length)) ?? []).map(id => ({ id })) };
        case "/steam/ISteamUserAuth/AuthenticateUserTicket/v1/": {
            const [, id] = /^ticket-(.+)$/.exec(url.searchParams.get("ticket")) ?? [];
            return id === undefined
                ? { response: { error: { errorcode: 101, errordesc: "Invalid ticket" } } }
                : { response: { params: { result: "OK", steamid: id, ownersteamid: id, vacbanned: false, publisherbanned: false } } };
        }
        case "/steam/ISteamUser/GetFriendList/v1/":
            return { friendslist: { friends: (friends.get(url.searchParams.get("steamid")) ?? []).map(steamid => ({ steamid })) } };
        default:
            return undefined;
    }
}
