import { assert, grpc } from "../companion.mjs";

export default {
    async "the same account is seen over gRPC and over REST"(companion) {
        const stub = companion.grpc();
        const device = companion.name("device-grpc");
        const { error, response } = await companion.call(stub, "AuthenticateDevice", { account: { id: device, vars: { a: "b" } }, create: { value: true }, username: "" }, "key");
        assert.equal(error, null);
        assert.equal(response.created, true);
        const account = await companion.call(stub, "GetAccount", {}, { token: response.token });
        assert.equal(account.error, null);
        assert.deepEqual(account.response.devices, [{ id: device }]);
        const rest = await companion.send("GET", "/v2/account", { token: response.token });
        assert.equal(rest.json.user.id, account.response.user.id);
        stub.forEach(s => s.close());
    },

    async "refusals carry the same code and text as over REST"(companion) {
        const stub = companion.grpc();
        const cases = [
            ["GetAccount", {}, undefined, grpc.status.UNAUTHENTICATED, "Auth token required"],
            ["GetAccount", {}, { token: "nonsense" }, grpc.status.UNAUTHENTICATED, "Auth token invalid"],
            ["AuthenticateDevice", { account: { id: "short" } }, "key", grpc.status.INVALID_ARGUMENT, "Device ID invalid, must be 10-128 bytes."],
            ["AuthenticateDevice", { account: { id: companion.name("nobody-has-this") }, create: { value: false } }, "key", grpc.status.NOT_FOUND, "User account not found."],
            ["AuthenticateDevice", { account: { id: "x".repeat(300_000) } }, "key", grpc.status.RESOURCE_EXHAUSTED, /larger than max/],
        ];
        for (const [method, request, auth, code, text] of cases) {
            const { error } = await companion.call(stub, method, request, auth);
            assert.equal(error?.code, code, `${method}: ${error?.details}`);
            text instanceof RegExp ? assert.match(error.details, text) : assert.equal(error.details, text);
        }
        stub.forEach(s => s.close());
    },

    async "messages may be compressed"(companion) {
        const stub = companion.grpc({ "grpc.default_compression_algorithm": 2, "grpc.default_compression_level": 2 });
        const vars = Object.fromEntries(Array.from({ length: 20 }, (_, i) => [`key${i}`, "v".repeat(50)]));
        const { error, response } = await companion.call(stub, "AuthenticateDevice", { account: { id: companion.name("device-gzip"), vars } }, "key");
        assert.equal(error, null);
        assert.ok(response.token.length > 1_000);
        stub.forEach(s => s.close());
    },

    async "a deadline that has passed is told"(companion) {
        const stub = companion.grpc();
        await companion.call(stub, "Healthcheck", {});
        const { error } = await companion.call(stub, "Healthcheck", {}, undefined, { deadline: Date.now() - 1 });
        assert.equal(error.code, grpc.status.DEADLINE_EXCEEDED);
        stub.forEach(s => s.close());
    },

    async "a deadline that passes while the server works is told, and the connection goes on"(companion) {
        const stub = companion.grpc();
        await companion.call(stub, "Healthcheck", {});
        // A password takes longer to hash.
        const account = { email: `${companion.name("slow")}@example.com`, password: "password123" };
        const slow = await companion.call(stub, "AuthenticateEmail", { account }, "key", { deadline: Date.now() + 15 });
        assert.equal(slow.error?.code, grpc.status.DEADLINE_EXCEEDED);
        assert.equal((await companion.call(stub, "Healthcheck", {})).error, null);
        stub.forEach(s => s.close());
    },

    async "a method nobody serves is unimplemented"(companion) {
        const client = new grpc.Client(companion.grpcAddress, companion.credentials);
        const error = await new Promise(resolve => client.makeUnaryRequest("/nakama.api.Nakama/Nothing", () => Buffer.alloc(0), b => b, {}, e => resolve(e)));
        assert.equal(error.code, grpc.status.UNIMPLEMENTED);
        client.close();
    },

    async "every method is served over gRPC too"(companion) {
        const stub = companion.grpc();
        const { session } = await companion.user();
        for (const method of await companion.methods()) {
            if (method === "DeleteAccount" || method === "SessionLogout") {
                continue;
            }
            const auth = /^Authenticate|^SessionRefresh$/.test(method) ? "key" : session;
            const { error } = await companion.call(stub, method, {}, auth);
            assert.ok(![grpc.status.UNIMPLEMENTED, grpc.status.INTERNAL, grpc.status.UNKNOWN].includes(error?.code), `${method}: ${error?.details}`);
        }
        stub.forEach(s => s.close());
    },

    async "a hundred calls share a connection"(companion) {
        const stub = companion.grpc();
        const { session } = await companion.user();
        const answers = await Promise.all(Array.from({ length: 100 }, () => companion.call(stub, "GetAccount", {}, session)));
        assert.ok(answers.every(({ error }) => error === null), answers.find(a => a.error)?.error?.details);
        stub.forEach(s => s.close());
    },
};
