-- One call of the API, as the environment names it; each thread makes keys of its own.
local call, token, seed = os.getenv("CALL"), os.getenv("TOKEN"), os.getenv("SEED")
local bearer = { ["Authorization"] = "Bearer " .. token, ["Content-Type"] = "application/json" }
local key = { ["Authorization"] = "Basic ZGVmYXVsdGtleTo=", ["Content-Type"] = "application/json" }
local threads = 0

function setup(thread)
    threads = threads + 1
    thread:set("number", threads)
end

local n = 0
function request()
    n = n + 1
    if call == "health" then
        return wrk.format("GET", "/healthcheck")
    elseif call == "account" then
        return wrk.format("GET", "/v2/account", bearer)
    elseif call == "auth-existing" then
        return wrk.format("POST", "/v2/account/authenticate/device", key, '{"id":"device-of-the-bench"}')
    elseif call == "auth-new" then
        return wrk.format("POST", "/v2/account/authenticate/device", key, '{"id":"device-' .. seed .. "-" .. number .. "-" .. n .. '"}')
    elseif call == "storage-write" then
        local object = '{"collection":"bench","key":"k' .. number .. "-" .. (n % 1000) .. '","value":"{\\"level\\":' .. n .. '}"}'
        return wrk.format("PUT", "/v2/storage", bearer, '{"objects":[' .. object .. "]}")
    else
        return wrk.format("POST", "/v2/storage", bearer, '{"object_ids":[{"collection":"bench","key":"read","user_id":"' .. (os.getenv("USER_ID") or "") .. '"}]}')
    end
end
