// What steps work with: clients, users, the wire itself, and gRPC.
import assert from "node:assert/strict";
import { randomBytes, X509Certificate } from "node:crypto";
import { readFileSync, readdirSync } from "node:fs";
import { join } from "node:path";
import { createRequire } from "node:module";
import grpc from "@grpc/grpc-js";
import WebSocket from "ws";
import protoLoader from "@grpc/proto-loader";
import { listen } from "./issuer.mjs";

// The client's module build names no file of its own that node can load; the other build is the one node uses.
globalThis.WebSocket ??= WebSocket;
const { Client } = createRequire(import.meta.url)("@heroiclabs/nakama-js");

export class Companion {
    constructor({ http, grpc: grpcAddress, key, adminKey, protos, ca, issuer, certificate }) {
        [this.host, this.port] = http.split(":");
        this.grpcAddress = grpcAddress;
        this.keys = { key, admin: adminKey, "wrong key": "nonsense" };
        this.key = key;
        this.protos = protos;
        this.tls = ca !== undefined;
        this.credentials = this.tls ? grpc.credentials.createSsl(readFileSync(ca)) : grpc.credentials.createInsecure();
        this.root = `${this.tls ? "https" : "http"}://${http}`;
        this.issuer = `http://${issuer}`;
        // Game Center's, with its key.
        this.certificate = { der: Buffer.from(new X509Certificate(readFileSync(certificate)).raw), key: readFileSync(certificate) };
        listen(issuer, this.certificate);
        this.run = randomBytes(4).toString("hex");
    }

    client() {
        return new Client(this.key, this.host, this.port, this.tls, 10_000, false);
    }

    /** A name no other run has used. */
    name(prefix) {
        return `${prefix}_${this.run}_${randomBytes(3).toString("hex")}`;
    }

    /** A client and the session of a new user. */
    async user(prefix = "user") {
        const client = this.client();
        const username = this.name(prefix);
        const device = this.name("device-of-" + prefix);
        const session = await client.authenticateDevice(device, true, username);
        return { client, session, username, device, id: session.user_id };
    }

    authorization(auth) {
        return typeof auth === "string" ? "Basic " + Buffer.from(this.keys[auth] + ":").toString("base64") : "Bearer " + auth.token;
    }

    /** The official client's socket of a user, and what waits until so many notifications have come on it and gives them. */
    async notified(user) {
        const socket = user.client.createSocket(this.tls);
        const notifications = [];
        let wake = () => {};
        socket.onnotification = notification => {
            notifications.push(notification);
            wake();
        };
        await socket.connect(user.session, true);
        const received = async count => {
            const limit = Date.now() + 10_000;
            while (notifications.length < count) {
                assert.ok(Date.now() < limit, `${notifications.length} of ${count} notifications came`);
                await new Promise(resolve => {
                    wake = resolve;
                    setTimeout(resolve, 100);
                });
            }
            return notifications;
        };
        return { socket, received };
    }

    /** One request on the wire: { status, headers, text, json }. `auth` is a session, "key", "admin", "wrong key" or nothing. */
    async send(method, path, auth, body) {
        const headers = {};
        if (auth) {
            headers.Authorization = this.authorization(auth);
        }
        const response = await fetch(this.root + path, { method, headers, body: body === undefined || typeof body === "string" ? body : JSON.stringify(body) });
        const text = await response.text();
        let json;
        try {
            json = JSON.parse(text);
        } catch {
            json = undefined;
        }
        return { status: response.status, headers: response.headers, text, json };
    }

    /** Holds an answer to one recorded from Nakama: status and body, where a function checks what differs from run to run. */
    async golden(method, path, auth, body, status, expected) {
        const answer = await this.send(method, path, auth, body);
        assert.equal(answer.status, status, answer.text);
        if (expected !== undefined) {
            matches(answer.json, expected, `${method} ${path}`);
        }
        return answer.json;
    }

