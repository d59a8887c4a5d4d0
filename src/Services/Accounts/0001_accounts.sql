-- Written for SQLite and PostgreSQL alike; see Migration.cs for the types. Times are microseconds since 1970 UTC.

CREATE TABLE users (
    id           UUID   NOT NULL PRIMARY KEY,
    username     TEXT   NOT NULL UNIQUE,
    lang_tag     TEXT   NOT NULL DEFAULT 'en',
    metadata     TEXT   NOT NULL DEFAULT '{}',
    wallet       TEXT   NOT NULL DEFAULT '{}',
    create_time  BIGINT NOT NULL,
    update_time  BIGINT NOT NULL,
    disable_time BIGINT NOT NULL DEFAULT 0
);

CREATE TABLE user_devices (
    id          TEXT   NOT NULL PRIMARY KEY,
    user_id     UUID   NOT NULL REFERENCES users (id) ON DELETE CASCADE,
    create_time BIGINT NOT NULL
);

CREATE INDEX user_devices_by_user ON user_devices (user_id);
