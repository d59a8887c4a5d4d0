-- The number of each user's newest notification. It only grows, also when notifications are deleted, and its row is locked while one
-- is written: so numbers become visible in their order, and a client that has seen one has missed none before it.
CREATE TABLE notification_counters (
    user_id UUID   NOT NULL PRIMARY KEY REFERENCES users (id) ON DELETE CASCADE,
    newest  BIGINT NOT NULL
);

CREATE TABLE notifications (
    user_id     UUID    NOT NULL REFERENCES users (id) ON DELETE CASCADE,
    number      BIGINT  NOT NULL,
    id          UUID    NOT NULL, -- what is sent to many has one id
    subject     TEXT    NOT NULL,
    content     TEXT    NOT NULL, -- a JSON object
    code        INTEGER NOT NULL,
    sender_id   UUID    NOT NULL, -- the nil uuid for the server itself
    create_time BIGINT  NOT NULL,
    PRIMARY KEY (user_id, number)
);