    /** Expects the official client's call to be refused. */
    async refused(promise, status, code, message) {
        let thrown;
        try {
            await promise;
        } catch (error) {
            thrown = error;
        }
        assert.ok(thrown instanceof Response, `expected a refusal, got ${thrown ?? "an answer"}`);
        const body = await thrown.json();
        assert.deepEqual([thrown.status, body.code], [status, code], JSON.stringify(body));
        if (message !== undefined) {
            assert.equal(body.message, message);
        }
    }

    /** An open socket: { closed }, which is the reason once it is closed. Rejects when it is refused. */
    socket(session) {
        const socket = new WebSocket(`${this.root.replace("http", "ws")}/ws?token=${session.token}&format=json&status=true`);
        const closed = new Promise(resolve => socket.addEventListener("close", event => resolve(event.reason)));
        return new Promise((resolve, reject) => {
            // The server's session begins a moment after the handshake; it is there when it answers.
            socket.addEventListener("open", () => socket.send('{"cid":"1","ping":{}}'));
            socket.addEventListener("message", () => resolve({ closed }));
            socket.addEventListener("error", () => reject(new Error("the socket was refused")));
        });
    }

    /** A gRPC stub of every service, from our own .proto files, as a game's build would make it. */
    grpc(options = {}) {
        const files = ["Api", "Connect"].flatMap(folder => readdirSync(join(this.protos, folder)).filter(name => name.endsWith(".proto")).map(name => `${folder}/${name}`));
        const definition = protoLoader.loadSync(files, { includeDirs: [this.protos], keepCase: true, longs: String, enums: Number, defaults: false });
        const services = Object.entries(definition).filter(([, part]) => Object.values(part).some(method => method.path !== undefined));
        return services.map(([name, service]) => new (grpc.makeGenericClientConstructor(service, name))(this.grpcAddress, this.credentials, options));
    }

    metadata(auth) {
        const metadata = new grpc.Metadata();
        if (auth) {
            metadata.set("authorization", this.authorization(auth));
        }
        return metadata;
    }

    /** One unary call: { error, response }, never rejecting. */
    call(stubs, method, request, auth, options = {}) {
        const stub = stubs.find(candidate => method in candidate);
        return new Promise(resolve => stub[method](request, this.metadata(auth), options, (error, response) => resolve({ error, response })));
    }

    /** Every method of the server's own description. */
    async methods() {
        const { json } = await this.send("GET", "/openapi.json");
        return [...new Set(Object.values(json.paths).flatMap(path => Object.values(path)).map(operation => operation.operationId))];
    }

    /** Methods that were never answered "Ok" over REST, as the server itself counts. */
    async uncalledMethods() {
        const { text } = await this.send("GET", "/metrics");
        const called = new Set();
        for (const line of text.split("\n")) {
            const labels = /^api_requests_total\{(.*)\} /.exec(line)?.[1];
            if (labels?.includes('door="rest"') && labels.includes('code="Ok"')) {
                called.add(/method="([^"]*)"/.exec(labels)[1]);
            }
        }
        return (await this.methods()).filter(method => !called.has(method));
    }
}

/** Deep comparison in which a function in the expectation judges the value in its place, and `undefined` wants nothing there. */
export function matches(actual, expected, at = "answer") {
    if (typeof expected === "function") {
        assert.ok(expected(actual), `${at}: ${JSON.stringify(actual)}`);
    } else if (expected !== null && typeof expected === "object") {
        assert.ok(actual !== null && typeof actual === "object", `${at}: ${JSON.stringify(actual)} is no object`);
        assert.deepEqual(Object.keys(actual).sort(), Object.keys(expected).filter(key => expected[key] !== undefined).sort(), `${at}: fields`);
        for (const key of Object.keys(actual)) {
            matches(actual[key], expected[key], `${at}.${key}`);
        }
    } else {
        assert.equal(actual, expected, at);
    }
}

export const isTime = value => typeof value === "string" && /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?Z$/.test(value);
export const isWholeSecond = value => typeof value === "string" && /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ$/.test(value);
export const isUuid = value => typeof value === "string" && /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/.test(value);
export const isJwt = value => typeof value === "string" && value.split(".").length === 3;
export { assert, grpc };
