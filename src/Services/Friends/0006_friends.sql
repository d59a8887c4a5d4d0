-- What each user is to another, a row a side: friendships and invitations have two rows, a block has the one of who blocks.
-- users.edge_count counts the rows of a user.
CREATE TABLE friends (
    user_id     UUID    NOT NULL REFERENCES users (id) ON DELETE CASCADE,
    friend_id   UUID    NOT NULL REFERENCES users (id) ON DELETE CASCADE,
    state       INTEGER NOT NULL, -- 0: friends, 1: the user invited the other, 2: was invited by the other, 3: blocked the other
    position    BIGINT  NOT NULL, -- when the row was made; lists go by it
    update_time BIGINT  NOT NULL,
    metadata    TEXT    NOT NULL, -- a JSON object
    PRIMARY KEY (user_id, friend_id)
);

CREATE INDEX friends_in_order ON friends (user_id, state, position, friend_id);

-- Deleting an account looks for the rows of others.
CREATE INDEX friends_by_friend ON friends (friend_id);
