-- The number of each user's newest entry in the ledger. Its row is locked while a wallet changes: so entries stand in the order in
-- which the balances changed.
CREATE TABLE wallets (
    user_id UUID   NOT NULL PRIMARY KEY REFERENCES users (id) ON DELETE CASCADE,
    newest  BIGINT NOT NULL
);

CREATE TABLE wallet_balances (
    user_id  UUID   NOT NULL REFERENCES users (id) ON DELETE CASCADE,
    currency TEXT   NOT NULL,
    amount   BIGINT NOT NULL CHECK (amount >= 0),
    PRIMARY KEY (user_id, currency)
);

CREATE TABLE wallet_ledger (
    user_id     UUID   NOT NULL REFERENCES users (id) ON DELETE CASCADE,
    number      BIGINT NOT NULL,
    id          UUID   NOT NULL UNIQUE,
    changeset   TEXT   NOT NULL, -- a JSON object of amounts
    metadata    TEXT   NOT NULL, -- a JSON object
    create_time BIGINT NOT NULL,
    update_time BIGINT NOT NULL,
    PRIMARY KEY (user_id, number)
);
