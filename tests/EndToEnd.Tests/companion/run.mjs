// Drives a running server as a game would, with the official JavaScript client and gRPC's own, and fails when a method that the server
// serves was never answered "Ok". Each file of steps/ adds steps; a new method needs a step there.
// Usage: node run.mjs --http 127.0.0.1:7350 --grpc 127.0.0.1:7349 --key defaultkey --adminKey … --protos src/Protocol --issuer 127.0.0.1:7340
//   --certificate game-center.pem [--only grpc] [--ca ca.pem: TLS]
import { readdir } from "node:fs/promises";
import { parseArgs } from "node:util";
import { Companion } from "./companion.mjs";

const text = { type: "string" };
const { values } = parseArgs({ options: { http: text, grpc: text, key: text, adminKey: text, protos: text, only: text, ca: text, issuer: text, certificate: text } });
const companion = new Companion(values);
const folder = new URL("./steps/", import.meta.url);
const files = (await readdir(folder)).filter(name => name.endsWith(".mjs")).sort();

let failures = 0;
for (const file of files) {
    if (values.only && !file.includes(values.only)) {
        continue;
    }
    for (const [name, run] of Object.entries((await import(new URL(file, folder))).default)) {
        try {
            await run(companion);
            console.log(`ok   ${file}: ${name}`);
        } catch (error) {
            failures++;
            console.log(`FAIL ${file}: ${name}\n${await describe(error)}`);
        }
    }
}
const uncalled = values.only ? [] : await companion.uncalledMethods();
for (const method of uncalled) {
    failures++;
    console.log(`FAIL ${method}: no step was answered "Ok" by it; add one to steps/`);
}
console.log(failures === 0 ? "all steps passed" : `${failures} failed`);
process.exit(failures === 0 ? 0 : 1);

// nakama-js throws the Response itself.
async function describe(error) {
    if (error instanceof Response) {
        return `${error.status} ${await error.text().catch(() => "")} from ${error.url}`;
    }
    return error.stack ?? String(error);
}
