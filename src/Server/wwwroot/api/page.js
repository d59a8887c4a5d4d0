// Shows the calls of openapi.json and sends them.
import { callsOf, claimsOf, exampleOf, requestOf } from "./document.js";

const byId = id => document.getElementById(id);
const serverKey = byId("server-key");
const token = byId("session-token");
const adminKey = byId("admin-key");
const note = byId("note");

serverKey.value = sessionStorage.getItem("server-key") ?? "";
token.value = sessionStorage.getItem("session-token") ?? "";
serverKey.addEventListener("input", () => sessionStorage.setItem("server-key", serverKey.value));
token.addEventListener("input", showWho);
byId("filter").addEventListener("input", filter);
byId("credentials").addEventListener("submit", signIn);
showWho();
await load();

async function load() {
    let described;
    try {
        const response = await fetch("/openapi.json");
        if (!response.ok) {
            throw new Error(`status ${response.status}`);
        }
        described = await response.json();
    } catch (error) {
        note.textContent = `The description of the API could not be loaded: ${error.message}. Reload the page to try again.`;
        return;
    }
    byId("version").textContent = described.info.version;
    const groups = Map.groupBy ? Map.groupBy(callsOf(described), call => call.tag) : group(callsOf(described));
    for (const [tag, calls] of [...groups].sort(([a], [b]) => a.localeCompare(b))) {
        const section = element("section", {}, element("h2", {}, tag));
        calls.sort((a, b) => a.id.localeCompare(b.id)).forEach(call => section.append(viewOf(described, call)));
        byId("calls").append(section);
    }
}

function viewOf(described, call) {
    const details = element("details", { id: call.id, "data-words": `${call.id} ${call.path} ${call.summary}`.toLowerCase() },
        element("summary", {}, element("span", { class: "verb" }, call.verb), element("b", {}, call.id), element("span", { class: "path" }, call.path)));
    // Filled when it is first opened: a hundred forms at once would be slow to read for everybody's assistive technology.
    details.addEventListener("toggle", () => details.open && details.childElementCount === 1 && details.append(formOf(described, call)));
    return details;
}

function formOf(described, call) {
    const fields = call.parameters.map(parameter => element("label", {}, parameter.name + (parameter.required ? " (required)" : ""),
        element("input", { name: parameter.name, autocomplete: "off", ...(parameter.required ? { required: "" } : {}) }),
        element("small", {}, [parameter.schema.type === "array" ? "several with commas between" : parameter.schema.type, parameter.description].filter(Boolean).join(" · "))));
    const status = element("p", { class: "status", role: "status" });
    const answer = element("pre", { tabindex: "0", hidden: "", "aria-label": `Answer of ${call.id}` });
    const button = element("button", { type: "submit" }, "Send");
    const needs = { serverKey: "Needs the server key.", adminKey: "Needs the admin key.", session: "Needs a session token.", none: "Needs no credential." }[call.security];
    const form = element("form", { class: "call" }, element("p", {}, [call.summary, needs].filter(Boolean).join(" ")));
    if (fields.length > 0) {
        form.append(element("div", { class: "fields" }, ...fields));
    }
    if (call.body) {
        const example = JSON.stringify(exampleOf(described, call.body), null, 2);
        form.append(element("label", {}, "Body, JSON", element("textarea", { name: "(body)", spellcheck: "false", rows: Math.min(16, example.split("\n").length + 1) }, example)));
    }
    form.append(button, status, answer);
    form.addEventListener("submit", async event => {
        event.preventDefault();
        button.disabled = true;
        const values = Object.fromEntries(new FormData(form));
        await send(call, values, status, answer);
        button.disabled = false;
    });
    return form;
}

async function send(call, values, status, answer) {
    const { url, options } = requestOf(call, values, values["(body)"], credentials());
    const started = performance.now();
    status.className = "status";
    status.textContent = "waiting …";
    try {
        const response = await fetch(url, options);
        const text = await response.text();
        status.classList.add(response.ok ? "good" : "bad");
        status.textContent = `${response.status} in ${(performance.now() - started).toFixed(1)} ms · request ${response.headers.get("x-request-id") ?? "without id"}`;
        answer.textContent = pretty(text);
        answer.hidden = false;
        if (response.ok) {
            remember(text);
        }
    } catch (error) {
        status.classList.add("bad");
        status.textContent = `No answer: ${error.message}`;
        answer.hidden = true;
    }
}

async function signIn(event) {
    event.preventDefault();
    note.textContent = "";
    const device = [...crypto.getRandomValues(new Uint8Array(16))].map(b => b.toString(16).padStart(2, "0")).join("");
    const call = { verb: "POST", path: "/v2/account/authenticate/device", parameters: [], body: {}, security: "serverKey" };
    const { url, options } = requestOf(call, {}, JSON.stringify({ id: device }), credentials());
    try {
        const response = await fetch(url, options);
        const text = await response.text();
        if (response.ok) {
            remember(text);
        } else {
            note.textContent = JSON.parse(text).message;
        }
    } catch (error) {
        note.textContent = `No answer: ${error.message}`;
    }
}

function remember(text) {
    try {
        const answer = JSON.parse(text);
        if (claimsOf(answer.token)) {
            token.value = answer.token;
            showWho();
        }
    } catch {
        // An answer without a session changes nothing.
    }
}

function showWho() {
    sessionStorage.setItem("session-token", token.value);
    const claims = claimsOf(token.value);
    byId("who").textContent = claims ? `${claims.usn}, until ${new Date(claims.exp * 1000).toLocaleTimeString()}`
        : token.value === "" ? "nobody is signed in" : "this is no session token";
}

function filter() {
    const words = byId("filter").value.toLowerCase().split(/\s+/).filter(Boolean);
    for (const section of byId("calls").children) {
        let shown = 0;
        for (const details of section.querySelectorAll("details")) {
            details.hidden = !words.every(word => details.dataset.words.includes(word));
            shown += details.hidden ? 0 : 1;
        }
        section.hidden = shown === 0;
    }
}

function credentials() {
    return { serverKey: serverKey.value === "" ? "defaultkey" : serverKey.value, adminKey: adminKey.value, token: token.value };
}

function pretty(text) {
    try {
        return JSON.stringify(JSON.parse(text), null, 2);
    } catch {
        return text;
    }
}

function group(calls) {
    const groups = new Map();
    calls.forEach(call => groups.set(call.tag, [...(groups.get(call.tag) ?? []), call]));
    return groups;
}

function element(name, attributes, ...children) {
    const made = document.createElement(name);
    Object.entries(attributes).forEach(([key, value]) => made.setAttribute(key, value));
    made.append(...children);
    return made;
}
