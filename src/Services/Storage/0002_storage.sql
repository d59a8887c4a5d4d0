CREATE TABLE storage (
    user_id          UUID    NOT NULL, -- the nil uuid for objects of the server itself
    collection       TEXT    NOT NULL,
    key              TEXT    NOT NULL,
    value            TEXT    NOT NULL, -- a JSON object, as it was sent
    version          TEXT    NOT NULL,
    permission_read  INTEGER NOT NULL,
    permission_write INTEGER NOT NULL,
    create_time      BIGINT  NOT NULL,
    update_time      BIGINT  NOT NULL,
    PRIMARY KEY (user_id, collection, key)
);

CREATE INDEX storage_public ON storage (collection, key, user_id) WHERE permission_read = 2;
