-- A ban is users.disable_time; this finds the banned at a start without reading every account.
CREATE INDEX users_banned ON users (id) WHERE disable_time <> 0;

CREATE TABLE shadow_bans (
    user_id     UUID   NOT NULL PRIMARY KEY REFERENCES users (id) ON DELETE CASCADE,
    create_time BIGINT NOT NULL
);
