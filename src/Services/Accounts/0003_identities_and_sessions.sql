-- Everything an account is known by and shows, and what is known of its sessions beyond what their tokens say.

ALTER TABLE users ADD COLUMN display_name TEXT NOT NULL DEFAULT '';
ALTER TABLE users ADD COLUMN avatar_url TEXT NOT NULL DEFAULT '';
ALTER TABLE users ADD COLUMN location TEXT NOT NULL DEFAULT '';
ALTER TABLE users ADD COLUMN timezone TEXT NOT NULL DEFAULT '';
-- In small letters.
ALTER TABLE users ADD COLUMN email TEXT;
-- A hash with its parameters; an e-mail address without one is known but signs nobody in.
ALTER TABLE users ADD COLUMN password TEXT;
ALTER TABLE users ADD COLUMN custom_id TEXT;
ALTER TABLE users ADD COLUMN apple_id TEXT;
ALTER TABLE users ADD COLUMN facebook_id TEXT;
ALTER TABLE users ADD COLUMN facebook_instant_game_id TEXT;
ALTER TABLE users ADD COLUMN gamecenter_id TEXT;
ALTER TABLE users ADD COLUMN google_id TEXT;
ALTER TABLE users ADD COLUMN steam_id TEXT;
-- Friends.
ALTER TABLE users ADD COLUMN edge_count INTEGER NOT NULL DEFAULT 0;
-- When the e-mail address was proven to be the player's; 0: it was not.
ALTER TABLE users ADD COLUMN verify_time BIGINT NOT NULL DEFAULT 0;
-- Seconds since 1970: tokens issued until then are good no more; 0: nothing was ever revoked.
ALTER TABLE users ADD COLUMN issued_until BIGINT NOT NULL DEFAULT 0;

CREATE UNIQUE INDEX users_by_email ON users (email) WHERE email IS NOT NULL;
CREATE UNIQUE INDEX users_by_custom_id ON users (custom_id) WHERE custom_id IS NOT NULL;
CREATE UNIQUE INDEX users_by_apple_id ON users (apple_id) WHERE apple_id IS NOT NULL;
CREATE UNIQUE INDEX users_by_facebook_id ON users (facebook_id) WHERE facebook_id IS NOT NULL;
CREATE UNIQUE INDEX users_by_facebook_instant_game_id ON users (facebook_instant_game_id) WHERE facebook_instant_game_id IS NOT NULL;
CREATE UNIQUE INDEX users_by_gamecenter_id ON users (gamecenter_id) WHERE gamecenter_id IS NOT NULL;
CREATE UNIQUE INDEX users_by_google_id ON users (google_id) WHERE google_id IS NOT NULL;
CREATE UNIQUE INDEX users_by_steam_id ON users (steam_id) WHERE steam_id IS NOT NULL;

-- Sessions that were ended before their tokens expired.
CREATE TABLE session_revocations (
    -- The id that a session's tokens share, or a user's: every session of theirs.
    id           UUID   NOT NULL PRIMARY KEY,
    -- Seconds since 1970: tokens issued until then are revoked.
    issued_until BIGINT NOT NULL,
    revoke_time  BIGINT NOT NULL,
    -- When the last of these tokens has expired by itself, and the row may go.
    expire_time  BIGINT NOT NULL
);

CREATE INDEX session_revocations_by_time ON session_revocations (revoke_time);
CREATE INDEX session_revocations_by_expiry ON session_revocations (expire_time);

-- Sessions that were refreshed, each with the number of its newest refresh token; those before it are used up.
CREATE TABLE session_refreshes (
    token_id     UUID    NOT NULL PRIMARY KEY,
    user_id      UUID    NOT NULL REFERENCES users (id) ON DELETE CASCADE,
    generation   INTEGER NOT NULL,
    refresh_time BIGINT  NOT NULL,
    expire_time  BIGINT  NOT NULL
);

CREATE INDEX session_refreshes_by_user ON session_refreshes (user_id);
CREATE INDEX session_refreshes_by_expiry ON session_refreshes (expire_time);
