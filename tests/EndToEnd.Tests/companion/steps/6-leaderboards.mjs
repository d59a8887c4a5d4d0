import { assert, isUuid, isWholeSecond, matches } from "../companion.mjs";

const refusal = (code, message) => ({ code, message });
// Boards the test's server declares; other steps and runs submit to them too, so scores go upwards from run to run of a step.
const [WEEKLY, RACE, PLAIN, SERVER_ONLY, DAILY, CUP] = ["weekly", "race", "plain", "server-only", "daily", "cup"];

export default {
    async "scores are submitted, ranked, listed around their owner and deleted"(companion) {
        const players = [await companion.user("first"), await companion.user("second"), await companion.user("third")];
        for (const [i, { client, session }] of players.entries()) {
            const record = await client.writeLeaderboardRecord(session, RACE, { score: String(100 + i), subscore: "7", metadata: { car: i } });
            assert.equal(record.score, 100 + i);
            assert.equal(record.subscore, 7);
            assert.deepEqual(record.metadata, { car: i });
            assert.equal(record.rank, i + 1);
        }
        const { client, session, id } = players[1];
        const list = await client.listLeaderboardRecords(session, RACE, [id], 2);
        assert.deepEqual(list.records.map(r => [r.owner_id, r.rank]), [[players[0].id, 1], [players[1].id, 2]]);
        assert.deepEqual(list.owner_records.map(r => [r.owner_id, r.rank]), [[id, 2]]);
        assert.equal(list.rank_count, 3);
        const next = await client.listLeaderboardRecords(session, RACE, undefined, 2, list.next_cursor);
        assert.deepEqual(next.records.map(r => [r.owner_id, r.rank]), [[players[2].id, 3]]);
        const back = await client.listLeaderboardRecords(session, RACE, undefined, 2, next.prev_cursor);
        assert.deepEqual(back.records.map(r => r.owner_id), [players[0].id, players[1].id]);
        const around = await client.listLeaderboardRecordsAroundOwner(session, RACE, id, 3);
        assert.deepEqual(around.records.map(r => r.owner_id), players.map(p => p.id));
        // Less is better on this board, and the worse score changes nothing.
        assert.equal((await client.writeLeaderboardRecord(session, RACE, { score: "500" })).rank, 2);
        assert.equal((await client.writeLeaderboardRecord(session, RACE, { score: "50" })).rank, 1);
        // The client has no call for it.
        const path = `/v2/leaderboard/${RACE}`;
        await companion.golden("DELETE", path, session, undefined, 200, {});
        assert.equal((await client.listLeaderboardRecords(session, RACE, [id], 10)).owner_records?.length ?? 0, 0);
        for (const player of [players[0], players[2]]) {
            await companion.golden("DELETE", path, player.session, undefined, 200, {});
        }
    },

    async "scores add up on a board that says so, until its reset"(companion) {
        const { client, session } = await companion.user();
        await client.writeLeaderboardRecord(session, WEEKLY, { score: "5" });
        const record = await client.writeLeaderboardRecord(session, WEEKLY, { score: "6" });
        assert.equal(record.score, 11);
        assert.equal(new Date(record.expiry_time).getUTCDay(), 1);
        // The client sends no operator.
        assert.equal((await companion.golden("POST", `/v2/leaderboard/${WEEKLY}`, session, { score: "1", operator: 2 }, 200)).score, "1");
        const old = await client.listLeaderboardRecords(session, WEEKLY, undefined, 10, undefined, String(1_600_000_000));
        assert.equal(old.records?.length ?? 0, 0);
    },

    async "recorded answers of leaderboards"(companion) {
        const alice = await companion.user("alice");
        const bob = await companion.user("bob");
        const record = (user, fields) => ({
            leaderboard_id: PLAIN, owner_id: user.id, username: user.username, create_time: isWholeSecond, update_time: isWholeSecond, max_num_score: 1000000, ...fields,
        });
        const path = `/v2/leaderboard/${PLAIN}`;
        const first = await companion.golden("POST", path, alice.session, { score: "10", subscore: "5", metadata: '{"w":1}' }, 200,
            record(alice, { score: "10", subscore: "5", num_score: 1, metadata: '{"w":1}' }));
        assert.equal(first.rank, undefined);
        const best = record(alice, { score: "10", subscore: "9", num_score: 2, metadata: '{"w":1}' });
        await companion.golden("POST", path, alice.session, { score: "7", subscore: "9" }, 200, best);
        await companion.golden("POST", path, bob.session, { score: "20" }, 200);
        const added = record(bob, { score: "21", num_score: 2, metadata: "{}" });
        await companion.golden("POST", path, bob.session, { score: "1", operator: 3 }, 200, added);
        await companion.golden("GET", `${path}?limit=1&owner_ids=${alice.id}`, alice.session, undefined, 200,
            { records: [{ ...added, rank: "1" }], owner_records: [best], next_cursor: v => typeof v === "string" });
        await companion.golden("GET", `${path}/owner/${alice.id}?limit=2`, alice.session, undefined, 200, { records: [added, best] });
        await companion.golden("GET", `${path}?limit=1001`, alice.session, undefined, 400, refusal(3, "Invalid limit - limit must be between 1 and 1000."));
        await companion.golden("POST", "/v2/leaderboard/none", alice.session, { score: "5" }, 404, refusal(5, "Leaderboard not found."));
        await companion.golden("POST", path, alice.session, { score: "5", metadata: "x" }, 400, refusal(3, "Metadata value must be JSON, if provided."));
        await companion.golden("POST", path, alice.session, { score: "-5" }, 400);
        await companion.golden("POST", `/v2/leaderboard/${SERVER_ONLY}`, alice.session, { score: "5" }, 403, refusal(7, "Leaderboard only allows authoritative score submissions."));
        for (const user of [alice, bob]) {
            await companion.golden("DELETE", path, user.session, undefined, 200, {});
        }
    },

    async "a tournament is joined, played and listed"(companion) {
        const { client, session, id, username } = await companion.user("alice");
        await companion.golden("PUT", `/v2/tournament/${DAILY}`, session, { score: "5" }, 400, refusal(9, "Must join tournament before attempting to write value."));
        assert.equal(await client.joinTournament(session, DAILY), true);
        const written = await client.writeTournamentRecord(session, DAILY, { score: "5" });
        assert.equal(written.score, 5);
        const listed = await client.listTournaments(session, 1, 1, 100);
        const daily = listed.tournaments.find(t => t.id === DAILY);
        assert.equal(daily.title, "Daily");
        assert.equal(daily.can_enter, true);
        assert.ok(daily.end_active > 1_700_000_000 && daily.size >= 1 && daily.max_size === 100);
        const { tournaments } = await companion.golden("GET", "/v2/tournament?limit=100&category_start=0&category_end=10", session, undefined, 200);
        matches(tournaments.find(t => t.id === DAILY), {
            id: DAILY, title: "Daily", category: 1, sort_order: 1, size: v => v >= 1, max_size: 100, max_num_score: 3, can_enter: true,
            end_active: Number.isInteger, next_reset: Number.isInteger, metadata: "{}", create_time: isWholeSecond, start_time: isWholeSecond,
            duration: 86400, start_active: Number.isInteger, prev_reset: Number.isInteger, operator: 1, join_required: true,
        });
        const record = {
            leaderboard_id: DAILY, owner_id: id, username, score: "5", num_score: 1, metadata: "{}", create_time: isWholeSecond, update_time: isWholeSecond,
            expiry_time: isWholeSecond, rank: v => Number(v) >= 1, max_num_score: 3,
        };
        await companion.golden("POST", `/v2/tournament/${DAILY}`, session, { score: "5" }, 200, { ...record, num_score: 2 });
        const owned = await companion.golden("GET", `/v2/tournament/${DAILY}?limit=5&owner_ids=${id}`, session, undefined, 200);
        matches(owned.owner_records[0], { ...record, num_score: 2 });
        matches(owned.records[0], { ...record, owner_id: isUuid, username: v => v.length > 0, score: v => Number(v) >= 5, num_score: v => v >= 1 });
        const around = await client.listTournamentRecordsAroundOwner(session, DAILY, id, 5);
        assert.ok(around.records.some(r => r.owner_id === id));
        await client.writeTournamentRecord(session, DAILY, { score: "6" });
        await companion.refused(client.writeTournamentRecord(session, DAILY, { score: "7" }), 400, 9, "Reached allowed max number of score attempts.");
        assert.equal((await client.listTournamentRecords(session, DAILY, [id], 1)).owner_records[0].score, 6);
        await client.deleteTournamentRecord(session, DAILY);
        assert.deepEqual((await client.listTournamentRecords(session, DAILY, [id], 1)).owner_records, []);
        await companion.golden("DELETE", `/v2/tournament/${DAILY}`, session, undefined, 200, {});
    },

    async "a tournament takes no more players than it has room for"(companion) {
        const players = await Promise.all(Array.from({ length: 6 }, () => companion.user()));
        const answers = await Promise.all(players.map(p => companion.send("POST", `/v2/tournament/${CUP}`, p.session, { score: "1" })));
        assert.deepEqual(answers.map(a => a.status).sort(), [200, 200, 200, 200, 400, 400], JSON.stringify(answers.map(a => a.json)));
        assert.ok(answers.filter(a => a.status === 400).every(a => a.json.message === "Tournament has reached max size."));
        for (const [i, player] of players.entries()) {
            if (answers[i].status === 200) {
                await companion.golden("DELETE", `/v2/tournament/${CUP}`, player.session, undefined, 200, {});
            }
        }
        await companion.golden("POST", "/v2/tournament/none/join", players[0].session, undefined, 404, refusal(5, "Tournament not found."));
    },

    async "operators make boards, submit for players and delete, by their own key"(companion) {
        const { client, session, id } = await companion.user();
        const board = companion.name("made");
        const path = `/v2/admin/leaderboard/${board}`;
        const made = await companion.golden("PUT", path, "admin", { operator: "incr", reset_schedule: "@daily", authoritative: true, metadata: '{"a":1}' }, 200);
        assert.deepEqual([made.sort_order, made.operator, made.authoritative, made.enable_ranks], ["desc", "incr", true, true]);
        await companion.refused(client.writeLeaderboardRecord(session, board, { score: "5" }), 403, 7);
        await companion.golden("PUT", `${path}/owner/${id}`, "admin", { score: "5", username: "someone" }, 200);
        const record = await companion.golden("PUT", `${path}/owner/${id}`, "admin", { score: "6" }, 200);
        assert.deepEqual([record.score, record.rank, record.username], ["11", "1", "someone"]);
        await companion.golden("DELETE", `${path}/owner/${id}`, "admin", undefined, 200, {});
        const cup = companion.name("made-cup");
        const tournament = await companion.golden("PUT", `/v2/admin/leaderboard/${cup}`, "admin", { tournament: { title: "Made", duration: 60, max_size: 2 } }, 200);
        assert.deepEqual([tournament.tournament.title, tournament.tournament.duration], ["Made", 60]);
        const { leaderboards } = await companion.golden("GET", "/v2/admin/leaderboard?limit=100", "admin", undefined, 200);
        assert.ok([board, cup].every(name => leaderboards.some(l => l.id === name)));
        for (const name of [board, cup]) {
            await companion.golden("DELETE", `/v2/admin/leaderboard/${name}`, "admin", undefined, 200, {});
            await companion.golden("DELETE", `/v2/admin/leaderboard/${name}`, "admin", undefined, 404);
        }
        await companion.golden("PUT", path, session, {}, 401);
        await companion.golden("PUT", path, "key", {}, 401);
        await companion.golden("PUT", path, "admin", { reset_schedule: "daily" }, 400);
    },
};
