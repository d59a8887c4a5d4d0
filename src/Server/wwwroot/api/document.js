// What the page knows of an OpenAPI document, without a page: calls, examples, requests.

/** Every call: { id, verb, path, tag, summary, parameters, body (a schema or null), security }. */
export function callsOf(document) {
    return Object.entries(document.paths).flatMap(([path, verbs]) => Object.entries(verbs).map(([verb, operation]) => ({
        id: operation.operationId,
        verb: verb.toUpperCase(),
        path,
        tag: operation.tags?.[0] ?? "server",
        summary: operation.summary ?? "",
        parameters: operation.parameters ?? [],
        body: operation.requestBody?.content["application/json"].schema ?? null,
        security: Object.keys(operation.security?.[0] ?? {})[0] ?? "none",
    })));
}

/** A value of a schema's form, to begin with. Deep enough to be useful, shallow enough to be read. */
export function exampleOf(document, schema, depth = 0) {
    if (schema.$ref) {
        const target = document.components.schemas[schema.$ref.split("/").at(-1)];
        if (depth > 3 || !target) {
            return {};
        }
        return Object.fromEntries(Object.entries(target.properties ?? {}).map(([name, property]) => [name, exampleOf(document, property, depth + 1)]));
    }
    switch (schema.type) {
        case "array":
            return [exampleOf(document, schema.items, depth + 1)];
        case "object":
            return {};
        case "integer":
        case "number":
            return 0;
        case "boolean":
            return false;
        default:
            return schema.format === "int64" || schema.format === "uint64" ? "0" : "";
    }
}

/** The request of a call: { url, options }. Empty parameters are left out; lists take values with commas between. */
export function requestOf(call, values, body, credentials) {
    let path = call.path;
    const query = new URLSearchParams();
    for (const parameter of call.parameters) {
        const value = (values[parameter.name] ?? "").trim();
        if (parameter.in === "path") {
            path = path.replace(`{${parameter.name}}`, encodeURIComponent(value));
        } else if (value !== "") {
            const all = parameter.schema.type === "array" ? value.split(",").map(part => part.trim()) : [value];
            all.forEach(one => query.append(parameter.name, one));
        }
    }
    const headers = {};
    if (call.security === "serverKey" || call.security === "adminKey") {
        headers.Authorization = "Basic " + base64(credentials[call.security] + ":");
    } else if (call.security === "session") {
        headers.Authorization = "Bearer " + credentials.token;
    }
    const options = { method: call.verb, headers };
    if (call.body) {
        headers["Content-Type"] = "application/json";
        options.body = body;
    }
    const text = query.toString();
    return { url: path + (text === "" ? "" : "?" + text), options };
}

/** The claims of a session token; null when it is none. */
export function claimsOf(token) {
    try {
        return JSON.parse(new TextDecoder().decode(Uint8Array.from(atob(token.split(".")[1].replaceAll("-", "+").replaceAll("_", "/")), c => c.charCodeAt(0))));
    } catch {
        return null;
    }
}

function base64(text) {
    return btoa(String.fromCharCode(...new TextEncoder().encode(text)));
}
