import { assert, isTime, isUuid, isWholeSecond } from "../companion.mjs";

const refusal = message => ({ code: 3, message });
const isVersion = value => typeof value === "string" && value.length > 0;

export default {
    async "objects are written, read, listed by pages and deleted"(companion) {
        const { client, session, id } = await companion.user();
        const written = await client.writeStorageObjects(session, [
            { collection: "saves", key: "slot1", value: { level: 3, a: 1 }, permission_read: 2, permission_write: 1 },
            { collection: "saves", key: "slot2", value: { level: 4 }, version: "*" },
        ]);
        assert.equal(written.acks.length, 2);
        const read = await client.readStorageObjects(session, { object_ids: [{ collection: "saves", key: "slot1", user_id: id }, { collection: "saves", key: "none", user_id: id }] });
        assert.deepEqual(read.objects.map(o => o.value), [{ level: 3, a: 1 }]);
        assert.equal(read.objects[0].version, written.acks[0].version);
        const keys = [];
        let cursor;
        do {
            const page = await client.listStorageObjects(session, "saves", id, 1, cursor);
            keys.push(...page.objects.map(o => o.key));
            cursor = page.cursor;
        } while (cursor);
        assert.deepEqual(keys.sort(), ["slot1", "slot2"]);
        assert.equal(await client.deleteStorageObjects(session, { object_ids: [{ collection: "saves", key: "slot2" }] }), true);
        await companion.refused(client.deleteStorageObjects(session, { object_ids: [{ collection: "saves", key: "slot2" }] }), 400, 3,
            "Storage delete rejected - not found, version check failed, or permission denied.");
    },

    async "another player sees what is public and nothing else"(companion) {
        const owner = await companion.user();
        const other = await companion.user();
        await owner.client.writeStorageObjects(owner.session, [
            { collection: "saves", key: "public", value: { x: 1 }, permission_read: 2 },
            { collection: "saves", key: "own", value: { x: 2 } },
        ]);
        const ids = ["public", "own"].map(key => ({ collection: "saves", key, user_id: owner.id }));
        const { objects } = await other.client.readStorageObjects(other.session, { object_ids: ids });
        assert.deepEqual(objects.map(o => o.key), ["public"]);
    },

    async "objects of a declared index are found by what they hold"(companion) {
        const { client, session, id } = await companion.user();
        await client.writeStorageObjects(session, [5, 15, 25].map(level => ({ collection: "heroes", key: `hero${level}`, value: { level, owner: id }, permission_read: 2 })));
        const query = encodeURIComponent(`+value.level:>=10 +value.owner:"${id}"`);
        const { json } = await companion.send("GET", `/v2/search/storage/heroes?query=${query}`, session);
        assert.deepEqual((json.objects ?? []).map(o => o.key).sort(), ["hero15", "hero25"], JSON.stringify(json));
    },

    async "recorded answers of storage"(companion) {
        const { session, id } = await companion.user();
        const put = (object, status, expected) => companion.golden("PUT", "/v2/storage", session, { objects: [{ collection: "saves", ...object }] }, status, expected);
        const ack = { collection: "saves", key: "slot1", version: "8e1ca8ff9f4ce39e615993c5fd1a60d3", user_id: v => isUuid(v) && v === id, create_time: isTime, update_time: isTime };
        await put({ key: "slot1", value: '{"level":3,"a":1}', permission_read: 2, permission_write: 1 }, 200, { acks: [ack] });
        await put({ key: "slot1", value: '{"level":9}', version: "wrong" }, 400, refusal("Storage write rejected - version check failed."));
        await put({ key: "slot1", value: '{"level":9}', version: "*" }, 400, refusal("Storage write rejected - version check failed."));
        await put({ key: "slot3", value: "5" }, 400, refusal("Value must be a JSON object."));
        await put({ key: "", value: "{}" }, 400, refusal("Invalid collection or key value supplied. They must be set."));
        await put({ key: "k", value: "{}", permission_read: 3 }, 400, refusal("Invalid Read permission supplied. It must be either 0, 1 or 2."));
        await put({ key: "ro", value: "{}", permission_write: 0, permission_read: 0 }, 200, { acks: [{ ...ack, key: "ro", version: isVersion }] });
        await put({ key: "ro", value: '{"x":1}' }, 400, refusal("Storage write rejected - permission denied."));
        const list = query => companion.golden("GET", `/v2/storage/saves/${id}?${query}`, session, undefined, 400);
        assert.deepEqual(await list("limit=1000"), refusal("Invalid limit - limit must be between 1 and 100."));
        assert.deepEqual(await list("limit=1&cursor=zzz"), refusal("Malformed cursor was used."));
        await companion.golden("PUT", "/v2/storage/delete", session, { object_ids: [{ collection: "saves", key: "slot1", version: "nope" }] }, 400,
            refusal("Storage delete rejected - not found, version check failed, or permission denied."));
        await companion.golden("POST", "/v2/storage", session, { object_ids: [{ collection: "saves", key: "ro", user_id: id }] }, 200, {});
    },

    async "recorded answers of two objects, from their writing to their deletion"(companion) {
        const { session, id } = await companion.user();
        const other = await companion.user();
        const versions = { slot1: "8e1ca8ff9f4ce39e615993c5fd1a60d3", slot2: "84b77cbf383a73c83f10cf830ed9b6b7" };
        const values = { slot1: '{"level":3,"a":1}', slot2: '{"level":4}' };
        const ack = key => ({ collection: "saves", key, version: versions[key], user_id: id, create_time: isTime, update_time: isTime });
        // Values come back as they were sent, where Nakama's come as its database prints them.
        const object = (key, permission_read) => ({
            collection: "saves", key, user_id: id, value: values[key], version: versions[key], permission_read, permission_write: 1,
            create_time: isWholeSecond, update_time: isWholeSecond,
        });
        await companion.golden("PUT", "/v2/storage", session, {
            objects: [
                { collection: "saves", key: "slot1", value: values.slot1, permission_read: 2, permission_write: 1 },
                { collection: "saves", key: "slot2", value: values.slot2, version: "*" },
            ],
        }, 200, { acks: [ack("slot1"), ack("slot2")] });
        await companion.golden("PUT", "/v2/storage", session, { objects: [{ collection: "saves", key: "slot2", value: '{"level":9}', version: "*" }] }, 400,
            refusal("Storage write rejected - version check failed."));
        const read = (...keys) => ({ object_ids: keys.map(key => ({ collection: "saves", key, user_id: id })) });
        await companion.golden("POST", "/v2/storage", other.session, read("slot1", "none"), 200, { objects: [object("slot1", 2)] });
        await companion.golden("POST", "/v2/storage", other.session, read("slot2"), 200, {});
        const list = `/v2/storage/saves/${id}?limit=1`;
        const first = await companion.golden("GET", list, session, undefined, 200, { objects: [object("slot2", 1)], cursor: c => typeof c === "string" && c.length > 0 });
        await companion.golden("GET", `${list}&cursor=${encodeURIComponent(first.cursor)}`, session, undefined, 200, { objects: [object("slot1", 2)] });
        const gone = { object_ids: [{ collection: "saves", key: "slot2" }] };
        await companion.golden("PUT", "/v2/storage/delete", session, gone, 200, {});
        await companion.golden("PUT", "/v2/storage/delete", session, gone, 400,
            refusal("Storage delete rejected - not found, version check failed, or permission denied."));
    },
};
