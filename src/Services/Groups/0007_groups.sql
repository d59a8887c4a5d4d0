CREATE TABLE groups (
    id          UUID    NOT NULL PRIMARY KEY,
    creator_id  UUID    NOT NULL, -- may be gone
    name        TEXT    NOT NULL UNIQUE,
    search_name TEXT    NOT NULL, -- the name in small letters
    description TEXT    NOT NULL,
    avatar_url  TEXT    NOT NULL,
    lang_tag    TEXT    NOT NULL,
    metadata    TEXT    NOT NULL, -- a JSON object
    open        BOOLEAN NOT NULL,
    edge_count  INTEGER NOT NULL, -- members, admins and superadmins
    max_count   INTEGER NOT NULL,
    create_time BIGINT  NOT NULL,
    update_time BIGINT  NOT NULL,
    CHECK (edge_count >= 0 AND edge_count <= max_count)
);

CREATE INDEX groups_by_name ON groups (search_name, id);
CREATE INDEX groups_by_age ON groups (create_time, id);
CREATE INDEX groups_by_lang ON groups (lang_tag, create_time, id);

CREATE TABLE group_members (
    group_id    UUID    NOT NULL REFERENCES groups (id) ON DELETE CASCADE,
    user_id     UUID    NOT NULL REFERENCES users (id) ON DELETE CASCADE,
    state       INTEGER NOT NULL, -- 0: superadmin, 1: admin, 2: member, 3: asks to join, 4: banned
    position    BIGINT  NOT NULL, -- when the row was made; lists go by it
    update_time BIGINT  NOT NULL,
    PRIMARY KEY (group_id, user_id)
);

CREATE INDEX group_members_in_order ON group_members (group_id, state, position, user_id);
CREATE INDEX group_members_by_user ON group_members (user_id, state, position, group_id);
